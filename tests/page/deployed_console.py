"""The one deployed stack of this folder, and the console that shows its dashboard.

Tests of the page begin like this, and connect integrations under names of their own:

    class Overview(BrowserTest):
        def test_what_somebody_notices(self):
            stack, host = deployed_console()
            page = ConsolePage(self.new_page(), host)
            page.open()
            page.press("Connect an organization")
"""

import atexit
import contextlib
import functools
import json
from datetime import UTC, datetime

from deployed import SETUP_FUNCTION, Deployed, deployed
from infra.local.console.host import ConsoleServer, console
from infra.local.deploy import STACK, WATCH

TOKEN_SECRET = f"{STACK}-pat-page"
WATCH_FUNCTION = f"{STACK}-{WATCH}"
FUNCTIONS = (SETUP_FUNCTION, WATCH_FUNCTION, f"{STACK}-code-pushed", f"{STACK}-pull-request")


@functools.cache
def deployed_console() -> tuple[Deployed, ConsoleServer]:
    """Starts at the first test that needs it, and ends with the process."""
    running = contextlib.ExitStack()
    atexit.register(running.close)
    stack = running.enter_context(deployed())
    # A rotation waits until every receiver has asked for the new password.
    for function in FUNCTIONS:
        stack.set_variables(function, HOOKPOST_PASSWORD_REFETCH_SECONDS="1")
    stack.store_secret(TOKEN_SECRET, stack.azure.token)
    store_overview(stack, [])
    return stack, running.enter_context(console(stack.aws, STACK))


def store_overview(stack: Deployed, integrations: list[dict]) -> None:
    """Puts an overview on its queue, as a pass of `watch` does. SQS waits a second for one that is missing."""
    functions, now = stack.aws.client("lambda"), datetime.now(UTC).isoformat()
    variables = functions.get_function_configuration(FunctionName=SETUP_FUNCTION)["Environment"]["Variables"]
    stack.aws.client("sqs").send_message(
        QueueUrl=variables["HOOKPOST_OVERVIEW_QUEUE_URL"],
        MessageBody=json.dumps({"at": now, "integrations": integrations}),
        MessageGroupId="overview",
        MessageDeduplicationId=now.replace(":", "-").replace("+", "-"),
    )
