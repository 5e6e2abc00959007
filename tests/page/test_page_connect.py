"""From an empty stack to a connected organization, by the form."""

import unittest

from playwright.sync_api import expect

from deployed_console import TOKEN_SECRET
from page_test import PageTest

EMPTY = "No organization is connected."


class Connect(PageTest):
    def test_an_empty_stack_is_connected_by_the_form_and_unlinked(self):
        page, azure = self.page, self.stack.azure
        page.open()
        self.expect_text(EMPTY)
        page.press("Connect an organization")
        page.fill(organizationUrl=azure.organization_url, patSecretId=TOKEN_SECRET, patExpiresOn="2099-12-31")
        page.press("List projects")
        for project in (azure.project, azure.second_project):
            expect(page.content.get_by_label(project, exact=True)).not_to_be_checked()
        page.content.get_by_label(azure.project, exact=True).check()
        page.press("Check")
        self.expect_text("8 changes planned", "create: git.push", azure.project)
        self.assertEqual(self.stack.subscriptions(), [], "a plan changes nothing")
        with self.subTest("Change… shows the form as it was filled in"):
            page.press("Change…")
            expect(page.content.locator("[name=patSecretId]")).to_have_value(TOKEN_SECRET)
            expect(page.content.locator("[name=patExpiresOn]")).to_have_value("2099-12-31")
            page.press("List projects")
            expect(page.content.get_by_label(azure.project, exact=True)).to_be_checked()
            page.press("Check")
        with self.subTest("pressed twice, Connect connects once"):
            with page.call():
                page.button("Connect").dblclick()
            self.expect_text("contoso is connected", "a test delivery")
            self.assertEqual(self.stack.subscriptions(), ["contoso"] * 8)
        page.press("Open contoso")
        self.expect_text("/contoso/code-pushed", "hookpost/contoso/webhook", "token, until 2099-12-31", azure.project)
        page.press("All integrations")
        expect(self.rows).to_have_count(1)
        page.press_named("Open contoso")
        with self.subTest("it is unlinked after its plan, and kept when that is not confirmed"):
            page.press("Unlink…")
            self.expect_text("10 deletions planned")
            page.press("Keep")
            page.press("Unlink…")
            page.cancel("Unlink")
            self.assertEqual(self.stack.subscriptions(), ["contoso"] * 8)
            self.assertIn("no further event of it arrives", page.confirm("Unlink"))
            self.expect_text("contoso is unlinked", "revoke the token")
            expect(page.content.locator(".hp-box.hp-good")).to_be_visible()
            expect(page.button("Run again")).to_have_count(0)
            self.assertEqual(self.stack.subscriptions(), [])
        page.press("All integrations")
        self.expect_text(EMPTY)

    def test_an_app_connects_without_a_token(self):
        page, azure = self.page, self.stack.azure
        page.open()
        page.press("Connect an organization")
        page.button("Further options").click()
        page.fill(
            organizationUrl=azure.organization_url,
            tenantId=azure.tenant_id,
            clientId=azure.client_id,
            projects=azure.second_project,
            integration="by-app",
        )
        page.press("What the app has to trust")
        self.expect_text("subject", "arn:aws:")
        page.press("Back to the form")
        expect(page.content.locator("[name=clientId]")).to_have_value(azure.client_id)
        page.press("Check")
        page.press("Connect")
        self.expect_text("by-app is connected", "a test delivery")
        self.assertEqual(self.stack.subscriptions(), ["by-app"] * 8)
        page.press("Open by-app")
        self.expect_text("app, does not expire", azure.client_id)
        expect(page.button("Replace token…")).to_have_count(0)

    def test_each_refusal_stands_at_its_field_and_keeps_the_others(self):
        page, azure = self.page, self.stack.azure
        good = {"organizationUrl": azure.organization_url, "patSecretId": TOKEN_SECRET, "projects": azure.project}
        app = good | {"patSecretId": "", "tenantId": azure.tenant_id, "clientId": azure.client_id}
        unknown = "0a1b2c3d-0000-4000-8000-000000000001"
        cases = [
            ({}, "organizationUrl", "is missing"),
            (good | {"organizationUrl": "contoso"}, "organizationUrl", "https://"),
            (good | {"organizationUrl": "https://dev.azure.com/nobody"}, "organizationUrl", "nobody"),
            (good | {"patSecretId": ""}, "patSecretId", "is missing"),
            (good | {"patSecretId": "hookpost-pat-of-nobody"}, "patSecretId", "hookpost-pat-of-nobody"),
            (good | {"projects": "Nowhere"}, "projects", "Nowhere"),
            (good | {"repository": "nothing"}, "repository", "nothing"),
            (good | {"projects": "", "repository": "kettle-control"}, "repository", "exactly one project"),
            (good | {"integration": "Not A Name"}, "integration", "lower-case"),
            (app | {"clientId": "7"}, "clientId", "GUID"),
            (app | {"tenantId": unknown}, "tenantId", unknown),
            (app | {"clientId": unknown}, "clientId", unknown),
            (app | {"patSecretId": TOKEN_SECRET}, "patSecretId", "not both"),
        ]
        page.open()
        page.press("Connect an organization")
        page.button("Further options").click()
        fields = {name for values, _, _ in cases for name in values}
        for values, field, text in cases:
            with self.subTest(field=field, text=text):
                page.content.locator("details").evaluate("element => { element.open = true; }")
                page.fill(**(dict.fromkeys(fields, "") | values))
                page.press("Check")
                self.expect_problem(field, text)
                for other in values.keys() - {"patSecretId"}:
                    expect(page.content.locator(f'[name="{other}"]')).to_have_value(values[other])
        self.assertEqual(self.stack.subscriptions(), [])

    def test_a_token_that_is_pasted_is_not_shown_again(self):
        page, token = self.page, self.stack.azure.token
        page.open()
        page.press("Connect an organization")
        page.fill(organizationUrl=self.stack.azure.organization_url, patSecretId=token)
        for button in ("List projects", "Check", "What the app has to trust"):
            with self.subTest(button):
                page.press(button)
                self.assertNotIn(token, page.answer)
                page.open()
                page.press("Connect an organization")
                page.fill(organizationUrl=self.stack.azure.organization_url, patSecretId=token)


if __name__ == "__main__":
    unittest.main()
