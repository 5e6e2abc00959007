"""A test of the page *Integrations* of the deployed stack, which has no integration before and after it.

Each test connects integrations under names of its own: the emulator of Secrets Manager confuses the passwords of a
name that is connected a third time. To connect takes seconds, because receivers have to learn a new name first.
"""

import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, expect

from browser import WIDE, BrowserTest
from console_page import ConsolePage
from deployed_console import TOKEN_SECRET, WATCH_FUNCTION, deployed_console, store_overview
from infra.local.deploy import STACK

NAMES_SECRET = f"{STACK}/integrations"
DEADLINE_SECONDS = 20


class PageTest(BrowserTest):
    def setUp(self):
        self.stack, self.host = deployed_console()
        self.addCleanup(self.leave)
        self.page = ConsolePage(self.new_page(), self.host)

    def new_page(self, viewport: dict = WIDE) -> Page:
        """A page that may only show: a dialog, a request elsewhere and an error in it fail the test."""
        page = super().new_page(viewport)
        happened: list[str] = []
        page.on("dialog", lambda dialog: (happened.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: happened.append(f"error: {error}"))
        page.on("console", lambda line: happened.append(f"console: {line.text}") if line.type == "error" else None)
        page.on("request", lambda request: None if self.is_own(request.url) else happened.append(request.url))
        self.addCleanup(lambda: self.assertEqual(happened, []))
        return page

    def is_own(self, url: str) -> bool:
        return url.startswith((self.host.address, "data:"))

    # ---- What others do ------------------------------------------------------------------------------------------

    @classmethod
    def connect(cls, integration: str, **settings: object) -> None:
        """Connects a project of the stand-in with a token, as an operator would on the command line."""
        stack, _ = deployed_console()
        request = {
            "action": "connect",
            "integration": integration,
            "organizationUrl": stack.azure.organization_url,
            "patSecretId": TOKEN_SECRET,
            "patExpiresOn": "2099-12-31",
            "projects": [stack.azure.project],
        }
        report = stack.invoke(request | settings)
        if "errorType" in report:
            raise AssertionError(report)

    @classmethod
    def connect_all(cls, integrations: dict[str, dict]) -> None:
        """Connects several at the same time."""
        with ThreadPoolExecutor() as connecting:
            for done in [connecting.submit(cls.connect, name, **each) for name, each in integrations.items()]:
                done.result()

    def watch(self) -> None:
        report = self.stack.invoke({}, WATCH_FUNCTION)
        self.assertNotIn("errorType", report or {}, report)

    def leave(self) -> None:
        self.unlink_all()

    @staticmethod
    def unlink_all() -> None:
        stack, _ = deployed_console()
        for integration in sorted(set(stack.subscriptions())):
            stack.invoke({"action": "unlink", "integration": integration})

    def subscriptions_of(self, integration: str, event: str = "") -> list[dict]:
        listed = self.stack.azure_devops("GET", "hooks/subscriptions")["value"]
        own = [each for each in listed if f"/{integration}/" in each["consumerInputs"]["url"]]
        return [each for each in own if each["eventType"].startswith(event)]

    def edit(self, subscription: dict, status: str = "enabled", **inputs: str) -> None:
        """Somebody edits a subscription in Azure DevOps."""
        edited = subscription | {"status": status, "consumerInputs": subscription["consumerInputs"] | inputs}
        self.stack.azure_devops("PUT", f"hooks/subscriptions/{subscription['id']}", edited)

    def push(self, branch: str, comment: str = "Correct the rounding") -> None:
        """Somebody pushes a new branch. The stand-in delivers the event at once."""
        (repository,) = self.repositories(self.stack.azure.project)
        update = {"name": f"refs/heads/{branch}", "oldObjectId": "0" * 40}
        body = {"refUpdates": [update], "commits": [{"comment": comment}]}
        self.stack.azure_devops("POST", f"git/repositories/{repository['id']}/pushes", body)

    def repositories(self, project: str) -> list[dict]:
        listed = self.stack.azure_devops("GET", "git/repositories")["value"]
        return [each for each in listed if each["project"]["name"] == project]

    def password(self, integration: str, stage: str = "AWSCURRENT") -> str:
        secret = f"{STACK}/{integration}/webhook"
        stored = self.stack.secrets_manager.get_secret_value(SecretId=secret, VersionStage=stage)
        return json.loads(stored["SecretString"])["password"]

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not happened():
            self.assertLess(time.monotonic(), deadline, "it did not happen in time")
            time.sleep(0.05)

    # ---- What is shown -------------------------------------------------------------------------------------------

    def opened(self, integration: str) -> None:
        """Opens an integration from the overview."""
        self.page.open()
        self.page.press_named(f"Open {integration}")
        expect(self.heading).to_contain_text(integration)

    @property
    def heading(self):
        return self.page.content.get_by_role("heading", level=1)

    @property
    def rows(self):
        return self.page.content.get_by_role("listitem").filter(has=self.page.page.locator(".hp-name"))

    def expect_text(self, *texts: str | re.Pattern) -> None:
        for text in texts:
            expect(self.page.content).to_contain_text(text)

    def expect_problem(self, field: str, text: str) -> None:
        """The field is marked as wrong, and what is wrong stands at it, read out with it."""
        box = self.page.content.locator(f'[name="{field}"]')
        expect(box).to_have_attribute("aria-invalid", "true")
        expect(box).to_have_accessible_description(re.compile(re.escape(text)))

    def show(self, names: list[str], integrations: list[dict]) -> None:
        """Shows these integrations, as if `watch` had just seen them, until the test ends."""
        before = self.stack.secret(NAMES_SECRET) if self.has_names() else None
        self.store_names(json.dumps({"names": names}))
        self.addCleanup(self.store_names, before or '{"names":[]}')
        store_overview(self.stack, integrations)

    def has_names(self) -> bool:
        listed = self.stack.secrets_manager.list_secrets()["SecretList"]
        return any(secret["Name"] == NAMES_SECRET for secret in listed)

    def store_names(self, value: str) -> None:
        if self.has_names():
            self.stack.secrets_manager.put_secret_value(SecretId=NAMES_SECRET, SecretString=value)
        else:
            self.stack.store_secret(NAMES_SECRET, value)
