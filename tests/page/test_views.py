"""What the console shows, and what it tells the function of itself."""

import threading
import unittest

from playwright.sync_api import expect

from browser import NARROW, WIDE, BrowserTest
from console_page import ConsolePage
from fake_function import PARAMS, FakeFunction, action, served
from infra.local.console.functions import Answer

EXAMPLE = f"""
<h2>Integrations</h2>
<table><thead><tr><th>Integration</th><th>Organization</th><th>State</th></tr></thead>
<tbody><tr><td><a href="#contoso">contoso</a></td><td>https://dev.azure.com/contoso</td><td>delivering</td></tr>
</tbody></table>
<form><p><label>Organization <input name="organizationUrl"></label>
<label>Branch <select name="branch"><option>main</option></select></label></p></form>
<a class="btn btn-primary">Connect</a>{action("call", "{}")} <a class="btn">Check now</a>{action("call", "{}")}
"""


class Views(BrowserTest):
    def test_the_function_gets_what_the_console_knows(self):
        _, function = self.opened("<p>x</p>")
        event = function.events[0]
        context = event.pop("widgetContext")
        self.assertEqual(event, PARAMS)
        time_range = context.pop("timeRange")
        self.assertEqual(time_range["end"] - time_range["start"], time_range["relativeStart"])
        size = context.pop("width"), context.pop("height")
        self.assertEqual(size, (1206, 369))
        self.assertEqual(
            context,
            {
                "dashboardName": "hookpost-eu-west-1",
                "widgetId": "widget-2",
                "accountId": "111122223333",
                "locale": "en",
                "timezone": {"label": "UTC", "offsetISO": "+00:00", "offsetInMinutes": 0},
                "period": 300,
                "isAutoPeriod": True,
                "theme": "light",
                "linkCharts": True,
                "title": "Integrations",
                "forms": {"all": {}},
                "params": PARAMS,
            },
        )

    def test_light_and_dark_wide_and_narrow(self):
        page, function = self.opened(EXAMPLE)
        page.screenshots("example")
        page.theme("dark")
        self.assertEqual(function.events[-1]["widgetContext"]["theme"], "dark")
        color = page.content.locator("h2").evaluate("element => getComputedStyle(element).color")
        self.assertEqual(color, "rgb(222, 222, 227)")

    def test_a_narrow_window_shows_the_whole_page(self):
        page, _ = self.opened(EXAMPLE, viewport=NARROW)
        page.screenshot("example-window-narrow")
        self.assertLessEqual(page.page.evaluate("document.documentElement.scrollWidth"), NARROW["width"])

    def test_another_width_calls_only_a_widget_that_asks_for_it(self):
        page, function = self.opened("<p>x</p>", resize=True)
        with page.call():
            page.width("Half")
        self.assertEqual(len(function.events), 2)
        page, function = self.opened("<p>x</p>", resize=False)
        page.width("Half")
        page.refresh()
        self.assertEqual(len(function.events), 2)

    def test_the_looks_of_the_console_are_a_default(self):
        button = '<a class="btn">Check</a>'
        for html, border in ((button, "2px"), (f'<div class="cwdb-no-default-styles"></div>{button}', "0px")):
            with self.subTest(border):
                page, _ = self.opened(html)
                width = page.button("Check").evaluate("element => getComputedStyle(element).borderTopWidth")
                self.assertEqual(width, border)

    def test_a_function_that_fails_shows_its_message_only(self):
        page, function = self.opened("<p>Before</p>")
        function.answer = lambda _: Answer(error="User is not authorized to perform: <b>lambda:InvokeFunction</b>")
        page.refresh()
        expect(page.error).to_have_text("User is not authorized to perform: <b>lambda:InvokeFunction</b>")
        expect(page.content.get_by_text("Before")).to_have_count(0)
        page.screenshot("example-error")
        function.answer = lambda _: "<p>After</p>"
        page.refresh()
        expect(page.content).to_have_text("After")

    def test_markdown_and_json_are_shown_as_text(self):
        page, function = self.opened({"markdown": "# Title\n<b>x</b>"})
        expect(page.content).to_have_text("# Title\n<b>x</b>")
        function.answer = lambda _: {"status": ["<b>"]}
        page.refresh()
        expect(page.content).to_contain_text('"<b>"')

    def test_the_widget_stays_until_the_answer_is_there(self):
        page, function = self.opened("<p>Before</p>")
        answered = threading.Event()
        self.addCleanup(answered.set)

        def slow(_: dict) -> str:
            answered.wait()
            return "<p>After</p>"

        function.answer = slow
        page.page.get_by_role("button", name="Refresh").click()
        expect(page.widget).to_have_attribute("aria-busy", "true")
        expect(page.widget.get_by_role("status")).to_have_text("Loading…")
        expect(page.content).to_have_text("Before")
        answered.set()
        expect(page.content).to_have_text("After")
        expect(page.widget).to_have_attribute("aria-busy", "false")

    def test_the_page_refreshes_itself_when_asked_to(self):
        page, function = self.opened("<p>x</p>", clock=True)
        page.page.clock.run_for(120_000)
        self.assertEqual(len(function.events), 1)
        page.page.get_by_label("Auto-refresh").select_option("10 s")
        with page.call():
            page.page.clock.run_for(10_000)
        self.assertEqual(function.parameters, [PARAMS, PARAMS])
        page.page.get_by_label("Auto-refresh").select_option("Off")
        page.page.clock.run_for(120_000)
        self.assertEqual(len(function.events), 2)

    def test_the_documentation_of_a_widget_is_a_text(self):
        page, function = self.opened("<p>x</p>")
        function.answer = lambda _: "## Integrations\n<b>All</b> of them."
        with page.call():
            page.widget.get_by_role("button", name="Documentation").click()
        self.assertEqual(function.events[-1], {"describe": True})
        expect(page.popup).to_contain_text("## Integrations\n<b>All</b> of them.")
        expect(page.content).to_have_text("x")

    def opened(
        self, result: object, viewport: dict = WIDE, resize: bool = False, clock: bool = False
    ) -> tuple[ConsolePage, FakeFunction]:
        function = FakeFunction(lambda _: result)
        page = ConsolePage(self.new_page(viewport), served(self, function, resize))
        if clock:
            page.page.clock.install()
        page.open()
        return page, function


if __name__ == "__main__":
    unittest.main()
