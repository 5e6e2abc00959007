"""The console with the emulator: the dashboard is the deployed one, and its functions are called once."""

import io
import json
import re
import unittest
import zipfile

from playwright.sync_api import expect

from browser import BrowserTest
from console_page import ConsolePage
from deployed import SETUP_FUNCTION
from deployed_console import deployed_console
from infra.local.console.dashboard import read_dashboard
from infra.local.console.functions import Functions
from infra.local.deploy import STACK
from infra.local.emulator import emulator
from infra.local.template import TEMPLATE

FUNCTION = """
def handler(event, context):
    if event.get("fail"):
        raise ValueError("the organization is <unknown>")
    return f"<p>{event['view']} {event['widgetContext']['theme']}</p>"
"""


class PythonFunction(unittest.TestCase):
    """A function of the test on the emulator."""

    @classmethod
    def setUpClass(cls):
        cls.aws = cls.enterClassContext(emulator())
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("index.py", FUNCTION)
        cls.endpoint = cls.aws.client("lambda").create_function(
            FunctionName="example",
            Runtime="python3.12",
            Handler="index.handler",
            Role="arn:aws:iam::000000000000:role/example",
            Code={"ZipFile": archive.getvalue()},
        )["FunctionArn"]
        cls.functions = Functions(cls.aws)

    def test_a_function_returns_html(self):
        event = {"view": "overview", "widgetContext": {"theme": "dark"}}
        answer = self.functions.call(self.endpoint, event)
        self.assertEqual((answer.result, answer.error), ("<p>overview dark</p>", None))

    def test_a_failure_is_its_message(self):
        answer = self.functions.call(self.endpoint, {"fail": True})
        self.assertEqual((answer.result, answer.error), (None, "the organization is <unknown>"))

    def test_a_refused_call_is_its_message(self):
        answer = self.functions.call(f"{self.endpoint}-2", {})
        self.assertIn("not found", answer.error)


class Deployed(BrowserTest):
    def test_the_deployed_dashboard_begins_with_the_page(self):
        stack, host = deployed_console()
        (widget,) = read_dashboard(stack.aws.client("cloudwatch"), STACK).widgets
        functions = stack.aws.client("lambda")
        setup = functions.get_function_configuration(FunctionName=SETUP_FUNCTION)["FunctionArn"]
        self.assertEqual((widget.endpoint, widget.params), (setup, {"view": "overview"}))
        self.assertIn(json.dumps(widget.params), TEMPLATE.read_text(encoding="utf-8"))
        page = ConsolePage(self.new_page(), host)
        page.open()
        expect(page.content).to_have_text(re.compile(r"\S"))


if __name__ == "__main__":
    unittest.main()
