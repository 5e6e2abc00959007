"""What to try next, once the local stack is up."""

import json

from infra.local.screen import CYAN, Screen
from infra.local.show import heading, step
from infra.local.stack import Stack


def show(screen: Screen, stack: Stack) -> None:
    heading(screen, "Yours until Ctrl-C")
    step(screen, "pushes", stack.webhook_url("code-pushed"))
    step(screen, "pull requests", stack.webhook_url("pull-request"))
    step(screen, "user name", "any, or none")
    step(screen, "password", stack.password)
    step(screen, "events queue", stack.events_queue)
    heading(screen, "Try from another terminal")
    screen.line(f"  {screen.paint('# a push of your own, a new one each time; it shows up below', CYAN)}")
    screen.line(f"  {curl(stack)}")
    screen.line(f"  {screen.paint('# a folder of recorded bodies', CYAN)}")
    screen.line("  make deliver DIR=path/to/folder")
    heading(screen, "Live view of the queues")


def curl(stack: Stack) -> str:
    """A push that is accepted as it stands. The shell fills in the time as its number, so that each is a new event."""
    before, after = json.dumps(PUSH, separators=(",", ":")).split(f'"{NUMBER}"')
    return (
        f"curl -i -u :{stack.password} -H 'Content-Type: application/json'"
        f" -d '{before}'$(date +%s)'{after}' {stack.webhook_url('code-pushed')}"
    )


NUMBER = "push id"
PUSH = {
    "eventType": "git.push",
    "resource": {
        "refUpdates": [{"name": "refs/heads/main", "newObjectId": "2" * 40}],
        "repository": {
            "id": "0d6a1c7e-52f3-4b8a-8e9c-7b1f4d2a6c35",
            "remoteUrl": "https://dev.azure.com/contoso/web/_git/hello",
        },
        "pushId": NUMBER,
    },
}
