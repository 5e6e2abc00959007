"""`deliver`: posts a folder of recorded bodies at a local stack and says what became of each."""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from infra.local import show
from infra.local.launch import launch
from infra.local.problem import Problem
from infra.local.queues import look
from infra.local.screen import Screen
from infra.local.stack import Stack, running
from infra.local.wire import Answer, request


def deliver(folder: str, results: Screen, progress: Screen) -> int:
    """1 if any delivery was not accepted. One line a file goes to `results`, everything else to `progress`."""
    files = bodies(folder)
    width = max(len(file.name) for file in files)
    with some_stack(progress) as stack:
        answers = [show_one(results, stack, file, width) for file in files]
    accepted = sum(200 <= answer.status < 300 for answer in answers)
    progress.line(f"{accepted} of {len(files)} accepted")
    return 0 if accepted == len(files) else 1


def bodies(folder: str) -> list[Path]:
    usage = "name a folder of *.json bodies, as in: make deliver DIR=path/to/folder"
    if not folder:
        raise Problem(f"DIR is missing: {usage}")
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise Problem(f"there is no folder `{folder}`: {usage}")
    files = sorted(file for file in path.glob("*.json") if not file.is_dir())
    if not files:
        raise Problem(f"no *.json file in `{folder}`: {usage}")
    return files


@contextlib.contextmanager
def some_stack(progress: Screen) -> Iterator[Stack]:
    """The one that `run` keeps up, or one for this time only."""
    stack = running()
    if stack:
        progress.line(f"delivering at the running stack, {stack.endpoint}")
        yield stack
        return
    with launch(progress) as (stack, _, _):
        progress.line()
        yield stack


def show_one(screen: Screen, stack: Stack, file: Path, width: int) -> Answer:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise Problem(f"`{file}` cannot be read: {error.strerror}.") from error
    answer = post(stack, body)
    reply = answer.json()
    result = events(stack, reply) or show.why(reply)
    screen.line(f"{show.clean(file.name):<{width}}  {show.answer(screen, answer.status, reply)} {result}")
    return answer


def post(stack: Stack, body: bytes) -> Answer:
    """The bytes as they are, with the headers that Azure DevOps sends."""
    credentials = base64.b64encode(f":{stack.password}".encode()).decode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Basic {credentials}"}
    try:
        return request("POST", stack.webhook_url(receiver(body)), body, headers)
    except OSError as error:
        raise Problem(f"the local stack did not answer: {error}.") from error


def receiver(body: bytes) -> str:
    """Where a body belongs. What cannot be read has to go somewhere too, and its answer is worth seeing."""
    try:
        event_type = json.loads(body.decode("utf-8-sig"))["eventType"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "code-pushed"
    return "pull-request" if str(event_type).startswith(PULL_REQUEST_EVENTS) else "code-pushed"


def events(stack: Stack, reply: dict) -> str:
    """Type and id of each event that the reply names. The reply has no types, the queue does."""
    ids = [event["id"] for event in reply.get("events") or []]
    if not ids:
        return ""
    types = {event.id: event.type for event in look(stack).events}
    return ", ".join(show.clean(f"{types.get(id, TAKEN)} {id}") for id in ids)


PULL_REQUEST_EVENTS = ("git.pullrequest.", "ms.vss-code.git-pullrequest-comment-event")
TAKEN = "(already taken off the queue)"
