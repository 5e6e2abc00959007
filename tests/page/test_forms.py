"""The values of the form fields of a widget travel with each call."""

import unittest

from playwright.sync_api import expect

from browser import BrowserTest
from console_page import ConsolePage
from fake_function import PARAMS, FakeFunction, action, served

FORM = """
<form>
  <label>URL <input name="organizationUrl"></label>
  <textarea name="note"></textarea>
  <select name="branch"><option value="">Any</option><option value="main">main only</option></select>
  <input type="radio" name="how" value="token" checked><input type="radio" name="how" value="app">
  <input type="checkbox" name="all" value="yes"><input type="checkbox" name="dry" checked>
  <input name="off" value="x" disabled><input value="without a name">
</form>
<form><input type="hidden" name="second" value="form"></form>
<input name="outside" value="x">
"""
CHECK = f"<button>Check</button>{action('call', '{}')}"
INITIAL = {"organizationUrl": "", "note": "", "branch": "", "how": "token", "dry": "on", "second": "form"}
FILLED = {
    "organizationUrl": "https://dev.azure.com/contoso",
    "note": 'two\nlines & <b>"quotes"</b>',
    "branch": "main",
    "how": "app",
    "all": "yes",
    "second": "form",
}


class Forms(BrowserTest):
    def setUp(self):
        self.function = FakeFunction(lambda _: FORM + CHECK)
        self.page = ConsolePage(self.new_page(), served(self, self.function))
        self.page.open()

    def test_fields_travel_by_name_and_boxes_only_when_checked(self):
        self.assertEqual(self.function.forms, {})
        self.page.press("Check")
        self.assertEqual(self.function.forms, INITIAL)
        filled = {name: value for name, value in FILLED.items() if name not in ("all", "second")}
        self.page.fill(**filled, all=True, dry=False)
        self.page.press("Check")
        self.assertEqual(self.function.forms, FILLED)

    def test_a_refresh_sends_them_and_shows_the_widget_again(self):
        self.page.fill(organizationUrl="x")
        self.page.refresh()
        self.assertEqual(self.function.parameters, [PARAMS, PARAMS])
        self.assertEqual(self.function.forms["organizationUrl"], "x")
        expect(self.page.content.get_by_label("URL")).to_have_value("")

    def test_the_fields_of_a_popup_come_with_those_of_the_widget(self):
        popup = f'<form><input name="inside" value="1"></form>{CHECK}'
        self.function.answer = lambda event: FORM + f"<button>More</button>{action('html', popup, display='popup')}"
        self.page.refresh()
        self.page.button("More").click()
        self.page.press("Check", within=self.page.popup)
        self.assertEqual(self.function.forms, INITIAL | {"inside": "1"})

    def test_return_in_a_field_sends_no_form(self):
        self.page.content.get_by_label("URL").press("Enter")
        self.assertEqual(self.page.page.url, self.page.host.address)
        self.assertEqual(len(self.function.events), 1)


if __name__ == "__main__":
    unittest.main()
