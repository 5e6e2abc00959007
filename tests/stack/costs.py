"""What the stack costs in a month of 30 days, from the template, the benchmark and `prices.json`.

`PYTHONPATH=. .venv/bin/python tests/stack/costs.py` prints the tables of infra/README.md, and `relay_costs.py` what a
relay adds to the second one.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

from alarms import metrics_of
from infra.local.build import ROOT
from infra.local.template import load
from metrics import BY_INTEGRATION, BY_OUTCOME, OUTCOMES, always_has_values, filters, own
from observability import metrics_of_widget, widgets_of
from queries import of_type
from sam_transform import expanded

LIST = json.loads((Path(__file__).parent / "prices.json").read_text(encoding="utf-8"))
PRICES = LIST["prices"]
BENCHMARK = ROOT / "tests" / "perf" / "bench" / "REPORT.md"
CONSUMER = ROOT / "infra" / "consumers" / "lambda" / "template.yaml"

DAYS = 30
MINUTES = DAYS * 24 * 60
DELIVERY_SECONDS = 0.015
# Of a pass over an integration with an organization of its own, 200 ms away (How large may it be?, infra/README.md).
PASS_SECONDS = 1.2
# Lambda writes START, END and REPORT.
LAMBDA_LINES, LAMBDA_LINES_BYTES = 3, 300
# An `integration_checked` or `pass_completed` line in which nothing is wrong.
WATCH_LINE_BYTES = 350
# CloudWatch Logs counts these beside each line.
LINE_OVERHEAD_BYTES = 26
# What leaves AWS: the response to a delivery; the requests of a pass for one integration.
RESPONSE_BYTES, PASS_REQUESTS_BYTES = 1_000, 10_000
# How long a receiver or a relay keeps a password, in minutes.
PASSWORD_MINUTES = 5
SECRETS_PER_PAGE = 100
CHECKPOINTS_PER_CALL = 10
# Of an integration in the overview. SQS charges each 64 KB of a message as a call.
OVERVIEW_BYTES, SQS_CHUNK_BYTES = 600, 65_536
# Twice on each working day.
DASHBOARD_VIEWS = 40
# The part of the time in which something is wrong, so that a metric has values.
TROUBLE = 0.1
# The receivers, `watch` and the consumer.
SQS_USERS = 4
GIGABYTE = 1e9


@dataclass(frozen=True)
class Load:
    """The work of a month."""

    integrations: int
    events: int


LOADS = (Load(1, 50_000), Load(1, 1_000_000), Load(50, 2_400_000), Load(200, 2_400_000))

# Quantities by name of the price.
Usage = dict[str, float]


def rows(template: dict, load: Load) -> Iterator[tuple[str, Usage]]:
    """Each row of the table: what is charged, and its quantities."""
    many, events = load.integrations, load.events
    passes = MINUTES / int(template["Parameters"]["WatchMinutes"]["Default"])
    gigabytes = int(template["Parameters"]["MemoryMegabytes"]["Default"]) / 1024
    logged = log_bytes(load, passes) / GIGABYTE
    yield f"API Gateway, {price('gateway_request')} per million", {"gateway_request": events}
    yield (
        f"Lambda, receivers: {price('lambda_request')} per million, {price('lambda_gb_second')} per GB-second",
        {"lambda_request": events, "lambda_gb_second": events * DELIVERY_SECONDS * gigabytes},
    )
    yield (
        f"Lambda, `watch`: {passes:,.0f} passes of {PASS_SECONDS} s per integration, and Scheduler, which invokes it",
        {
            "lambda_request": passes,
            "lambda_gb_second": passes * many * PASS_SECONDS * gigabytes,
            "scheduler_invocation": passes,
        },
    )
    yield (
        f"SQS FIFO, events: send, receive, delete, {price('sqs_fifo_request')} per million each",
        {"sqs_fifo_request": 3 * events},
    )
    yield (
        f"SQS FIFO, a consuming function that waits: {pollers(CONSUMER)} pollers, three calls a minute each",
        {"sqs_fifo_request": pollers(CONSUMER) * 3 * MINUTES},
    )
    yield (
        "SQS FIFO, checkpoints: in each pass 3 calls, and 3 for every ten integrations",
        {"sqs_fifo_request": passes * (3 + 3 * math.ceil(many / CHECKPOINTS_PER_CALL))},
    )
    chunks = math.ceil(many * OVERVIEW_BYTES / SQS_CHUNK_BYTES)
    yield (
        "SQS FIFO, overview: in each pass a call to receive it and one to send it, of 64 KB each, and one to delete it",
        {"sqs_fifo_request": passes * (2 * chunks + 1)},
    )
    secrets = 2 * many + 1
    yield (
        f"Secrets Manager: two secrets per integration and one with their names, {price('secret')} each",
        {"secret": secrets},
    )
    calls = passes * (2 * many + math.ceil(secrets / SECRETS_PER_PAGE))
    yield (
        f"Secrets Manager, calls of `watch`: 2 per integration and pass, and lists, {price('secret_call')} per 10,000",
        {"secret_call": calls},
    )
    yield (
        "Secrets Manager, calls of receivers: each reads a password every five minutes, if deliveries come",
        {"secret_call": password_calls(2 * many, events)},
    )
    yield (
        f"logs: {delivery_bytes():,} bytes per delivery, of which Lambda's own lines are {overhead_bytes()}, and "
        f"{WATCH_LINE_BYTES + LINE_OVERHEAD_BYTES} per integration and pass, {price('log_gb')} per GB and "
        f"{price('log_gb_month')} to keep it",
        {"log_gb": logged, "log_gb_month": logged},
    )
    always, sometimes = own_metrics(template)
    yield (
        f"own metrics, {price('metric')} each: {always} that always has values, and {sometimes} that have some while "
        "something is wrong, here a tenth of the hours",
        {"metric": always + TROUBLE * sometimes},
    )
    alarms, metrics = alarms_by_default(template)
    yield f"alarms: {alarms} on {metrics} metrics, {price('alarm_metric')} each", {"alarm_metric": metrics}
    composites = len(of_type(template, "AWS::CloudWatch::CompositeAlarm"))
    yield f"composite alarms: {composites}, {price('composite_alarm')} each", {"composite_alarm": composites}
    graphs, queries = dashboard(template)
    yield (
        f"dashboard: the first three of an account are free; {DASHBOARD_VIEWS} views of {graphs} metrics and {queries} "
        "queries of a day's logs",
        {
            "metric_request": DASHBOARD_VIEWS * graphs,
            "log_query_gb": DASHBOARD_VIEWS * queries * logged / DAYS,
        },
    )
    sent = (events * RESPONSE_BYTES + passes * many * PASS_REQUESTS_BYTES) / GIGABYTE
    yield f"data that leaves AWS: responses, and calls of `watch`, {price('transfer_gb')} per GB", {"transfer_gb": sent}


def options(template: dict, load: Load) -> Iterator[tuple[str, Usage]]:
    """What is not in the table: options, and what an account may have beside the stack."""
    calls = total(template, load)["secret_call"]
    added = own(template, by_default=False)
    by_integration = sum(list(dimensions) == BY_INTEGRATION for _, dimensions in added)
    by_outcome = sum(list(dimensions) == BY_OUTCOME for _, dimensions in added) * len(OUTCOMES)
    others = sum(not dimensions for _, dimensions in added)
    yield (
        f"`Metrics: full`: {by_outcome} metrics of outcomes, {others} of what `watch` recovers a tenth of the hours",
        {"metric": by_outcome + TROUBLE * others},
    )
    yield f"`Metrics: full`, for each integration: {by_integration} metrics", {"metric": by_integration}
    yield "`SilenceHours`: an alarm", {"alarm_metric": 1}
    # SQS keeps a data key for five minutes for each of those who send and receive. Secrets Manager keeps none.
    requests = SQS_USERS * MINUTES / 5 + calls
    yield f"`KmsKeyArn`: the key, and {round(requests, -3):,.0f} calls", {"kms_key": 1, "kms_request": requests}
    yield (
        f"a second trail of CloudTrail: it records {round(calls, -3):,.0f} calls to Secrets Manager",
        {"trail_event": calls},
    )
    yield "a fourth dashboard in the account", {"dashboard": 1}
    yield "the secret in which you stored the token for `connect`, until you delete it", {"secret": 1}
    _, sometimes = own_metrics(template)
    yield (
        f"something wrong all the time: the {sometimes} metrics always have values",
        {"metric": (1 - TROUBLE) * sometimes},
    )


def password_calls(readers: int, events: int) -> float:
    """Calls of all that keep a password for some minutes. In an interval without deliveries, nobody asks for it."""
    intervals = readers * MINUTES / PASSWORD_MINUTES
    return intervals * (1 - math.exp(-events / intervals))


def log_bytes(load: Load, passes: float) -> float:
    line = WATCH_LINE_BYTES + LINE_OVERHEAD_BYTES
    return load.events * delivery_bytes() + passes * (load.integrations * line + line + overhead_bytes())


def delivery_bytes() -> int:
    """Bytes of all log lines of a delivery, to ten. The benchmark measures our own."""
    measured = re.search(r"\| log of a queued delivery, bytes +\| +([\d.]+) \|", BENCHMARK.read_text(encoding="utf-8"))
    return round((float(measured[1]) + LINE_OVERHEAD_BYTES + overhead_bytes()) / 10) * 10


def overhead_bytes() -> int:
    """Bytes of the lines that Lambda writes about an invocation."""
    return LAMBDA_LINES_BYTES + LAMBDA_LINES * LINE_OVERHEAD_BYTES


def pollers(file: Path) -> int:
    """Lambda keeps five pollers of an event source mapping with a maximum concurrency, else two while it is quiet."""
    template = yaml_parse(file.read_text(encoding="utf-8"))
    return 5 if "MaximumConcurrency" in json.dumps(template) else 2


def own_metrics(template: dict) -> tuple[int, int]:
    """How many metrics always have values, and how many only when something is wrong."""
    always = {
        part["MetricName"]
        for each in filters(template, by_default=True).values()
        if always_has_values(each)
        for part in each["MetricTransformations"]
    }
    return len(always), len(own(template)) - len(always)


def alarms_by_default(template: dict) -> tuple[int, int]:
    """How many alarms there are, without composite ones, and on how many metrics."""
    alarms = of_type(template, "AWS::CloudWatch::Alarm").items()
    unconditional = [alarm for name, alarm in alarms if "Condition" not in template["Resources"][name]]
    return len(unconditional), sum(len(list(metrics_of(alarm))) for alarm in unconditional)


def dashboard(template: dict, *, keeps_deliveries: bool = False) -> tuple[int, int]:
    """How many metrics the dashboard shows, and how many queries it runs."""
    [body] = of_type(template, "AWS::CloudWatch::Dashboard").values()
    widgets = widgets_of(body, keeps_deliveries=keeps_deliveries)
    return sum(len(list(metrics_of_widget(each))) for each in widgets), sum(each["type"] == "log" for each in widgets)


def price(name: str) -> str:
    dollars = PRICES[name]["dollars"]
    return f"${dollars:.2f}" if round(dollars, 2) == dollars else f"${dollars:.10f}".rstrip("0")


def dollars(usage: Usage) -> float:
    return sum(PRICES[name]["dollars"] * quantity / PRICES[name]["per"] for name, quantity in usage.items())


def total(template: dict, load: Load) -> Usage:
    usage = Counter()
    for _, each in rows(template, load):
        usage.update(each)
    return usage


def taken_by_allowances(usage: Usage) -> float:
    """What an account that does nothing else does not pay."""
    return dollars({name: min(quantity, PRICES[name].get("free", 0)) for name, quantity in usage.items()})


def table(template: dict) -> list[str]:
    """The lines of the table in infra/README.md, without its head."""
    columns = [list(rows(template, load)) for load in LOADS]
    usages = [total(template, load) for load in LOADS]
    lines = [(label, [dollars(column[row][1]) for column in columns]) for row, (label, _) in enumerate(columns[0])]
    lines.append(("**sum**", [dollars(usage) for usage in usages]))
    lines.append(
        (
            "sum, if the free allowances are not used up",
            [dollars(usage) - taken_by_allowances(usage) for usage in usages],
        )
    )
    return [f"| {label} | {' | '.join(f'${amount:.2f}' for amount in amounts)} |" for label, amounts in lines]


def options_table(rows: Iterator[tuple[str, Usage]]) -> list[str]:
    """The lines of the table of options."""
    return [f"| {label} | ${dollars(usage):.2f} |" for label, usage in rows]


if __name__ == "__main__":
    template = expanded(load())
    print("\n".join([*table(template), "", *options_table(options(template, LOADS[0]))]))
