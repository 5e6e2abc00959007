"""Made-up figures of one day: quiet at night, busy at work, five minutes without SQS at three in the afternoon."""

import numpy as np

HOURS = np.arange(96) / 4
OUTAGE = 60
# Height of a busy hour by label. What is not listed is 0.
BUSY = {
    "requests": 62,
    "queued": 55,
    "ignored": 3,
    "consumed": 54,
    "age of the oldest": 4,
}
STEADY = {
    "pushes p50": 14,
    "pushes p99": 85,
    "pull requests p50": 13,
    "pull requests p99": 79,
    "with the start of a receiver, p99": 140,
}
IN_OUTAGE = {"unavailable": 14, "503": 14, "age of the oldest": 190}
TOTALS = {
    "queued": "2,101",
    "consumed": "2,099",
    "for consumers": "2",
    "age of the oldest, in seconds": "1",
    "passes": "288",
    "concurrency": "3",
}
# By title: the columns, then the rows.
TABLES = {
    "By integration, the worst first": (
        (
            "integration",
            "queued",
            "replayed",
            "reconstructed",
            "notDelivering",
            "failingSeconds",
            "tokenDaysLeft",
        ),
        ("contoso", "1,496", "4", "11", "0", "0", "182"),
        ("fabrikam", "605", "0", "0", "0", "0", "240"),
    ),
    "Warnings and errors": (
        ("level", "event", "integration", "status", "code", "reason_or_message", "times", "last"),
        (
            "ERROR",
            "delivery",
            "contoso",
            "503",
            "queue_unavailable",
            "SendMessageBatch: ServiceUnavailable",
            "14",
            "15:02:41",
        ),
        ("WARN", "delivery", "", "401", "unauthorized", "", "1", "11:20:07"),
    ),
}


def series(label: str) -> np.ndarray:
    """The figures of one metric through the day."""
    noise = np.random.default_rng(list(label.encode())).uniform(0.75, 1.25, HOURS.size)
    daylight = np.maximum(0.03, np.sin(np.pi * (HOURS - 7) / 12)) ** 1.5
    values = (BUSY.get(label, 0) * daylight + STEADY.get(label, 0)) * noise
    values[OUTAGE] = IN_OUTAGE.get(label, values[OUTAGE])
    return values
