"""A widget whose function is written in the test."""

import json
import unittest
from collections.abc import Callable

from infra.local.console.dashboard import Dashboard, parse
from infra.local.console.functions import Answer
from infra.local.console.host import ConsoleServer, serve

ENDPOINT = "arn:aws:lambda:eu-west-1:111122223333:function:example"
PARAMS = {"view": "overview"}


class FakeFunction:
    """Answers each event by `answer`, and records it."""

    def __init__(self, answer: Callable[[dict], object] = lambda _: "<p>Nothing</p>") -> None:
        self.answer = answer
        self.events: list[dict] = []

    def __call__(self, endpoint: str, event: dict) -> Answer:
        assert endpoint == ENDPOINT, endpoint
        self.events.append(event)
        answer = self.answer(event)
        return answer if isinstance(answer, Answer) else Answer(answer)

    @property
    def parameters(self) -> list[dict]:
        """What each call was made with, without the context."""
        return [{name: event[name] for name in event if name != "widgetContext"} for event in self.events]

    @property
    def forms(self) -> dict:
        """The values of the form fields in the latest call."""
        return self.events[-1]["widgetContext"]["forms"]["all"]


def dashboard(resize: bool = False) -> Dashboard:
    properties = {"title": "Integrations", "endpoint": ENDPOINT, "params": PARAMS, "updateOn": {"resize": resize}}
    custom = {"type": "custom", "x": 0, "y": 0, "width": 24, "height": 9, "properties": properties}
    return parse("hookpost-eu-west-1", json.dumps({"widgets": [{"type": "alarm"}, custom]}))


def served(test: unittest.TestCase, function: FakeFunction, resize: bool = False) -> ConsoleServer:
    return test.enterContext(serve(lambda: dashboard(resize), function))


def action(kind: str, content: str, **attributes: str) -> str:
    """A `cwdb-action` that stands behind the element it gives behavior to."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<cwdb-action action="{kind}" endpoint="{ENDPOINT}"{given}>{content}</cwdb-action>'
