"""Your code."""

import json

from events import (
    PullRequestCommentedEvent,
    PullRequestCreatedEvent,
    PullRequestMergedEvent,
    PullRequestUpdatedEvent,
    PushEvent,
)

Event = (
    PushEvent | PullRequestCreatedEvent | PullRequestUpdatedEvent | PullRequestMergedEvent | PullRequestCommentedEvent
)


def handle(event: Event, late: bool) -> None:
    """Handles an event, once for each happening. Raise to get it again; after five failures SQS moves it to the
    dead-letter queue.

    Do not deploy a `late` event: a newer one of its branch or pull request was received before.
    """
    match event:
        case PushEvent():
            action = event.data.change
        case PullRequestCommentedEvent():
            action = event.data.comment.change
        case _:
            action = event.data.action
    line = {"id": event.id, "type": event.type, "subject": event.subject, "action": action, "late": late}
    print(json.dumps(line), flush=True)
