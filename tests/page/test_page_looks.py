"""Each view in light and dark, wide and narrow: nothing hangs out of it, and everybody can read it."""

import unittest

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser import NARROW, WIDE
from deployed_console import TOKEN_SECRET
from page_test import PageTest

THEMES = ("dark", "light")
# What WCAG 2.2 asks for on the levels A and AA, contrast among it.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
TABS_MAX = 80
# The view takes its theme from the event. Asking for it again would return to the overview.
PUT_ON = """theme => {
  document.documentElement.dataset.theme = theme;
  const view = document.querySelector("section > .content").shadowRoot.querySelector(".hp");
  view.className = `hp hp-${theme}`;
}"""
FOCUSED = """() => {
  const shadow = document.activeElement?.shadowRoot;
  const focused = shadow?.activeElement ?? document.activeElement;
  const { outlineStyle } = getComputedStyle(focused);
  return { name: focused.name || focused.value || focused.textContent, outline: outlineStyle };
}"""


class Looks(PageTest):
    def test_every_view_can_be_read_in_both_themes_and_at_each_width(self):
        page, azure = self.page, self.stack.azure
        page.open()
        self.look("empty")
        page.press("Connect an organization")
        page.press("Check")
        self.look("connect-refused")
        page.fill(organizationUrl=azure.organization_url, patSecretId=TOKEN_SECRET, patExpiresOn="2099-12-31")
        page.press("List projects")
        page.button("Further options").click()
        page.fill(integration="looks")
        self.look("connect-form")
        page.content.get_by_label(azure.project, exact=True).check()
        page.press("Check")
        self.look("connect-plan")
        page.press("Connect")
        self.look("connected")
        self.edit(self.subscriptions_of("looks", "git.push")[0], status="disabledByUser")
        self.watch()
        page.refresh()
        self.look("overview")
        page.press_named("Open looks")
        self.look("integration")
        page.press("Check now")
        self.look("status")
        with self.subTest("in a narrow window"):
            page.page.set_viewport_size(NARROW)
            self.expect_no_overhang()
            page.page.set_viewport_size(WIDE)
        page.press("Back to looks")
        page.press("Replay…")
        self.look("replay")
        page.press("Count failed deliveries")
        self.look("replay-plan")
        page.press("Cancel")
        page.press("Replace token…")
        page.confirm("Replace token")
        self.look("replace-token")
        page.press("Cancel")
        page.press("Unlink…")
        self.look("unlink-plan")
        page.ask("Unlink")
        page.screenshot("page-unlink-question")
        with page.call():
            page.page.get_by_role("button", name="Confirm").click()
        self.look("unlinked")

    def test_the_keyboard_alone_connects_and_unlinks(self):
        page, keyboard = self.page, self.page.page.keyboard
        page.open()
        self.press_at("Connect an organization", "Enter")
        for field, text in (("organizationUrl", self.stack.azure.organization_url), ("patSecretId", TOKEN_SECRET)):
            self.tab_to(field)
            keyboard.type(text)
        self.press_at("List projects", "Space")
        project = page.content.get_by_label(self.stack.azure.project, exact=True)
        self.tab_to(project.get_attribute("name"))
        keyboard.press("Space")
        expect(project).to_be_checked()
        self.tab_to("Further options")
        keyboard.press("Enter")
        self.tab_to("integration")
        keyboard.type("keys")
        self.press_at("Check", "Enter")
        self.press_at("Connect", "Space")
        self.assertEqual(self.stack.subscriptions(), ["keys"] * 8)
        self.press_at("Open keys", "Enter")
        self.press_at("Unlink…", "Enter")
        self.tab_to("Unlink")
        keyboard.press("Space")
        self.tab_to("confirm")
        with page.call():
            keyboard.press("Enter")
        self.assertEqual(self.stack.subscriptions(), [])

    def look(self, view: str) -> None:
        for theme in THEMES:
            self.page.page.evaluate(PUT_ON, theme)
            for width in ("Narrow", "As on the dashboard"):
                self.page.width(width)
                self.expect_no_overhang()
                self.page.screenshot(f"page-{view}-{theme}-{'narrow' if width == 'Narrow' else 'wide'}")
            with self.subTest(view=view, theme=theme):
                found = Axe().run(self.page.page, context="main", options=RULES)
                self.assertEqual(found.violations_count, 0, found.generate_report())
                self.assertIn("color-contrast", [rule["id"] for rule in found.response["passes"]])

    def expect_no_overhang(self) -> None:
        content = self.page.content
        self.assertEqual(content.evaluate("element => element.scrollWidth - element.clientWidth"), 0)

    def tab_to(self, name: str) -> None:
        """Moves the focus by Tab to a field or button, which shows that it has it."""
        for _ in range(TABS_MAX):
            self.page.page.keyboard.press("Tab")
            focused = self.page.page.evaluate(FOCUSED)
            if focused["name"] == name:
                self.assertNotEqual(focused["outline"], "none")
                return
        self.fail(f"the keyboard does not reach {name}: {self.page.answer}")

    def press_at(self, label: str, key: str) -> None:
        self.tab_to(label)
        with self.page.call():
            self.page.page.keyboard.press(key)


if __name__ == "__main__":
    unittest.main()
