"""Each example has the permissions it needs, on its own resources, and logs that expire."""

import logging
import re
import unittest

import boto3
import hcl2
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from workload import EXAMPLES

# What the code calls, and Lambda for it. EventBridge reads the queue by ConsumerPolicyArn, of the Hookpost stack.
NEEDED = {
    "lambda/template.yaml": {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "kms:Decrypt",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    },
    "recipes/eventbridge.yaml": {"events:PutEvents", "logs:CreateLogStream", "logs:PutLogEvents"},
    "recipes/step-functions.yaml": {"states:StartExecution", "logs:CreateLogStream", "logs:PutLogEvents"},
}

PIPES = [file for file in NEEDED if file.startswith("recipes/")]


class Permissions(unittest.TestCase):
    def test_a_template_grants_what_is_needed_and_on_no_other_resource(self):
        for file, needed in NEEDED.items():
            with self.subTest(file):
                resources = expanded(file)["Resources"]
                (role,) = of_type(resources, "AWS::IAM::Role")
                statements = [
                    statement(each) for policy in role["Policies"] for each in policy["PolicyDocument"]["Statement"]
                ]
                self.assertEqual({action for each in statements for action in as_list(each["Action"])}, needed)
                self.assertEqual([each for each in statements if "*" in as_list(each["Resource"])], [])

    def test_the_function_reads_the_queue_of_any_account(self):
        """A role cannot have a managed policy of another account."""
        (role,) = of_type(expanded("lambda/template.yaml")["Resources"], "AWS::IAM::Role")
        self.assertNotIn("ManagedPolicyArns", role)
        statements = role["Policies"][0]["PolicyDocument"]["Statement"]
        (queue,) = [each for each in statements if "sqs:ReceiveMessage" in as_list(each.get("Action"))]
        self.assertEqual(queue["Resource"], {"Ref": "EventsQueueArn"})
        (key,) = [each["Fn::If"] for each in statements if "Fn::If" in each]
        self.assertEqual(
            (key[0], key[1]["Resource"], key[2]), ("HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"})
        )
        self.assertNotIn("aws_iam_role_policy_attachment", terraform())

    def test_a_pipe_reads_the_queue_of_its_account(self):
        for file in PIPES:
            (role,) = of_type(expanded(file)["Resources"], "AWS::IAM::Role")
            self.assertEqual(role["ManagedPolicyArns"], [{"Ref": "ConsumerPolicyArn"}])

    def test_terraform_grants_the_same_as_sam(self):
        resources = terraform()
        (policy,) = resources["aws_iam_role_policy"].values()
        granted = set(re.findall(r'"([a-z]+:[A-Z]\w+)"(?! =)', policy["policy"]))
        self.assertEqual(granted, NEEDED["lambda/template.yaml"])
        self.assertNotIn('Resource = "*"', policy["policy"])

    def test_logs_expire(self):
        for file in NEEDED:
            with self.subTest(file):
                (group,) = of_type(expanded(file)["Resources"], "AWS::Logs::LogGroup")
                self.assertEqual(group["RetentionInDays"], 30)
        (function,) = of_type(expanded("lambda/template.yaml")["Resources"], "AWS::Lambda::Function")
        self.assertEqual(function["LoggingConfig"], {"LogGroup": {"Ref": "ConsumerLogs"}})
        (group,) = terraform()["aws_cloudwatch_log_group"].values()
        self.assertEqual(group["retention_in_days"], 30)

    def test_a_pipe_logs_failures_and_copies_no_event_into_the_log(self):
        for file in PIPES:
            (pipe,) = of_type(expanded(file)["Resources"], "AWS::Pipes::Pipe")
            destination = {"LogGroupArn": {"Fn::GetAtt": ["PipeLogs", "Arn"]}}
            expected = {"Level": "ERROR", "CloudwatchLogsLogDestination": destination}
            self.assertEqual(pipe["LogConfiguration"], expected)


def expanded(file: str) -> dict:
    """The template as AWS expands it, with the roles that SAM adds."""
    template = yaml_parse((EXAMPLES / file).read_text(encoding="utf-8"))
    if "Transform" not in template:
        return template
    template["Resources"]["Consumer"]["Properties"]["CodeUri"] = {"Bucket": "code", "Key": "consumer"}
    parameters = {"EventsQueueArn": "arn:aws:sqs:eu-west-1:123456789012:events.fifo", "KmsKeyArn": "key"}
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name="eu-west-1"))
    return translator.translate(template, parameters)


def statement(given: dict) -> dict:
    """A statement that may be there on a condition."""
    return given["Fn::If"][1] if "Fn::If" in given else given


def of_type(resources: dict, type: str) -> list[dict]:
    return [resource["Properties"] for resource in resources.values() if resource["Type"] == type]


def terraform() -> dict[str, dict]:
    """The resources of main.tf, by type and name."""
    text = (EXAMPLES / "lambda" / "main.tf").read_text(encoding="utf-8")
    resources: dict[str, dict] = {}
    for block in hcl2.loads(text)["resource"]:
        for type, named in block.items():
            resources.setdefault(type.strip('"'), {}).update(named)
    return resources


def as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]


# The library warns about feature toggles that only AWS has.
logging.getLogger("samtranslator").setLevel(logging.ERROR)

if __name__ == "__main__":
    unittest.main()
