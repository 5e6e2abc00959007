"""Hands each event to `handle` once, whether the function or the loop received it."""

import json
import time

from pydantic import ValidationError

import state
from events import HookpostEvent, PullRequestMergedEvent, PullRequestUpdatedEvent
from handle import Event, handle


def consume(body: str) -> None:
    """Handles the body of a message, unless that has been done or its type is not known.

    SQS gives nobody the other events of a branch or pull request meanwhile. So no lock is needed: an event is handled
    twice only if the process ends between the last two steps.
    """
    event = parse(body)
    if event is None:
        return
    late = state.is_late(event.partitionkey, event.sequence)
    key = key_of(event)
    if not state.is_done(key):
        handle(event, late)
        state.mark_done(key)


def parse(body: str) -> Event | None:
    """The event; None if a later version added its type."""
    try:
        return HookpostEvent.model_validate_json(body).root
    except ValidationError as error:
        (first, *_) = error.errors()
        if first["type"] != "union_tag_invalid":
            raise
        count_unknown(first["ctx"]["tag"])
        return None


def key_of(event: Event) -> str:
    """What is handled once: the event, or the completion of a pull request, which arrives as two events."""
    if isinstance(event, PullRequestUpdatedEvent | PullRequestMergedEvent):
        action, closed_at = event.data.action, event.data.closed_at
        if action == "completed" and closed_at:
            return f"{event.source}|{event.subject}|{action}|{closed_at}"
    return event.id


def count_unknown(kind: str) -> None:
    """Prints a line that CloudWatch counts as a metric when Lambda logs it."""
    metrics = [{"Name": "UnknownEvents", "Unit": "Count"}]
    directive = {"Namespace": "HookpostConsumer", "Dimensions": [[]], "Metrics": metrics}
    aws = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
    print(json.dumps({"_aws": aws, "UnknownEvents": 1, "Type": kind}), flush=True)
