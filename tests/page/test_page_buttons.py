"""The buttons of a connected integration: each asks first where it changes something, does it once, and reports."""

import unittest

from playwright.sync_api import expect

from deployed import SETUP_FUNCTION
from deployed_console import TOKEN_SECRET
from page_test import PageTest

SETUP_TIMEOUT_SECONDS = 300


class Buttons(PageTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connect_all({name: {} for name in ("shop", "rotate", "slow")})
        cls.addClassCleanup(cls.unlink_all)

    def leave(self) -> None:
        """Keeps the integrations for the next test."""

    def test_check_now_asks_azure_devops(self):
        page = self.page
        self.opened("shop")
        page.press("Check now")
        self.expect_text("No problems found.", "Marta Lindqvist")
        expect(page.content.locator("tbody tr")).to_have_count(8)
        (pushes,) = self.subscriptions_of("shop", "git.push")
        self.edit_for_now(pushes, status="disabledByUser")
        page.press("Check again")
        self.expect_text("1 problem", "git.push", "disabled")
        page.press("Back to shop")
        expect(self.heading).to_contain_text("shop")

    def test_a_password_is_rotated_once_however_often_the_button_is_pressed(self):
        page = self.page
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
        page.refresh()
        expect(self.rows).to_have_count(3)
        self.assertEqual(self.password("rotate"), after, "neither looking again nor a refresh rotates")

    def test_a_rotation_that_takes_long_says_go_on_and_goes_on(self):
        page = self.page
        before = self.password("slow")
        self.opened("slow")
        self.addCleanup(self.set_timeout, SETUP_TIMEOUT_SECONDS)
        self.set_timeout(6)
        page.confirm("Rotate password")
        self.expect_text("Not finished yet.", "again")
        self.set_timeout(SETUP_TIMEOUT_SECONDS)
        page.press("Go on")
        self.expect_text("was rotated")
        self.assertEqual(self.password("slow", "AWSPREVIOUS"), before, "one rotation")

    def test_failed_deliveries_are_replayed(self):
        page = self.page
        (pushes,) = self.subscriptions_of("shop", "git.push")
        self.edit_for_now(pushes, basicAuthPassword="wrong")
        # The first puts the subscription on probation, and the second is dropped.
        self.push("refused")
        self.until(lambda: "pending" in self.deliveries(pushes))
        self.push("dropped")
        self.until(lambda: "failed" in self.deliveries(pushes))
        self.opened("shop")
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
        self.assertIn("Queue these events of shop again?", page.confirm("Replay"))
        self.expect_text("1 events queued")
        page.press("Open shop")

    def test_the_quarantine_is_replayed(self):
        page = self.page
        (pushes,) = self.subscriptions_of("shop", "git.push")
        url = pushes["consumerInputs"]["url"].replace("code-pushed", "pull-request")
        self.edit_for_now(pushes, url=url, basicAuthPassword=self.password("shop"))
        before = self.deliveries(pushes)
        self.push("astray")
        self.until(lambda: self.deliveries(pushes) == ["succeeded", *before])
        self.opened("shop")
        page.press("Replay…")
        page.press("Count what is in quarantine")
        self.expect_text("1 events would be queued")
        page.confirm("Replay")
        self.expect_text("1 events queued")
        page.press("Open shop")
        page.press("Replay…")
        page.press("Count what is in quarantine")
        self.expect_text("0 events would be queued")

    def test_a_token_is_replaced(self):
        page = self.page
        self.opened("shop")
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
        page.press("Back to shop")
        self.expect_text("token, until 2098-01-02")

    def test_an_integration_is_connected_again(self):
        page = self.page
        (lost, *_) = self.subscriptions_of("shop")
        self.stack.azure_devops("DELETE", f"hooks/subscriptions/{lost['id']}")
        self.opened("shop")
        page.press("Connect again…")
        page.fill(patSecretId=TOKEN_SECRET, patExpiresOn="2099-12-31")
        page.press("Check")
        self.expect_text("1 changes planned")
        page.press("Connect")
        self.assertEqual(len(self.subscriptions_of("shop")), 8)

    def edit_for_now(self, subscription: dict, **changes: str) -> None:
        """Somebody edits a subscription, and at the end of the test it is as it was."""
        self.addCleanup(self.edit, subscription, basicAuthPassword=self.password("shop"))
        self.edit(subscription, **changes)

    def set_timeout(self, seconds: int) -> None:
        functions = self.stack.aws.client("lambda")
        functions.update_function_configuration(FunctionName=SETUP_FUNCTION, Timeout=seconds)

    def deliveries(self, subscription: dict) -> list[str]:
        """The results of its deliveries, newest first."""
        listed = self.stack.azure_devops("GET", f"hooks/subscriptions/{subscription['id']}/notifications")["value"]
        return [each["result"] for each in sorted(listed, key=lambda each: each["createdDate"], reverse=True)]


if __name__ == "__main__":
    unittest.main()
