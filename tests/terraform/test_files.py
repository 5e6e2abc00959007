"""The Terraform files are formatted, generated from the template of today, and valid by the provider's schema."""

import json
import os
import re
import subprocess
import unittest
from pathlib import Path

import hcl2
from samtranslator.yaml_helper import yaml_parse

from extract_schema import KINDS_OF_BLOCK, folders
from infra.generate_terraform.files import MODULE, deployed, generated
from infra.generate_terraform.hcl import NOT_HCL, read, unquoted
from infra.local.build import ROOT
from schema import attributes, violations
from terraform_cli import TERRAFORM, needs_terraform

NAMED = {"AWS::IAM::Role": "RoleName", "AWS::IAM::ManagedPolicy": "ManagedPolicyName"}


class Files(unittest.TestCase):
    def test_generated_files_are_up_to_date(self):
        for file, text in generated().items():
            with self.subTest(file.relative_to(ROOT)):
                self.assertEqual(file.read_text(encoding="utf-8"), text, "run `make terraform`")

    @needs_terraform(otherwise="the format is not checked")
    def test_files_are_formatted(self):
        command = [TERRAFORM, "fmt", "-check", "-diff", "-recursive", ROOT / "infra"]
        environment = os.environ | {"TF_CLI_CONFIG_FILE": os.devnull}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_ci_skips_nothing_for_want_of_terraform(self):
        workflow = yaml_parse((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
        steps = workflow["jobs"]["test"]["steps"]
        (tests,) = [number for number, step in enumerate(steps) if step.get("run") == ".ci/run"]
        self.assertEqual(str(steps[tests]["env"]["HOOKPOST_REQUIRE_TERRAFORM"]), "1")
        self.assertTrue(any("hashicorp/setup-terraform@" in step.get("uses", "") for step in steps[:tests]))

    def test_arguments_are_those_of_the_provider(self):
        for folder in folders():
            for kind in KINDS_OF_BLOCK:
                for (type, name), body in read(folder, {}).get(kind, []):
                    with self.subTest(folder.relative_to(ROOT), block=f"{type}.{name}"):
                        self.assertEqual(violations(kind, type, body), [])

    def test_references_exist(self):
        for folder in folders():
            with self.subTest(folder.relative_to(ROOT)):
                self.assertEqual(dangling(folder), [])

    def test_variables_and_outputs_are_described_and_used(self):
        for folder in folders():
            blocks, text = read(folder, {}), expressions(folder)
            for (name,), body in blocks["variable"]:
                with self.subTest(folder.relative_to(ROOT), variable=name):
                    self.assertTrue(unquoted(body["description"]).endswith("."))
                    self.assertIn("type", body)
                    self.assertIn(f"var.{name}", text)
            for (name,), body in blocks["output"]:
                with self.subTest(folder.relative_to(ROOT), output=name):
                    self.assertTrue(unquoted(body["description"]).endswith("."))

    def test_examples_pass_variables_that_the_module_has_and_all_that_it_needs(self):
        for folder in folders():
            for (name,), body in read(folder, {}).get("module", []):
                source = (folder / unquoted(body["source"])).resolve()
                variables = {name: body for (name,), body in read(source, {})["variable"]}
                required = {name for name, variable in variables.items() if "default" not in variable}
                given = set(body) - {"source", "depends_on", "for_each"}
                with self.subTest(folder.relative_to(ROOT), module=name):
                    self.assertEqual((given - set(variables), required - given), (set(), set()))

    def test_the_users_own_tests_set_variables_that_the_module_has(self):
        """Nobody runs them here: `mock_provider` needs the provider."""
        (file,) = (MODULE / "tests").glob("*.tftest.hcl")
        tests = hcl2.loads(file.read_text(encoding="utf-8"))
        runs = [body for run in tests["run"] for body in run.values()]
        given = [*tests["variables"], *(each for run in runs for each in run.get("variables", []))]
        names = {name for each in given for name in each if name != "__is_block__"}
        expected = {failure.strip("${}") for run in runs for failure in run.get("expect_failures", [])}
        variables = {name for (name,), _ in read(MODULE, {})["variable"]}
        self.assertLessEqual(names | {each.removeprefix("var.") for each in expected}, variables)
        self.assertEqual({run["command"] for run in runs}, {"plan"})

    def test_a_rollback_finds_the_zips_of_the_former_release(self):
        objects = [body for (type, _), body in read(MODULE, {})["resource"] if type == "aws_s3_object"]
        self.assertEqual([each["lifecycle"][0]["create_before_destroy"] for each in objects], [True, True])

    def test_an_update_that_failed_is_repeated(self):
        """The provider reads parameters from the stack, but not the URL of its template."""
        (stack,) = [body for (type, _), body in read(MODULE, {})["resource"] if type == "aws_cloudformation_stack"]
        self.assertEqual(stack["parameters"], "${local.stack_parameters}")

    def test_the_key_of_the_example_lets_consumers_in_other_accounts_read(self):
        key = complete()["aws_kms_key", "hookpost"]
        _, _, consumers = key["policy"].partition("var.consumer_role_arns) == 0")
        for part in ("AWS = var.consumer_role_arns", '"kms:Decrypt"', '"kms:ViaService" = "sqs.${var.region}.*"'):
            with self.subTest(part):
                self.assertIn(part, consumers)

    def test_destroying_the_example_keeps_the_key_of_what_is_kept(self):
        (lifecycle,) = complete()["aws_kms_key", "hookpost"]["lifecycle"]
        self.assertEqual(lifecycle["prevent_destroy"], True)

    def test_an_upgrade_does_not_replace_the_consumers_event_source(self):
        """While a plan changes the stack, its outputs are unknown; each argument here with one of them is ignored."""
        consumer = dict(read(ROOT / "infra" / "consumers" / "lambda", {})["resource"])
        mapping = consumer["aws_lambda_event_source_mapping", "events"]
        self.assertEqual(mapping["event_source_arn"], "${var.events_queue_arn}")
        (lifecycle,) = mapping["lifecycle"]
        self.assertEqual(lifecycle["ignore_changes"], ["event_source_arn"])
        self.assertEqual(lifecycle["replace_triggered_by"], ["${terraform_data.stack}"])
        self.assertEqual(consumer["terraform_data", "stack"]["input"], "${var.stack_id}")
        used = {name for (name, _), body in consumer.items() if "var.events_queue_arn" in json.dumps(body)}
        self.assertEqual(used, {"aws_lambda_event_source_mapping", "aws_iam_role_policy"})

    def test_the_subjects_for_entra_are_known_by_function_while_planning(self):
        (subjects,) = [body for (name,), body in read(MODULE, {})["output"] if name == "entra_subjects"]
        values = {function: value for function, value in subjects["value"].items() if function not in NOT_HCL}
        named = {function: re.findall(r"outputs\[\"(\w+)\"\]", value) for function, value in values.items()}
        self.assertEqual(named, {"setup": ["SetupRoleArn"], "watch": ["WatchRoleArn"]})

    def test_the_guide_without_a_token_uses_what_is_there(self):
        """Arguments of the other providers were compared with their documentation by hand."""
        text = terraform_of_the_guide()
        outputs = {f"module.hookpost.{name}" for (name,), _ in read(MODULE, {})["output"]}
        self.assertEqual(set(re.findall(r"module\.\w+\.\w+", text)) - outputs, set())
        guide = ROOT / "infra" / "guide"
        blocks = read(guide, {guide / "main.tf": text})
        there = {".".join(labels) for labels, _ in blocks["resource"]}
        there |= {f"data.{'.'.join(labels)}" for labels, _ in blocks["data"]}
        used = re.findall(r"(?<![\w.])(?:data\.)?(?:aws|azuread|azuredevops)_\w+\.\w+", text)
        self.assertEqual(set(used) - there, set())
        self.assertGreater(len(used), 10)

    @needs_terraform(otherwise="the format is not checked")
    def test_the_guide_without_a_token_is_formatted(self):
        text = terraform_of_the_guide()
        command = [TERRAFORM, "fmt", "-"]
        environment = os.environ | {"TF_CLI_CONFIG_FILE": os.devnull}
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=environment)
        self.assertEqual((done.returncode, done.stdout), (0, text), done.stderr)

    def test_capability_iam_is_enough(self):
        """Named roles and policies would need CAPABILITY_NAMED_IAM."""
        resources = deployed()["Resources"]
        named = [name for name, each in resources.items() if NAMED.get(each["Type"]) in each.get("Properties", {})]
        self.assertEqual(named, [])

    def test_the_schema_rejects_what_the_provider_would(self):
        for arguments, expected in (
            ('bucket = "b"', "key is missing"),
            ('bucket = "b"\n key = "k"\n sources = "s"', "there is no sources"),
            ('bucket = "b"\n key = ["k"]', "key is a string"),
            ('bucket = "b"\n key = "k"\n override_provider = "x"', "override_provider is a block"),
        ):
            with self.subTest(expected):
                body = hcl2.loads(f'resource "aws_s3_object" "x" {{\n {arguments}\n}}\n')["resource"][0]
                (body,) = body['"aws_s3_object"'].values()
                self.assertEqual(violations("resource", "aws_s3_object", body), [f"aws_s3_object: {expected}"])


def terraform_of_the_guide() -> str:
    """What connects without a token, by providers that are not here."""
    (text,) = re.findall(r"```hcl\n(.*?)```", (ROOT / "infra" / "ENTRA.md").read_text(encoding="utf-8"), re.DOTALL)
    return text


def complete() -> dict[tuple[str, ...], dict]:
    """The resources of the example of a production stack."""
    return dict(read(MODULE / "examples" / "complete", {})["resource"])


def dangling(folder: Path) -> list[str]:
    """References to variables, locals, modules, resources or attributes that are not there."""
    blocks, text = read(folder, {}), expressions(folder)
    found = []
    known = {f"var.{name}" for (name,), _ in blocks.get("variable", [])}
    known |= {f"local.{name}" for _, body in blocks.get("locals", []) for name in body}
    for (name,), body in blocks.get("module", []):
        outputs = read((folder / unquoted(body["source"])).resolve(), {})["output"]
        known |= {f"module.{name}.{output}" for (output,), _ in outputs}
    found += [each for each in re.findall(r"(?<![\w.])(?:var|local)\.\w+|module\.\w+\.\w+", text) if each not in known]
    for kind, prefix in (("resource", ""), ("data", "data.")):
        names = {labels for labels, _ in blocks.get(kind, [])}
        pattern = rf"(?<![\w.]){re.escape(prefix)}((?:aws|archive|terraform)_\w+)\.(\w+)(?:\[[^]]*\])?(?:\.(\w+))?"
        for type, name, attribute in re.findall(pattern, text):
            if (type, name) not in names or (attribute and attribute not in attributes(kind, type)):
                found.append(f"{prefix}{type}.{name}.{attribute}")
    return found


def expressions(folder: Path) -> str:
    """All that is parsed of a folder, without comments."""
    return "\n".join(
        json.dumps({type: [body for _, body in found] for type, found in read(folder, {}).items()}).split('\\"')
    )


if __name__ == "__main__":
    unittest.main()
