"""Texts that an attacker chose do nothing but show."""

import json
import unittest

from playwright.sync_api import expect

from deployed_console import TOKEN_SECRET
from infra.local.deploy import STACK
from page_test import PageTest

BASE = """<script>alert("x")</script>'"><img src=x onerror=alert(1)></cwdb-action><a href="javascript:alert(1)">`{{"""
HOSTILE = BASE + "x" * (500 - len(BASE))
# What may stand in the name of a branch.
BRANCH = BASE.replace(" ", "-")
MADE = ("<script", "<img", '<a href="javascript', "</cwdb-action><a")


class UntrustedTexts(PageTest):
    def test_what_is_typed_into_the_form_comes_back_as_it_was(self):
        page = self.page
        by_app = ("organizationUrl", "tenantId", "clientId", "projects", "repository", "branch", "integration")
        for fields in (by_app, ("organizationUrl", "patSecretId", "projects")):
            page.open()
            page.press("Connect an organization")
            page.button("Further options").click()
            page.fill(**dict.fromkeys(fields, HOSTILE))
            for button in ("Check", "List projects"):
                page.press(button)
                self.expect_harmless()
                for field in {*fields} - {"patSecretId"}:
                    expect(page.content.locator(f'[name="{field}"]')).to_have_value(HOSTILE)
        page.press("What the app has to trust")
        self.expect_harmless()

    def test_names_and_errors_of_azure_devops_only_show(self):
        page, azure = self.page, self.stack.azure
        page.open()
        page.press("Connect an organization")
        page.fill(
            organizationUrl=azure.organization_url,
            patSecretId=TOKEN_SECRET,
            projects=azure.project,
        )
        page.button("Further options").click()
        page.fill(branch=BRANCH, integration="strange")
        page.press("Check")
        self.expect_harmless("8 changes planned")
        page.press("Connect")
        self.push(BRANCH, HOSTILE)
        self.watch()
        page.refresh()
        page.press_named("Open strange")
        self.expect_harmless(BRANCH)
        page.press("Check now")
        self.expect_harmless()
        page.press("Back to strange")
        page.press("Connect again…")
        expect(page.content.locator("[name=branch]")).to_have_value(BRANCH)
        self.expect_harmless()
        with self.subTest("names that are stored, and what watch saw"):
            self.store_hostile_config("strange")
            self.show(["strange"], [hostile("strange")])
            page.refresh()
            self.expect_harmless(BASE[:60])
            page.press_named("Open strange")
            self.expect_harmless(BASE, HOSTILE, "only <script>", "Declared as code")
            page.button("What watch did last").click()

    def expect_harmless(self, *shown: str) -> None:
        """The texts are shown, and nothing of them became an element."""
        self.expect_text(*shown)
        for made in MADE:
            self.assertNotIn(made, self.page.answer)
        expect(self.page.content.locator("script, img, [onerror], [href^=javascript]")).to_have_count(0)

    def store_hostile_config(self, integration: str) -> None:
        """Names in what is stored, as if Azure DevOps had told them."""
        name = f"{STACK}/{integration}/organization"
        stored = json.loads(self.stack.secret(name))
        stored |= {"names": dict.fromkeys(stored["names"], HOSTILE), "branch": HOSTILE, "owner": HOSTILE}
        self.stack.secrets_manager.put_secret_value(SecretId=name, SecretString=json.dumps(stored))


def hostile(name: str) -> dict:
    return {
        "integration": name,
        "organizationUrl": HOSTILE,
        "connectedBy": {"entra": {"tenantId": HOSTILE, "clientId": HOSTILE}},
        "subscriptions": {
            "listedAt": "2026-11-27T12:00:00Z",
            "wanted": 2,
            "delivering": 1,
            "notDelivering": [HOSTILE],
        },
        "lastDelivery": "2026-11-27T12:00:00Z",
        "failedDeliveries": [{"at": "2026-11-27T12:00:00Z", "description": HOSTILE}],
        "lastWork": {"at": "2026-11-27T12:00:00Z", "healed": 1, "replayed": 0, "reconstructed": 0, "done": [HOSTILE]},
        "remains": [HOSTILE],
        "failure": {"code": HOSTILE, "message": HOSTILE},
    }


if __name__ == "__main__":
    unittest.main()
