"""The overview: what `watch` saw, what needs attention first, and nothing that happens by looking."""

import contextlib
import http.server
import threading
import unittest
from collections.abc import Iterator

from playwright.sync_api import expect

from deployed import SETUP_FUNCTION
from deployed_console import TOKEN_SECRET
from page_test import PageTest

BYTES_MAX = 64 * 1024


class Overview(PageTest):
    def test_what_watch_saw_is_shown_with_what_needs_attention_first(self):
        page, azure = self.page, self.stack.azure
        second = {"projects": [azure.second_project]}
        expired = second | {"repository": "keg-counter", "patExpiresOn": "2020-01-01"}
        self.connect_all({"alpha": {}, "beta": second, "gamma": expired})
        page.open()
        expect(self.rows.filter(has_text="… Not seen yet")).to_have_count(3)
        self.edit(self.subscriptions_of("beta", "git.push")[0], status="disabledByUser")
        self.push("seen")
        self.watch()
        page.refresh()
        self.expect_text("3 integrations: 2 need attention.")
        names = self.rows.locator(".hp-name")
        expect(names).to_have_text(["gamma", "beta", "alpha"])
        gamma, beta, alpha = (self.rows.nth(index) for index in range(3))
        expect(gamma).to_contain_text("✕ Failing")
        expect(gamma).to_contain_text("token, expired on 2020-01-01")
        expect(beta).to_contain_text("! Needs attention")
        expect(beta).to_contain_text("7 of 8 subscriptions deliver")
        expect(alpha).to_contain_text("✓ Well")
        expect(alpha).to_contain_text("8 of 8 subscriptions deliver")
        expect(alpha).to_contain_text("last delivery just now")
        expect(alpha).to_contain_text("dev.azure.com/contoso")
        page.press_named("Open beta")
        self.expect_text("What needs attention", "disabled", "7 of 8 deliver")
        expect(page.content.locator(".hp-box li")).to_have_count(1)

    def test_a_refresh_returns_to_the_overview_and_presses_nothing(self):
        page = self.page
        page.page.clock.install()
        self.show(["quiet"], [overview("quiet")])
        page.open()
        with self.subTest("the button"):
            page.press("Connect an organization")
            page.refresh()
            expect(self.rows).to_have_count(1)
        with self.subTest("by itself"):
            page.press("Connect an organization")
            page.page.get_by_label("Auto-refresh").select_option("10 s")
            with page.call():
                page.page.clock.run_for(10_000)
            expect(self.rows).to_have_count(1)

    def test_fifty_integrations_are_one_answer_without_a_call_to_azure_devops(self):
        page = self.page
        names = [f"team-{number:02}-{'n' * 20}" for number in range(50)]
        self.show(names, [overview(name) for name in names])
        with refusing() as (address, called):
            self.set_azure_devops(address)
            page.open()
            expect(self.rows).to_have_count(50)
            page.refresh()
            self.assertEqual(called, [])
            with self.subTest("the counter counts"):
                page.press("Connect an organization")
                page.fill(organizationUrl=self.stack.azure.organization_url, patSecretId=TOKEN_SECRET)
                page.press("List projects")
                self.assertNotEqual(called, [])
        page.refresh()
        self.assertLessEqual(len(page.answer.encode()), BYTES_MAX)

    def set_azure_devops(self, address: str) -> None:
        self.addCleanup(self.stack.set_variables, SETUP_FUNCTION, HOOKPOST_AZURE_DEVOPS_URL=self.stack.azure.address)
        self.stack.set_variables(SETUP_FUNCTION, HOOKPOST_AZURE_DEVOPS_URL=address)


def overview(name: str) -> dict:
    return {
        "integration": name,
        "organizationUrl": f"https://dev.azure.com/{name}",
        "connectedBy": {"token": {"expiresOn": "2099-12-31"}},
        "subscriptions": {"listedAt": "2026-11-27T12:00:00Z", "wanted": 16, "delivering": 15, "notDelivering": []},
        "lastDelivery": "2026-11-27T12:00:00Z",
        "remains": [f"a subscription of {name} is disabled by its owner: enable it, or run `connect` again"] * 3,
    }


@contextlib.contextmanager
def refusing() -> Iterator[tuple[str, list[str]]]:
    """A server in place of Azure DevOps that refuses every call: its address, and the paths of the calls."""
    called: list[str] = []

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_error(401)

        do_POST = do_OPTIONS = do_GET

        def log_message(self, *_: object) -> None:
            """Writes nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", called
        server.shutdown()


if __name__ == "__main__":
    unittest.main()
