"""`deliver`: posts a folder of recorded bodies to the receivers and prints the answer to each."""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from infra.local import rendering
from infra.local.errors import UserError
from infra.local.launch import launch
from infra.local.loopback import Response, request
from infra.local.queue_reader import read_queues
from infra.local.stack import Stack, running
from infra.local.terminal import Terminal


def deliver(folder: str, profile: str, results: Terminal, progress: Terminal) -> int:
    """Prints one line per file to `results`, everything else to `progress`. Returns 1 if any body was not accepted."""
    files = bodies(folder)
    width = max(len(file.name) for file in files)
    with any_stack(profile, progress) as stack:
        responses = [deliver_file(results, stack, file, width) for file in files]
    accepted = sum(200 <= response.status < 300 for response in responses)
    progress.line(f"{accepted} of {len(files)} accepted")
    return 0 if accepted == len(files) else 1


def bodies(folder: str) -> list[Path]:
    usage = "Name a folder of *.json bodies, as in: make deliver DIR=path/to/folder"
    if not folder:
        raise UserError(f"DIR is missing. {usage}")
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise UserError(f"There is no folder `{folder}`. {usage}")
    files = sorted(file for file in path.glob("*.json") if not file.is_dir())
    if not files:
        raise UserError(f"There is no *.json file in `{folder}`. {usage}")
    return files


@contextlib.contextmanager
def any_stack(profile: str, progress: Terminal) -> Iterator[Stack]:
    """The stack that `run` keeps up in another terminal, or else a new one until the block is left."""
    stack = running()
    if stack:
        progress.line(f"delivering to the running stack, {stack.endpoint}")
        yield stack
        return
    with launch(progress, profile) as (stack, _):
        progress.line()
        yield stack


def deliver_file(terminal: Terminal, stack: Stack, file: Path, width: int) -> Response:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise UserError(f"`{file}` cannot be read: {error.strerror}.") from error
    response = post(stack, body)
    reply = response.json()
    result = events(stack, reply) or rendering.reason(reply)
    name = f"{rendering.printable(file.name):<{width}}"
    terminal.line(f"{name}  {rendering.answer(terminal, response.status, reply)} {result}")
    return response


def post(stack: Stack, body: bytes) -> Response:
    """Posts the bytes unchanged, with the headers that Azure DevOps sends."""
    credentials = base64.b64encode(f":{stack.password}".encode()).decode()
    headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Basic {credentials}"}
    try:
        return request("POST", stack.webhook_url(receiver(body)), body, headers)
    except OSError as error:
        raise UserError(f"The local stack did not answer: {error}.") from error


def receiver(body: bytes) -> str:
    """The receiver of the event type. A body without a readable type goes to code-pushed, which quarantines it."""
    try:
        event_type = json.loads(body.decode("utf-8-sig"))["eventType"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "code-pushed"
    return "pull-request" if str(event_type).startswith(PULL_REQUEST_EVENTS) else "code-pushed"


def events(stack: Stack, reply: dict) -> str:
    """Type and id of each event that the reply names. The type comes from the queue: the reply has none."""
    ids = [event["id"] for event in reply.get("events") or []]
    if not ids:
        return ""
    types = {event.id: event.type for event in read_queues(stack).events}
    return ", ".join(rendering.printable(f"{types.get(id, ALREADY_RECEIVED)} {id}") for id in ids)


PULL_REQUEST_EVENTS = ("git.pullrequest.", "ms.vss-code.git-pullrequest-comment-event")
ALREADY_RECEIVED = "(a consumer has already received it)"
