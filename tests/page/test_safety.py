"""Nothing of a widget runs, and nothing but the page itself can make the host call a function."""

import json
import unittest

from browser import BrowserTest
from console_page import ConsolePage
from fake_function import PARAMS, FakeFunction, action, served
from infra.local.console.host import TOKEN_HEADER
from infra.local.loopback import Response, request

RAN = "document.title = 'ran'"
HOSTILE = f"""
<p id="shown">Shown</p>
<script>{RAN}</script>
<svg onload="{RAN}"><script>{RAN}</script><a xlink:href="javascript:{RAN}"><text>x</text></a></svg>
<img src="x" onerror="{RAN}"><details open ontoggle="{RAN}"><summary>More</summary></details>
<iframe srcdoc="<script>parent.{RAN}</script>"></iframe><object data="data:text/html,x"></object><embed src="x">
<base href="https://elsewhere.example/"><meta http-equiv="refresh" content="0;url=https://elsewhere.example/">
<link rel="stylesheet" href="https://elsewhere.example/x.css">
<a class="btn" href="java&#10;script:{RAN}">Link</a>
<form action="javascript:{RAN}"><button class="btn">Send</button></form>
<style>#shown {{ color: rgb(1, 2, 3); }} .page {{ display: none; }}</style>
"""
SHOWN = {
    "forms": {},
    "locale": "en",
    "timezone": {"label": "UTC", "offsetISO": "+00:00", "offsetInMinutes": 0},
    "timeRange": {"mode": "relative", "start": 0, "end": 1, "relativeStart": 1},
    "theme": "light",
    "width": 588,
    "height": 369,
}
CALL = {"widget": "widget-2", "parameters": PARAMS, "shown": SHOWN}


class Widgets(BrowserTest):
    def test_scripts_frames_handlers_and_script_links_are_removed(self):
        page = self.opened(HOSTILE)
        for tag in ("script", "iframe", "object", "embed", "base", "meta", "link[href*=elsewhere]"):
            self.assertEqual(page.content.locator(tag).count(), 0, tag)
        attributes = page.content.evaluate(
            "element => [...element.shadowRoot.querySelectorAll('*')].flatMap((each) => each.getAttributeNames())"
        )
        self.assertEqual([name for name in attributes if name.startswith("on") or name == "srcdoc"], [])
        page.button("Link").click()
        page.button("Send").click()
        self.assertEqual(page.page.title(), "hookpost-eu-west-1")
        self.assertEqual(page.page.url, page.host.address)

    def test_the_policy_of_the_page_runs_no_script_that_was_missed(self):
        page = self.opened("<p>Shown</p>")
        page.page.evaluate(
            """ran => {
                document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="${ran}">`);
                const script = document.createElement("script");
                script.textContent = ran;
                document.body.append(script);
                return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
            }""",
            RAN,
        )
        self.assertEqual(page.page.title(), "hookpost-eu-west-1")

    def test_the_styles_of_a_widget_end_at_the_widget(self):
        page = self.opened(HOSTILE)
        color = page.content.locator("#shown").evaluate("element => getComputedStyle(element).color")
        self.assertEqual(color, "rgb(1, 2, 3)")
        self.assertTrue(page.page.get_by_role("button", name="Refresh").is_visible())

    def test_the_content_of_an_html_action_is_as_harmless(self):
        page = self.opened(f'<a class="btn">More</a>{action("html", HOSTILE)}')
        page.button("More").click()
        self.assertEqual(page.content.locator("#shown").inner_text(), "Shown")
        self.assertEqual(page.content.locator("script, iframe").count(), 0)
        self.assertEqual(page.page.title(), "hookpost-eu-west-1")

    def test_a_page_elsewhere_cannot_call(self):
        function = FakeFunction()
        host = served(self, function)
        elsewhere = self.new_page()
        elsewhere.goto("data:text/html,elsewhere")
        script = """([url, body]) => fetch(url, { method: "POST", mode: "no-cors", body }).then(() => "sent", String)"""
        elsewhere.evaluate(script, [f"{host.address}call", json.dumps(CALL)])
        self.assertEqual(function.events, [])

    def opened(self, html: str) -> ConsolePage:
        page = ConsolePage(self.new_page(), served(self, FakeFunction(lambda _: html)))
        page.open()
        return page


