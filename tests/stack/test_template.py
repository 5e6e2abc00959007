"""The template against every rule and against AWS's linter, as written and as expanded."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from all_rules import RULES
from infra.local.build import ROOT
from infra.local.template import TEMPLATE, load
from sam_transform import expanded

EVERYTHING = {
    "AlarmEmail": "ops@example.com",
    "SilenceHours": "24",
    "Metrics": "full",
    "ConsumerAccountIds": "111122223333,444455556666",
    "ConsumerPrincipalArns": "arn:aws:iam::111122223333:role/deployer,arn:aws:iam::444455556666:user/ci",
    "ConsumerOrganizationId": "o-a1b2c3d4e5",
    "ReservedConcurrency": "20",
    "GradualDeployment": "true",
    "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11",
    "WebAclArn": "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/hooks/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11",
    "AccessLogs": "true",
    "CreateApiGatewayAccountRole": "true",
    "DomainName": "hooks.example.com",
    "CertificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11",
    "DisableDefaultEndpoint": "true",
    "SecretPrefix": "team/hookpost",
    "PermissionsBoundaryArn": "arn:aws:iam::123456789012:policy/boundary",
    "RolePath": "/teams/hookpost/",
    "FipsEndpoints": "true",
    "DualStackEndpoints": "true",
    "AllowOnPremises": "true",
    "SubnetIds": "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
    "SecurityGroupIds": "sg-0123456789abcdef0",
    "CaBundleLayerArn": "arn:aws:lambda:eu-west-1:123456789012:layer:authorities:3",
    "EntraAudience": "api://AzureADTokenExchangeUSGov",
    "RawDeliveries": "true",
}
# False findings of cfn-lint, with the reason.
ACCEPTED = {
    # A function has a VpcConfig only with SubnetIds and SecurityGroupIds, so neither is empty there.
    ("W1033", "SecurityGroup"),
    # SAM creates the deployment groups only when GradualDeployment is true, and then the role exists.
    ("W1001", "DeploymentRole"),
    # SAM passes the protection of the versions on to the aliases, which are deleted with the stack.
    ("W3011", "UpdateReplacePolicy"),
}


class Template(unittest.TestCase):
    def test_every_rule_holds(self):
        for title, parameters in {"by default": {}, "with everything": EVERYTHING}.items():
            template = expanded(load(), **parameters)
            for rule in RULES:
                with self.subTest(title, rule=rule.__name__):
                    self.assertEqual(rule(template), [])

    def test_cfn_lint_finds_nothing(self):
        templates = {
            "source": TEMPLATE.read_text(),
            "by default": json.dumps(expanded(load())),
            "with everything": json.dumps(expanded(load(), **EVERYTHING)),
        }
        for title, findings in lint(templates).items():
            with self.subTest(title):
                self.assertEqual([finding for finding in findings if not accepted(*finding)], [])

    def test_a_changed_parameter_reaches_the_gateway(self):
        """A stage serves its latest deployment, so the change must create a new one."""

        def deployments(at: int, **parameters: str) -> set[str]:
            resources = expanded(load(), at, **parameters)["Resources"]
            return {name for name, each in resources.items() if each["Type"] == "AWS::ApiGateway::Deployment"}

        self.assertEqual(deployments(0) & deployments(60, AllowedCidrs="40.74.28.0/23"), set())

    def test_conditions_are_used_and_only_gradual_deployment_adds_resources(self):
        plain, full = (expanded(load(), **parameters) for parameters in ({}, EVERYTHING))
        added = {resource["Type"] for name, resource in full["Resources"].items() if name not in plain["Resources"]}
        self.assertEqual(added, {"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"})
        text = json.dumps({"resources": plain["Resources"], "outputs": plain["Outputs"]})
        self.assertEqual([name for name in plain["Conditions"] if f'"{name}"' not in text], [])


def lint(templates: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The findings of cfn-lint in each template, by their names. It takes as long to start as to look at one."""
    with tempfile.TemporaryDirectory() as folder:
        files = {str(Path(folder) / f"{place}.yaml"): name for place, name in enumerate(templates)}
        for file, name in files.items():
            Path(file).write_text(templates[name])
        command = [
            ROOT / ".venv" / "bin" / "cfn-lint",
            "--regions",
            "eu-west-1",
            "--format",
            "json",
            "--template",
            *files,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    findings = {name: [] for name in templates}
    for found in json.loads(done.stdout):
        findings[files[found["Filename"]]].append((found["Rule"]["Id"], found["Message"]))
    return findings


def accepted(rule: str, message: str) -> bool:
    return any(rule == known and word in message for known, word in ACCEPTED)


if __name__ == "__main__":
    unittest.main()
