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

from deployed import Deployed, deployed
from infra.local.console.host import Host, console
from infra.local.deploy import STACK


@functools.cache
def deployed_console() -> tuple[Deployed, Host]:
    """Starts at the first test that needs it, and ends with the process."""
    running = contextlib.ExitStack()
    atexit.register(running.close)
    stack = running.enter_context(deployed())
    return stack, running.enter_context(console(stack.aws, STACK))
