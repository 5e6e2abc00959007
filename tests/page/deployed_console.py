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

from deployed import SETUP_FUNCTION, Deployed, deployed
from infra.local.console.host import Host, console
from infra.local.deploy import STACK, WATCH

TOKEN_SECRET = f"{STACK}-pat-page"
WATCH_FUNCTION = f"{STACK}-{WATCH}"
FUNCTIONS = (SETUP_FUNCTION, WATCH_FUNCTION, f"{STACK}-code-pushed", f"{STACK}-pull-request")


@functools.cache
def deployed_console() -> tuple[Deployed, Host]:
    """Starts at the first test that needs it, and ends with the process."""
    running = contextlib.ExitStack()
    atexit.register(running.close)
    stack = running.enter_context(deployed())
    # A rotation waits until every receiver has asked for the new password.
    for function in FUNCTIONS:
        stack.set_variables(function, HOOKPOST_PASSWORD_REFETCH_SECONDS="1")
    stack.store_secret(TOKEN_SECRET, stack.azure.token)
    return stack, running.enter_context(console(stack.aws, STACK))
