"""`cwdb-action` gives behavior to the element right before it."""

import json
import unittest

from playwright.sync_api import expect

from browser import BrowserTest
from console_page import ConsolePage
from fake_function import ENDPOINT, PARAMS, FakeFunction, action, served

PRESSED = {"action": "connect", "dryRun": True}
QUESTION = "Unlink contoso? Its subscriptions are deleted."


class Actions(BrowserTest):
    def test_a_call_has_the_parameters_and_replaces_the_widget(self):
        page = self.opened(f'<a class="btn">Check</a>{call(PRESSED)}')
        page.press("Check")
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])
        self.assertEqual(self.function.events[1]["widgetContext"]["params"], PARAMS)
        expect(page.content).to_have_text(json.dumps(PRESSED))

    def test_only_the_element_right_before_is_pressed(self):
        page = self.opened(f"<button>First</button><button>Second</button>{call(PRESSED)}<button>Third</button>")
        page.button("First").click()
        page.button("Third").click()
        page.press("Second")
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])

    def test_a_confirmation_shows_its_text_and_then_calls(self):
        page = self.opened(f"<button>Unlink</button>{call(PRESSED, confirmation=QUESTION)}")
        self.assertEqual(page.confirm("Unlink"), QUESTION)
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])

    def test_a_canceled_confirmation_calls_nothing(self):
        page = self.opened(f"<button>Unlink</button>{call(PRESSED, confirmation=QUESTION)}")
        page.cancel("Unlink")
        with self.subTest("by the keyboard, which is at Cancel"):
            page.ask("Unlink")
            expect(page.page.get_by_role("button", name="Cancel")).to_be_focused()
            page.page.keyboard.press("Enter")
        with self.subTest("by Escape"):
            page.ask("Unlink")
            page.page.keyboard.press("Escape")
        expect(page.page.get_by_role("dialog")).to_have_count(0)
        page.confirm("Unlink")
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])

    def test_a_confirmation_is_answered_by_the_keyboard(self):
        page = self.opened(f"<button>Unlink</button>{call(PRESSED, confirmation=QUESTION)}")
        page.ask("Unlink")
        page.screenshot("example-confirmation")
        page.page.keyboard.press("Tab")
        with page.call():
            page.page.keyboard.press("Enter")
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])

    def test_a_popup_is_over_the_widget_and_its_buttons_work(self):
        closing = f"<button>Done</button>{call({'step': 2})}"
        page = self.opened(f"<button>Details</button>{call({'step': 1}, display='popup')}", then=closing)
        page.press("Details")
        expect(page.button("Details")).to_have_count(1)
        page.press("Done", within=page.popup)
        self.assertEqual(self.function.parameters[1:], [{"step": 1}, {"step": 2}])
        expect(page.popup).to_have_count(0)
        expect(page.button("Done")).to_be_visible()

    def test_a_popup_is_closed(self):
        page = self.opened(f"<button>Details</button>{call(PRESSED, display='popup')}")
        page.press("Details")
        page.popup.get_by_role("button", name="Close").click()
        expect(page.popup).to_have_count(0)
        expect(page.button("Details")).to_be_visible()

    def test_an_html_action_shows_its_own_content_and_calls_nothing(self):
        inside = f"<p>Explained</p><button>On</button>{call(PRESSED)}"
        page = self.opened(f"<button>Why?</button>{action('html', inside, display='popup')}")
        expect(page.content.get_by_text("Explained")).not_to_be_visible()
        page.button("Why?").click()
        expect(page.popup.get_by_text("Explained")).to_be_visible()
        page.screenshot("example-popup")
        self.assertEqual(self.function.parameters, [PARAMS])
        page.press("On", within=page.popup)
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])

    def test_html_may_appear_under_the_mouse_and_a_call_may_not(self):
        hovered = f"<i>Over</i>{action('html', '<p>Shown</p>', event='mouseenter')}"
        page = self.opened(f"<b>Never</b>{call(PRESSED, event='mouseenter')}{hovered}")
        page.content.get_by_text("Never").hover()
        box = page.content.get_by_text("Over").bounding_box()
        page.page.mouse.move(box["x"] + 1, box["y"] + 1)
        expect(page.content).to_have_text("Shown")
        self.assertEqual(self.function.parameters, [PARAMS])

    def test_a_double_click_is_asked_for_by_its_name(self):
        page = self.opened(f"<button>Open</button>{call(PRESSED, event='dblclick')}")
        page.button("Open").click()
        with page.call():
            page.button("Open").dblclick()
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED])

    def test_the_host_does_not_protect_a_function_from_a_double_click(self):
        page = self.opened(f"<button>Rotate</button>{call(PRESSED)}", then=f"<button>Rotate</button>{call(PRESSED)}")
        page.button("Rotate").evaluate("element => { element.click(); element.click(); }")
        expect(page.widget).to_have_attribute("aria-busy", "false")
        self.assertEqual(self.function.parameters, [PARAMS, PRESSED, PRESSED])

    def test_a_call_of_another_function_is_refused(self):
        other = action("call", json.dumps(PRESSED)).replace(ENDPOINT, f"{ENDPOINT}-2")
        page = self.opened(f"<button>Other</button>{other}")
        page.press("Other")
        expect(page.error).to_have_text("The dashboard names no such function.")
        self.assertEqual(self.function.parameters, [PARAMS])

    def opened(self, html: str, then: str = "") -> ConsolePage:
        """The widget begins with `html`. A button is answered `then`, or its parameters."""

        def answer(event: dict) -> str:
            parameters = {name: event[name] for name in event if name != "widgetContext"}
            return html if parameters == PARAMS else then or f"<p>{json.dumps(parameters)}</p>"

        self.function = FakeFunction(answer)
        page = ConsolePage(self.new_page(), served(self, self.function))
        page.open()
        return page


def call(parameters: dict, **attributes: str) -> str:
    return action("call", json.dumps(parameters), **attributes)


if __name__ == "__main__":
    unittest.main()
