"""The local stack deploys the project's template, with as few changes as the emulator needs."""

import unittest

from infra.local.build import FUNCTIONS
from infra.local.template import METHODS, ServiceEndpoints, load, local_template


class LocalTemplate(unittest.TestCase):
    def test_only_code_methods_alarms_and_endpoints_differ(self):
        code = {name: {"Bucket": "b", "Key": name} for name in FUNCTIONS}
        endpoints = ServiceEndpoints(*(f"http://127.0.0.1:{port}" for port in range(1, 5)))
        template, local = load(), local_template(code, endpoints)
        variables = local["Globals"]["Function"]["Environment"]["Variables"]
        self.assertEqual(variables.pop("AWS_ENDPOINT_URL_SECRETS_MANAGER"), "http://127.0.0.1:1")
        for function, caller in (("SetupFunction", "setup"), ("WatchFunction", "watch")):
            own = local["Resources"][function]["Properties"]["Environment"]["Variables"]
            self.assertEqual(own.pop("HOOKPOST_AZURE_DEVOPS_URL"), "http://127.0.0.1:2")
            self.assertEqual(own.pop("AWS_ENDPOINT_URL_STS"), f"http://127.0.0.1:3/as/{caller}")
            self.assertEqual(own.pop("HOOKPOST_ENTRA_URL"), "http://127.0.0.1:4")
        for function in ("CodePushedFunction", "PullRequestFunction", "SetupFunction", "WatchFunction"):
            uploaded = local["Resources"][function]["Properties"].pop("CodeUri")
            folder = template["Resources"][function]["Properties"].pop("CodeUri")
            self.assertEqual(folder, f"../target/lambda/{uploaded['Key']}")
        simplified = ("Metrics", "AlarmRule")
        alarms = [
            name for name, each in template["Resources"].items() if any(key in each["Properties"] for key in simplified)
        ]
        for name in alarms:
            del template["Resources"][name]
            self.assertIn("MetricName", local["Resources"].pop(name)["Properties"])
        apis = (each["Resources"]["WebhookApi"]["Properties"]["DefinitionBody"] for each in (template, local))
        paths, local_paths = (api.pop("paths") for api in apis)
        self.assertEqual(template, local)
        for path, methods in paths.items():
            operation = methods["x-amazon-apigateway-any-method"]
            self.assertEqual(local_paths[path], dict.fromkeys(METHODS, operation))


if __name__ == "__main__":
    unittest.main()
