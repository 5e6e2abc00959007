"""A relay that its own template deploys beside a stack with RawDeliveries."""

import re
import time
import unittest

from alarms import alarms_are_prompt
from iam import FUNCTION_ARN, key_is_used_through_services, roles_are_narrow
from infra.local.build import ROOT
from queries import as_list, of_type, statements
from relay_stack import relay_stack, source
from tools import Tool

# Of those of the stack, the rules that are about any template.
RULES = (roles_are_narrow, key_is_used_through_services, alarms_are_prompt)
BODIES = ROOT / "tests" / "stand-in" / "tests" / "bodies"
PUSH, PULL_REQUEST = ((BODIES / f"{name}.json").read_bytes() for name in ("push", "pull_request_created"))
DEADLINE_SECONDS = 30


class Relay(unittest.TestCase):
    def test_two_tools_get_what_azure_devops_delivered(self):
        tools = {preset: Tool(f"of-{preset}") for preset in ("atlantis", "argocd")}
        for tool in tools.values():
            self.addCleanup(tool.close)
        self.stack = self.enterContext(relay_stack(tools))
        with self.subTest("both get a pull request, byte for byte, and one a push"):
            self.assertEqual(self.stack.deliver("pull-request", PULL_REQUEST).status, 202)
            self.assertEqual(self.stack.deliver("code-pushed", PUSH).status, 202)
            taken = {"atlantis": [tools["atlantis"].next()], "argocd": [tools["argocd"].next(), tools["argocd"].next()]}
            self.assertEqual([each.body for each in taken["atlantis"]], [PULL_REQUEST])
            self.assertCountEqual([each.body for each in taken["argocd"]], [PULL_REQUEST, PUSH])
            for preset, deliveries in taken.items():
                self.assertEqual({(each.path, each.status) for each in deliveries}, {(f"/{preset}", 200)})
            self.wait_for(lambda: self.stack.remaining() == 0)
        with self.subTest("what a tool refuses for its password stays on the queue, and an alarm counts it"):
            tools["atlantis"].password = "changed"
            again = PULL_REQUEST.replace(b"2041", b"2042").replace(b"b1f6240d", b"b1f6240e")
            self.assertEqual(self.stack.deliver("pull-request", again).status, 202)
            self.assertEqual((tools["atlantis"].next().status, tools["argocd"].next().status), (401, 200))
            self.wait_for(self.counted_as_refused_credentials)
            self.assertEqual(self.counted_as_refused_credentials(), ["atlantis"])
            self.assertEqual(self.stack.remaining(), 1)
        self.assertTrue(all(tool.deliveries.empty() for tool in tools.values()))

    def test_the_rules_of_the_stack_hold(self):
        for rule in RULES:
            with self.subTest(rule=rule.__name__):
                self.assertEqual(rule(source()), [])

    def test_the_function_itself_may_not_use_the_network(self):
        """Lambda attaches it to the VPC with the role of the function."""
        template = source()
        (function,) = of_type(template, "AWS::Serverless::Function").values()
        self.assertEqual(function["FunctionName"], {"Ref": "AWS::StackName"})
        own = {"ArnEquals": {"lambda:SourceFunctionArn": {"Fn::Sub": FUNCTION_ARN}}}
        actions = {"Allow": set(), "Deny": set()}
        for statement in statements(of_type(template, "AWS::IAM::Role")["RelayRole"]["Policies"]):
            if statement["Effect"] == "Allow" or statement["Condition"] == own:
                actions[statement["Effect"]] |= {
                    each for each in as_list(statement["Action"]) if each.startswith("ec2:")
                }
        self.assertTrue(actions["Allow"])
        self.assertEqual(actions["Allow"], actions["Deny"])

    def counted_as_refused_credentials(self) -> list[str]:
        """The target of each line that the metric of the alarm counts. The emulator does not read filters of JSON."""
        pattern = source()["Resources"]["RefusedCredentials"]["Properties"]["FilterPattern"]
        words = re.findall(r'"(\w+)"', pattern)
        lines = [line for line in self.stack.log_lines() if line["event"] in words and line["outcome"] in words]
        return [line["target"] for line in lines]

    def wait_for(self, condition) -> None:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), deadline)


if __name__ == "__main__":
    unittest.main()
