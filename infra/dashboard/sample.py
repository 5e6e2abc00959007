"""A made-up day: quiet at night, busy at work, five minutes without a queue at three in the afternoon."""

import math
from random import Random

STEPS = 96
INCIDENT = 60
# By label: the height of a busy hour, or what one incident made.
HEIGHTS = {
    "pushes queued": 34,
    "pull requests queued": 21,
    "requests": 62,
    "queued": 55,
    "consumed": 54,
    "pushes, half": 14,
    "pushes, 99 of 100": 85,
    "pull requests, half": 13,
    "pull requests, 99 of 100": 79,
    "oldest waiting": 4,
}
IN_THE_INCIDENT = {"503: pushes": 9, "503: pull requests": 5, "503": 14, "oldest waiting": 190}
# What a single value shows.
FIGURES = {"pushes": "1 284", "pull requests": "817", "for consumers": "2", "oldest, in seconds": "1", "missed": "4", "untold": "11", "days left": "182"}
LATENCY = ("half", "of 100")
LOG = [
    ("ERROR", "delivery", "contoso", "503", "queue_unavailable", "SendMessageBatch: ServiceUnavailable", "14", "15:02:41"),
    ("WARN", "delivery", "", "401", "unauthorized", "", "1", "11:20:07"),
]
LOG_HEAD = ("level", "event", "integration", "status", "code", "why", "times", "last")


def series(label: str) -> list[float]:
    """What a metric with this label was through the day."""
    chance = Random(label)
    height, steady = HEIGHTS.get(label, 0), any(word in label for word in LATENCY)
    values = [height * (1 if steady else busy(step)) * chance.uniform(0.75, 1.25) for step in range(STEPS)]
    if label in IN_THE_INCIDENT:
        values[INCIDENT] = IN_THE_INCIDENT[label]
    return values


def busy(step: int) -> float:
    """From 0 at night to 1 in the middle of the day."""
    return max(0.03, math.sin(math.pi * (step / STEPS * 24 - 7) / 12)) ** 1.5


def figure(label: str) -> str:
    return FIGURES.get(label, "0")
