"""What no emulator runs is linted, type-checked, parsed, or checked against the description of the API."""

import functools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import boto3
import hcl2
import yaml
from botocore.validate import validate_parameters
from samtranslator.yaml_helper import yaml_parse

from infra.local.build import ROOT
from infra.local.consumers import CONSUMER_OF, CONSUMERS, run, with_go
from infra.local.emulator import REGION
from languages import consumer
from workload import EVENTS, EXAMPLES, read

TEMPLATES = (
    "../relay/template.yaml",
    "recipes/eventbridge.yaml",
    "recipes/step-functions.yaml",
    "lambda/template.yaml",
)


class Static(unittest.TestCase):
    def test_mypy_finds_nothing_in_python(self):
        folder = CONSUMERS / "python"
        run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", ROOT / "target" / "mypy", "."], folder)

    def test_the_compiler_finds_nothing_in_typescript(self):
        consumer("typescript")
        run(["npm", "run", "--silent", "check"], CONSUMERS / "typescript")

    def test_vet_finds_nothing_in_go(self):
        consumer("go")
        with_go(["vet", "./..."])
        formatted = subprocess.run(["gofmt", "-l", CONSUMERS / "go"], capture_output=True, text=True, check=True)
        self.assertEqual(formatted.stdout, "")

    def test_a_copy_of_rust_needs_no_workspace_above_it(self):
        consumer("rust")
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(CONSUMERS / "rust", Path(folder) / "copy", ignore=shutil.ignore_patterns("target"))
            run(["cargo", "metadata", "--no-deps", "--offline", "--format-version", "1"], copy)

    def test_a_build_begins_with_an_empty_folder(self):
        """Or the zip would have what another language left there."""
        text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
        builds = re.findall(r"^\| (\w+) \| `(.*build.*)` \| `.*` \|$", text, re.MULTILINE)
        self.assertEqual([language for language, _ in builds], list(CONSUMER_OF))
        for language, build in builds:
            self.assertTrue(build.startswith("rm -rf ../lambda/build && "), language)

    def test_templates_have_no_findings(self):
        lint = Path(sys.executable).parent / "cfn-lint"
        command = [lint, "--regions", REGION, "--template", *(EXAMPLES / file for file in TEMPLATES)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_terraform_matches_sam(self):
        terraform = hcl2.loads((EXAMPLES / "lambda" / "main.tf").read_text(encoding="utf-8"))
        text = json.dumps(terraform)
        sam = yaml_parse((EXAMPLES / "lambda" / "template.yaml").read_text(encoding="utf-8"))
        function = sam["Resources"]["Consumer"]["Properties"]
        source = function["Events"]["Events"]["Properties"]
        runtime = sam["Parameters"]["Runtime"]
        table = sam["Resources"]["State"]["Properties"]
        self.assertEqual(table["TimeToLiveSpecification"], {"AttributeName": "expiration", "Enabled": True})
        for value in (
            '"attribute_name": "\\"expiration\\""',
            *runtime["AllowedValues"],
            function["Handler"],
            *source["FunctionResponseTypes"],
        ):
            self.assertIn(value, text)
        mapping = next(each for each in terraform["resource"] if "event_source_mapping" in json.dumps(list(each)))
        (mapping,) = next(iter(mapping.values())).values()
        self.assertEqual(int(mapping["batch_size"]), source["BatchSize"])

    def test_the_sensor_of_argo_events_waits_for_an_event_that_exists(self):
        source, sensor = yaml.safe_load_all((EXAMPLES / "recipes/argo-events.yaml").read_text(encoding="utf-8"))
        (dependency,) = sensor["spec"]["dependencies"]
        self.assertEqual(dependency["eventSourceName"], source["metadata"]["name"])
        self.assertIn(dependency["eventName"], source["spec"]["sqs"])
        event = {"body": read(EVENTS / "golden" / "push_branch.json")}
        for filter in dependency["filters"]["data"]:
            value = functools.reduce(dict.__getitem__, filter["path"].split("."), event)
            self.assertIn(str(value).lower(), filter["value"])

    def test_the_redrive_command_exists(self):
        text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
        operation, option = re.search(r"aws sqs ([a-z-]+) --([a-z-]+) EVENTS_DEAD_LETTER_QUEUE_ARN", text).groups()
        sqs = boto3.client("sqs", region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")
        name = sqs.meta.method_to_api_mapping[operation.replace("-", "_")]
        given = {camel(option): "arn:aws:sqs:eu-west-1:123456789012:dead.fifo"}
        validate_parameters(given, sqs.meta.service_model.operation_model(name).input_shape)


def camel(option: str) -> str:
    return "".join(part.capitalize() for part in option.split("-"))


if __name__ == "__main__":
    unittest.main()