class Requests(unittest.TestCase):
    def setUp(self):
        self.function = FakeFunction()
        self.host = served(self, self.function)
        origin = self.host.address.rstrip("/")
        self.headers = {"Origin": origin, TOKEN_HEADER: self.host.token, "Sec-Fetch-Site": "same-origin"}

    def test_the_page_calls(self):
        self.assertEqual(self.call().json(), {"result": "<p>Nothing</p>"})
        self.assertEqual(len(self.function.events), 1)

    def test_other_tokens_origins_sites_and_host_names_are_refused(self):
        others = {
            TOKEN_HEADER: ("", "x", self.host.token[:-1], "\N{LATIN SMALL LETTER E WITH ACUTE}"),
            "Origin": ("null", "http://elsewhere.example", "http://127.0.0.1:1", f"{self.headers['Origin']}/"),
            "Sec-Fetch-Site": ("cross-site", "same-site"),
            "Host": ("elsewhere.example", f"elsewhere.example:{self.host.server_port}", "127.0.0.1"),
        }
        for header, values in others.items():
            for value in values:
                with self.subTest(header, value=value):
                    self.assert_refused(self.call(headers={header: value}), 403)
        for header in ("Origin", TOKEN_HEADER):
            with self.subTest("without", header=header):
                headers = {name: value for name, value in self.headers.items() if name != header}
                self.assert_refused(self.post(CALL, headers), 403)

    def test_the_page_is_for_its_own_host_name_and_no_frame(self):
        elsewhere = {"Host": "elsewhere.example"}
        self.assertEqual(request("GET", self.host.address, headers=elsewhere).status, 403)
        linked = {"Sec-Fetch-Site": "cross-site"}
        self.assertEqual(request("GET", self.host.address, headers=linked).status, 403)
        self.assertIn(self.host.token.encode(), request("GET", self.host.address).body)
        self.assertEqual(request("GET", f"{self.host.address}../host.py").status, 404)

    def test_only_what_the_dashboard_names_is_called(self):
        other = "arn:aws:lambda:eu-west-1:111122223333:function:other"
        self.assert_refused(self.call(endpoint=other), 403)
        self.assert_refused(self.call(endpoint=other, describe=True), 403)
        self.assert_refused(self.call(endpoint=None), 403)
        self.assert_refused(self.call(endpoint=[]), 403)
        self.assert_refused(self.call(widget="widget-1"), 404)

    def test_what_is_no_call_is_refused(self):
        self.assert_refused(self.call(parameters=[]), 400)
        self.assert_refused(self.call(shown={}), 400)
        self.assert_refused(self.post([], self.headers), 400)
        self.assertEqual(request("POST", f"{self.host.address}call", b"{", self.headers).status, 400)
        self.assertEqual(request("POST", f"{self.host.address}other", b"{}", self.headers).status, 404)

    def test_the_host_listens_on_this_machine_only(self):
        self.assertEqual(self.host.server_address[0], "127.0.0.1")

    def call(self, headers: dict | None = None, **changes: object) -> Response:
        return self.post(CALL | changes, self.headers | (headers or {}))

    def post(self, body: object, headers: dict) -> Response:
        return request("POST", f"{self.host.address}call", json.dumps(body).encode(), headers)

    def assert_refused(self, response: Response, status: int) -> None:
        self.assertEqual(response.status, status)
        self.assertIn("error", response.json())
        self.assertEqual(self.function.events, [])


if __name__ == "__main__":
    unittest.main()
