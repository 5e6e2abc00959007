"""Prints what the user can try, once the local stack is up."""

import json

from infra.local.azure_devops import AzureDevOps
from infra.local.connect import WITHOUT_TOKEN
from infra.local.deploy import STACK
from infra.local.rendering import heading, step
from infra.local.stack import Stack
from infra.local.terminal import CYAN, Terminal


def show(terminal: Terminal, stack: Stack, azure: AzureDevOps, page: str) -> None:
    heading(terminal, PAGE)
    step(terminal, "open", page)
    step(terminal, "organization", azure.organization_url)
    step(terminal, "token's secret", f"{TOKEN_SECRET}, to connect the organization again under another name")
    step(terminal, "or the app", f"tenant {azure.tenant_id}, client {azure.client_id}")
    heading(terminal, "Running until Ctrl-C")
    step(terminal, "integration", f"{stack.integration}; {WITHOUT_TOKEN} has URLs and a password of its own")
    step(terminal, "pushes", stack.webhook_url("code-pushed"))
    step(terminal, "pull requests", stack.webhook_url("pull-request"))
    step(terminal, "user name", "any, or none")
    step(terminal, "password", stack.password)
    step(terminal, "events queue", stack.events_queue)
    heading(terminal, "Try from another terminal")
    terminal.line(f"  {terminal.paint('# a push, a new one each time; the event appears below', CYAN)}")
    terminal.line(f"  {curl(stack)}")
    terminal.line(f"  {terminal.paint('# a folder of recorded bodies', CYAN)}")
    terminal.line("  make deliver DIR=path/to/folder")
    terminal.line(f"  {terminal.paint('# a consumer of the events: python, typescript, rust or go', CYAN)}")
    terminal.line("  make consume LANGUAGE=python")
    terminal.line(f"  {terminal.paint('# a relay of the raw deliveries to two stand-ins for tools', CYAN)}")
    terminal.line("  make relay")
    heading(terminal, "Live view of the queues")


def curl(stack: Stack) -> str:
    """A command that posts a valid push. The shell inserts the time as the push id, so that each is a new event."""
    before, after = json.dumps(PUSH, separators=(",", ":")).split(f'"{PUSH_ID}"')
    return (
        f"curl -i -u :{stack.password} -H 'Content-Type: application/json'"
        f" -d '{before}'$(date +%s)'{after}' {stack.webhook_url('code-pushed')}"
    )


PAGE = "The page Integrations, as the AWS console shows it"
# The operator's guide names the secret of a token so.
TOKEN_SECRET = f"{STACK}-pat"
PUSH_ID = "push id"
PUSH = {
    "eventType": "git.push",
    "resource": {
        "refUpdates": [{"name": "refs/heads/main", "newObjectId": "2" * 40}],
        "repository": {
            "id": "0d6a1c7e-52f3-4b8a-8e9c-7b1f4d2a6c35",
            "remoteUrl": "https://dev.azure.com/contoso/web/_git/hello",
        },
        "pushId": PUSH_ID,
    },
}
