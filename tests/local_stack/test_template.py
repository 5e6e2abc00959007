"""What the template promises and no emulator shows."""

import unittest

from samtranslator.yaml_helper import yaml_parse

from infra.local.template import METHODS, TEMPLATE, Elsewhere, local_template

# Every gateway response whose own code is 429 or 5xx.
MADE_BY_THE_GATEWAY = {
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "DEFAULT_5XX",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "QUOTA_EXCEEDED",
    "THROTTLED",
}


class Template(unittest.TestCase):
    def setUp(self):
        self.template = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
        self.resources = self.template["Resources"]
        self.api = self.resources["WebhookApi"]["Properties"]["DefinitionBody"]

    def of_type(self, type: str) -> dict[str, dict]:
        return {name: resource for name, resource in self.resources.items() if resource["Type"] == type}

    def test_the_gateway_never_answers_what_costs_a_subscription(self):
        responses = self.api["x-amazon-apigateway-gateway-responses"]
        self.assertEqual(set(responses), MADE_BY_THE_GATEWAY)
        for name, response in responses.items():
            with self.subTest(name):
                self.assertEqual(response["statusCode"], 503)
                self.assertEqual(response["responseParameters"], {"gatewayresponse.header.Retry-After": "'5'"})

    def test_each_limit_leaves_time_for_the_one_inside_it(self):
        deadline = self.template["Parameters"]["DeadlineMilliseconds"]["MaxValue"]
        timeout = self.template["Globals"]["Function"]["Timeout"] * 1000
        self.assertLess(deadline, timeout)
        for path, methods in self.api["paths"].items():
            for method in methods.values():
                with self.subTest(path):
                    self.assertLess(timeout, method["x-amazon-apigateway-integration"]["timeoutInMillis"])

    def test_roles_allow_these_actions_and_nothing_everywhere(self):
        for name, role in self.of_type("AWS::IAM::Role").items():
            statements = [s for policy in role["Properties"]["Policies"] for s in policy["PolicyDocument"]["Statement"]]
            actions = {a for s in statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
            everywhere = [s["Action"] for s in statements if s["Resource"] == "*"]
            with self.subTest(name):
                self.assertEqual(actions, RECEIVES | SETS_UP if name == "SetupRole" else RECEIVES)
                # AWS has no resource level for this one.
                self.assertEqual(everywhere, ["secretsmanager:ListSecrets"] if name == "SetupRole" else [])
                self.assertNotIn("ManagedPolicyArns", role["Properties"])

    def test_queues_outlive_the_stack_and_are_spoken_to_over_tls_only(self):
        queues = self.of_type("AWS::SQS::Queue")
        policies = self.of_type("AWS::SQS::QueuePolicy").values()
        guarded = [queue["Ref"] for policy in policies for queue in policy["Properties"]["Queues"]]
        self.assertEqual(sorted(guarded), sorted(queues))
        for name, queue in queues.items():
            with self.subTest(name):
                self.assertEqual({queue["DeletionPolicy"], queue["UpdateReplacePolicy"]}, {"Retain"})
                self.assertEqual(queue["Properties"]["MessageRetentionPeriod"], 14 * 24 * 60 * 60)
                self.assertIs(queue["Properties"]["SqsManagedSseEnabled"], True)


RECEIVES = {"sqs:SendMessage", "secretsmanager:GetSecretValue", "logs:CreateLogStream", "logs:PutLogEvents"}
SETS_UP = {
    *(f"secretsmanager:{verb}Secret" for verb in ("Create", "Delete", "Describe", "Restore")),
    "secretsmanager:ListSecrets",
    "secretsmanager:PutSecretValue",
    "secretsmanager:TagResource",
    "secretsmanager:UpdateSecretVersionStage",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:ReceiveMessage",
}


class LocalTemplate(unittest.TestCase):
    def test_only_code_methods_and_what_is_elsewhere_differ(self):
        code = {name: {"Bucket": "b", "Key": name} for name in ("code-pushed", "pull-request", "setup")}
        elsewhere = Elsewhere("http://127.0.0.1:1", "http://127.0.0.1:2")
        template, local = yaml_parse(TEMPLATE.read_text(encoding="utf-8")), local_template(code, elsewhere)
        everywhere = local["Globals"]["Function"]["Environment"]["Variables"]
        self.assertEqual(everywhere.pop("AWS_ENDPOINT_URL_SECRETS_MANAGER"), "http://127.0.0.1:1")
        setup = local["Resources"]["SetupFunction"]["Properties"]["Environment"]["Variables"]
        self.assertEqual(setup.pop("HOOKPOST_AZURE_DEVOPS_URL"), "http://127.0.0.1:2")
        for function in ("CodePushedFunction", "PullRequestFunction", "SetupFunction"):
            uploaded = local["Resources"][function]["Properties"].pop("CodeUri")
            folder = template["Resources"][function]["Properties"].pop("CodeUri")
            self.assertEqual(folder, f"../target/lambda/{uploaded['Key']}")
        apis = (one["Resources"]["WebhookApi"]["Properties"]["DefinitionBody"] for one in (template, local))
        paths, local_paths = (api.pop("paths") for api in apis)
        self.assertEqual(template, local)
        for path, methods in paths.items():
            operation = methods["x-amazon-apigateway-any-method"]
            self.assertEqual(local_paths[path], dict.fromkeys(METHODS, operation))


if __name__ == "__main__":
    unittest.main()
