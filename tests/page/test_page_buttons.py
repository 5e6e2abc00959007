"""The buttons of a connected integration: each asks first where it changes something, does it once, and reports."""

import unittest

from playwright.sync_api import expect

from deployed import SETUP_FUNCTION
from deployed_console import TOKEN_SECRET
from page_test import PageTest

SETUP_TIMEOUT_SECONDS = 300


class Buttons(PageTest):
    def test_check_now_asks_azure_devops(self):
        page = self.page
        self.connect("check")
        self.opened("check")
        page.press("Check now")
        self.expect_text("no problems found", "Marta Lindqvist")
        expect(page.content.locator("tbody tr")).to_have_count(8)
        self.edit(self.subscriptions_of("check", "git.push")[0], status="disabledByUser")
        page.press("Check again")
        self.expect_text("1 problem", "git.push", "disabled")
        page.press("Back to check")
        expect(self.heading).to_contain_text("check")

    def test_a_password_is_rotated_once_however_often_the_button_is_pressed(self):
        page = self.page
        self.connect("rotate")
        before = self.password("rotate")
        self.opened("rotate")
        page.cancel("Rotate password")
        self.assertEqual(self.password("rotate"), before)
        page.ask("Rotate password")
        confirm = page.page.get_by_role("button", name="Confirm")
        with page.call():
            confirm.click()
            self.assertIn("Rotate the webhook password of rotate?", page.ask("Rotate password"))
            confirm.click()
        after = self.password("rotate")
        self.assertNotEqual(after, before)
        self.assertEqual(self.password("rotate", "AWSPREVIOUS"), before, "one rotation")
        for shown in ("Look again", "Try again"):
            if page.button(shown).count():
                page.press(shown)
        self.assertEqual(self.password("rotate", "AWSPREVIOUS"), before, "looking again rotates nothing")

    def test_a_rotation_that_takes_long_says_go_on_and_goes_on(self):
        page = self.page
        self.connect("slow")
        before = self.password("slow")
        self.opened("slow")
        self.addCleanup(self.set_timeout, SETUP_TIMEOUT_SECONDS)
        self.set_timeout(6)
        page.confirm("Rotate password")
        self.expect_text("Not done: OutOfTime", "run this again")
        self.set_timeout(SETUP_TIMEOUT_SECONDS)
        page.press("Go on")
        self.expect_text("was rotated")
        self.assertEqual(self.password("slow", "AWSPREVIOUS"), before, "one rotation")

    def test_failed_deliveries_are_replayed(self):
        page = self.page
        self.connect("failed")
        (pushes,) = self.subscriptions_of("failed", "git.push")
        self.edit(pushes, basicAuthPassword="wrong")
        # The first puts the subscription on probation, and the second is dropped.
        self.push("refused")
        self.until(lambda: "pending" in self.deliveries(pushes))
        self.push("dropped")
        self.until(lambda: "failed" in self.deliveries(pushes))
        self.opened("failed")
        page.press("Replay…")
        with self.subTest("a time that is none is refused at its field"):
            page.fill(**{"from": "yesterday", "to": "2026-11-22T08:00:00Z"})
            page.press("Count failed deliveries")
            self.expect_problem("from", "such as")
            expect(page.content.locator("[name=to]")).to_have_value("2026-11-22T08:00:00Z")
        page.fill(**{"from": "2026-01-01T00:00:00Z", "to": ""})
        page.press("Count failed deliveries")
        self.expect_text("1 events would be queued")
        page.cancel("Replay")
        self.expect_text("1 events would be queued")
        self.assertIn("Queue these events of failed again?", page.confirm("Replay"))
        self.expect_text("1 events queued")
        page.press("Open failed")

    def test_the_quarantine_is_replayed(self):
        page = self.page
        self.connect("astray")
        (pushes,) = self.subscriptions_of("astray", "git.push")
        url = pushes["consumerInputs"]["url"].replace("code-pushed", "pull-request")
        self.edit(pushes, url=url, basicAuthPassword=self.password("astray"))
        self.push("astray")
        self.until(lambda: self.deliveries(pushes)[:1] == ["succeeded"])
        self.opened("astray")
        page.press("Replay…")
        page.press("Count what is in quarantine")
        self.expect_text("1 events would be queued")
        page.confirm("Replay")
        self.expect_text("1 events queued")
        page.press("Open astray")
        page.press("Replay…")
        page.press("Count what is in quarantine")
        self.expect_text("0 events would be queued")

    def test_a_token_is_replaced(self):
        page = self.page
        self.connect("token")
        self.opened("token")
        page.press("Replace token…")
        for secret, text in (("", "is missing"), ("hookpost-pat-of-nobody", "hookpost-pat-of-nobody")):
            page.fill(patSecretId=secret, patExpiresOn="2098-01-02")
            page.confirm("Replace token")
            self.expect_problem("patSecretId", text)
            expect(page.content.locator("[name=patExpiresOn]")).to_have_value("2098-01-02")
        with self.subTest("a pasted token is not shown again"):
            page.fill(patSecretId=self.stack.azure.token)
            page.confirm("Replace token")
            self.assertNotIn(self.stack.azure.token, page.answer)
        page.fill(patSecretId=TOKEN_SECRET)
        page.cancel("Replace token")
        self.assertIn("Nothing is changed in Azure DevOps", page.confirm("Replace token"))
        self.expect_text("Marta Lindqvist")
        page.press("Back to token")
        self.expect_text("token, until 2098-01-02")

    def test_an_integration_is_unlinked_after_its_plan(self):
        page = self.page
        self.connect("gone")
        self.opened("gone")
        page.press("Unlink…")
        self.expect_text("10 deletions planned")
        page.press("Keep")
        page.press("Unlink…")
        page.cancel("Unlink")
        self.assertEqual(self.stack.subscriptions(), ["gone"] * 8)
        self.assertIn("no further event of it arrives", page.confirm("Unlink"))
        self.expect_text("gone is unlinked", "revoke the token")
        expect(page.content.locator(".hp-box.hp-good")).to_be_visible()
        expect(page.button("Run again")).to_have_count(0)
        self.assertEqual(self.stack.subscriptions(), [])
        page.press("All integrations")
        self.expect_text("No organization is connected.")

    def test_an_integration_is_connected_again(self):
        page = self.page
        self.connect("again", branch="main")
        (lost, *_) = self.subscriptions_of("again")
        self.stack.azure_devops("DELETE", f"hooks/subscriptions/{lost['id']}")
        self.opened("again")
        page.press("Connect again…")
        page.fill(patSecretId=TOKEN_SECRET)
        page.press("Check")
        self.expect_text("1 changes planned")
        page.press("Connect")
        self.assertEqual(self.stack.subscriptions(), ["again"] * 8)

    def set_timeout(self, seconds: int) -> None:
        functions = self.stack.aws.client("lambda")
        functions.update_function_configuration(FunctionName=SETUP_FUNCTION, Timeout=seconds)

    def deliveries(self, subscription: dict) -> list[str]:
        """The results of its deliveries, newest first."""
        listed = self.stack.azure_devops("GET", f"hooks/subscriptions/{subscription['id']}/notifications")["value"]
        return [each["result"] for each in sorted(listed, key=lambda each: each["createdDate"], reverse=True)]


if __name__ == "__main__":
    unittest.main()
