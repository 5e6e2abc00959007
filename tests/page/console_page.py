"""A person at the local console: opens the dashboard, presses buttons, fills in forms, and looks."""

import contextlib
import os
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

from browser import SCREENSHOTS
from infra.local.console.host import ConsoleServer


class ConsolePage:
    def __init__(self, page: Page, host: ConsoleServer, title: str = "Integrations") -> None:
        self.page = page
        self.host = host
        self.title = title
        self.answer: object = None
        """What the function returned last."""

    def open(self) -> None:
        with self.call():
            self.page.goto(self.host.address)

    @property
    def widget(self) -> Locator:
        """The widget with its title, and the popups over it."""
        return self.page.get_by_role("heading", name=self.title, exact=True).locator("xpath=ancestor::section")

    @property
    def content(self) -> Locator:
        """What the function returned."""
        return self.widget.locator("> .content")

    @property
    def popup(self) -> Locator:
        return self.page.locator("dialog.popup")

    @property
    def error(self) -> Locator:
        """The box in place of a function that failed."""
        return self.widget.get_by_role("alert")

    def button(self, label: str, within: Locator | None = None) -> Locator:
        """A button, or a link with the looks of one, which is what the console's own styles are for."""
        place = within or self.content
        texts = place.locator("button, a, summary").filter(has_text=label)
        return texts.or_(place.locator(f'input[type=button][value="{label}"], input[type=submit][value="{label}"]'))

    def press(self, label: str, within: Locator | None = None) -> None:
        """Presses a button that asks nothing, and waits for the answer of the function."""
        with self.call():
            self.button(label, within).click()

    def press_named(self, name: str) -> None:
        """Presses a button by what is read out, where there are several of one label."""
        with self.call():
            self.content.get_by_role("button", name=name, exact=True).click()

    def confirm(self, label: str, within: Locator | None = None) -> str:
        """Presses a button, agrees, and waits for the answer. Gives the question."""
        question = self.ask(label, within)
        with self.call():
            self.page.get_by_role("button", name="Confirm").click()
        return question

    def cancel(self, label: str, within: Locator | None = None) -> str:
        """Presses a button and does not agree. Gives the question."""
        question = self.ask(label, within)
        self.page.locator("#confirmation").get_by_role("button", name="Cancel").click()
        return question

    def ask(self, label: str, within: Locator | None = None) -> str:
        self.button(label, within).click()
        dialog = self.page.get_by_role("dialog").filter(has=self.page.get_by_role("button", name="Confirm"))
        expect(dialog).to_be_visible()
        return self.page.locator("#question").inner_text()

    def fill(self, **fields: str | bool) -> None:
        """Fills in fields by name: a text, the value of an option or radio button, or whether a box is checked."""
        for name, value in fields.items():
            field = self.widget.locator(f'[name="{name}"]')
            kind = field.first.evaluate("element => element.type")
            if kind == "checkbox":
                field.set_checked(bool(value))
            elif kind == "radio":
                field.and_(self.page.locator(f'[value="{value}"]')).check()
            elif kind.startswith("select"):
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def theme(self, name: str) -> None:
        """`light` or `dark`."""
        with self.call():
            self.page.get_by_label("Theme").select_option(name)

    def width(self, label: str) -> None:
        """`As on the dashboard`, `Half` or `Narrow`."""
        self.page.get_by_label("Width").select_option(label=label)

    def refresh(self) -> None:
        with self.call():
            self.page.get_by_role("button", name="Refresh").click()

    @contextlib.contextmanager
    def call(self) -> Iterator[None]:
        """Waits until the call that the block starts has been answered and shown."""
        with self.page.expect_response("**/call") as answered:
            yield
        expect(self.widget).to_have_attribute("aria-busy", "false")
        self.answer = answered.value.json().get("result")

    def screenshot(self, name: str) -> None:
        """Writes target/page/NAME.png: the whole widget, without its scroll bar, or the page while a dialog is open.

        Only with HOOKPOST_SCREENSHOTS, since it takes a twentieth of the time of these tests.
        """
        if not os.environ.get("HOOKPOST_SCREENSHOTS"):
            return
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        content = self.content
        height = content.evaluate("element => element.style.height")
        content.evaluate("element => { element.style.height = 'auto'; }")
        seen = self.page if self.page.locator("dialog[open]").count() else self.widget
        seen.screenshot(path=SCREENSHOTS / f"{name}.png")
        content.evaluate("(element, height) => { element.style.height = height; }", height)

    def screenshots(self, name: str) -> None:
        """Writes the widget in light and dark, wide and narrow. Changing the theme calls the function again."""
        for theme in ("dark", "light"):
            self.theme(theme)
            for width in ("Narrow", "As on the dashboard"):
                self.width(width)
                self.screenshot(f"{name}-{theme}-{'narrow' if width == 'Narrow' else 'wide'}")
