"""What Terraform itself makes of the module without its resources, for which there is no provider here."""

import json
import shutil
import unittest
from itertools import zip_longest
from pathlib import Path

from infra.generate_terraform.files import MODULE, TEST_RELEASE, deployed
from infra.generate_terraform.variables import Variable
from terraform_cli import Configuration, needs_terraform

OUTPUTS = ("parameters", "code_prefix", "zips", "release", "stack_parameters", "foreign_parameters")
GIVEN = {"release_folder": str(MODULE / "tests" / "release"), "code_bucket": "code"}
# Values that CloudFormation rejects, by variable. tests/stack has the whole list, by parameter.
BAD: dict[str, list[object]] = {
    "name": ["1st", "a_b", "x" * 52],
    "code_prefix": ["", "hookpost", "/hookpost/"],
    "release_folder": [str(MODULE)],
    "architecture": ["arm"],
    "alarm_email": ["nobody", "a b@example.com"],
    "silence_hours": [-1, 169],
    "log_retention_days": [31],
    "consumer_account_ids": [["12345678901"], ["111122223333", "me"]],
    "consumer_principal_arns": [["arn:aws:iam::123456789012:root"]],
    "consumer_organization_id": ["*"],
    "secret_prefix": ["a//b", "x" * 101],
    "kms_key_arn": ["alias/hookpost"],
    "entra_audience": ["", "sts.amazonaws.com"],
    "subnet_ids": [["subnet-1"], ["subnet-0123456789abcdef0", "sg-0123456789abcdef0"]],
    "role_path": ["teams/", "/" + "x" * 60 + "/"],
    "web_acl_arn": ["acl"],
    "domain_name": ["https://hooks.example.com"],
}


@needs_terraform(otherwise="the variables are not evaluated")
class Evaluated(Configuration):
    def setUp(self):
        super().setUp()
        for name in ("variables.tf", "parameters.tf"):
            shutil.copy2(MODULE / name, self.folder)
        main = (MODULE / "main.tf").read_text(encoding="utf-8")
        values = main[main.index("locals {") : main.index("data ")]
        outputs = "".join(f'output "{name}" {{\n  value = local.{name}\n}}\n' for name in OUTPUTS)
        (self.folder / "main.tf").write_text(values + outputs)
        self.terraform("init")

    def test_the_defaults_are_those_of_the_template(self):
        template = deployed()["Parameters"]
        defaults = {name: str(parameter["Default"]) for name, parameter in template.items()}
        self.assertEqual(self.evaluated({})["parameters"], defaults)
        # As a caller's variable that is not set.
        unset = {Variable(name, each, frozenset()).name: None for name, each in template.items()}
        self.assertEqual(self.evaluated(unset)["parameters"], defaults)

    def test_values_are_passed_as_cloudformation_takes_them(self):
        addresses = ["40.74.28.0/23", "2603:1000::/24"]
        subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
        given = {"gradual_deployment": True, "memory_megabytes": 512, "allowed_cidrs": addresses, "subnet_ids": subnets}
        passed = self.evaluated(given)["parameters"]
        self.assertEqual(passed["GradualDeployment"], "true")
        self.assertEqual(passed["MemoryMegabytes"], "512")
        self.assertEqual(passed["AllowedCidrs"], "40.74.28.0/23,2603:1000::/24")
        self.assertEqual(passed["SubnetIds"], ",".join(subnets))

    def test_the_zips_of_the_release_go_below_the_name_of_the_stack(self):
        evaluated = self.evaluated({"name": "hookpost-test"})
        self.assertEqual(evaluated["code_prefix"], "hookpost-test/")
        self.assertEqual(evaluated["zips"], ["code-pushed-arm64-0123456789abcdef.zip"])
        self.assertEqual(self.evaluated({"code_prefix": "shared/hookpost/"})["code_prefix"], "shared/hookpost/")

    def test_another_template_is_another_value_of_a_parameter(self):
        """After a rollback the stack has the former one, so that the update is repeated."""
        former = self.evaluated({})
        self.assertEqual(former["stack_parameters"]["Release"], former["release"])
        newer = self.release("newer", json.loads(TEST_RELEASE.read_text(encoding="utf-8")) | {"Description": "newer"})
        changed = self.evaluated({"release_folder": str(newer)})["stack_parameters"]
        differing = {name for name, value in changed.items() if value != former["stack_parameters"][name]}
        self.assertEqual(differing, {"Release"})

    def test_a_release_with_other_parameters_is_noticed(self):
        self.assertEqual(self.evaluated({})["foreign_parameters"], [])
        declared = json.loads(TEST_RELEASE.read_text(encoding="utf-8"))["Parameters"]
        older = self.release("older", {"Parameters": {name: declared[name] for name in declared if name != "Metrics"}})
        newer = self.release("newer", {"Parameters": declared | {"Color": {"Type": "String"}}})
        for folder, parameter in ((older, "Metrics"), (newer, "Color")):
            with self.subTest(folder.name):
                evaluated = self.evaluated({"release_folder": str(folder)})
                self.assertEqual(evaluated["foreign_parameters"], [parameter])

    def test_a_bad_value_is_rejected_while_planning(self):
        for values in zip_longest(*BAD.values()):
            given = {name: value for name, value in zip(BAD, values, strict=True) if value is not None}
            planned = self.plan(GIVEN | given)
            self.assertNotEqual(planned.returncode, 0)
            for name in given:
                with self.subTest(name, value=given[name]):
                    self.assertIn(f"{name}: ", " ".join(planned.stderr.split()))

    def release(self, name: str, template: dict) -> Path:
        folder = self.folder / name
        folder.mkdir()
        (folder / "template-plain.json").write_text(json.dumps(template))
        return folder

    def evaluated(self, variables: dict[str, object]) -> dict[str, object]:
        """The values of the locals."""
        outputs = self.planned_values(GIVEN | variables)["outputs"]
        return {name: output["value"] for name, output in outputs.items()}


if __name__ == "__main__":
    unittest.main()
