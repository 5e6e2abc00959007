"""Chromium without a window, for tests that look at a page. One serves them all, each with a profile of its own."""

import atexit
import functools
import os
import shutil
import sys
import unittest

from playwright.sync_api import Browser, Page, expect, sync_playwright

from infra.local.build import ROOT

# Where distributions install it. The environment may name another, such as Chrome.
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("HOOKPOST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
MISSING = "tests/page needs Chromium: install the package `chromium`, or set HOOKPOST_CHROMIUM to its path"
# It calls nobody. As root, which a container often is, it has no sandbox.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
TIMEOUT_MILLISECONDS = 20_000
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 420, "height": 900}
SCREENSHOTS = ROOT / "target" / "page"


@functools.cache
def browser() -> Browser:
    """Starts at the first test that needs it, and ends with the process."""
    expect.set_options(timeout=TIMEOUT_MILLISECONDS)
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    atexit.register(started.close)
    return started


@functools.cache
def say_once(text: str) -> None:
    print(text, file=sys.stderr)


class BrowserTest(unittest.TestCase):
    """A test with a page. It is skipped without Chromium, unless HOOKPOST_REQUIRE_BROWSER is set."""

    @classmethod
    def setUpClass(cls) -> None:
        if not CHROMIUM:
            if os.environ.get("HOOKPOST_REQUIRE_BROWSER"):
                raise AssertionError(MISSING)
            say_once(f"skipped: {MISSING}")
            raise unittest.SkipTest(MISSING)

    def new_page(self, viewport: dict = WIDE) -> Page:
        context = browser().new_context(viewport=viewport, locale="en-US", timezone_id="UTC", reduced_motion="reduce")
        self.addCleanup(context.close)
        context.set_default_timeout(TIMEOUT_MILLISECONDS)
        return context.new_page()
