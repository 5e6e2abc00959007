"""CloudFormation rejects a bad value of any parameter before it creates anything, and says which values are valid."""

import unittest

from botocore.exceptions import ClientError

from account import account
from infra.local.template import load

BAD = {
    "Architecture": ["arm", "x86-64", ""],
    "AlarmEmail": ["nobody", "a@b", "a b@example.com"],
    "SilenceHours": ["-1", "169"],
    "BacklogMinutes": ["0", "10081"],
    "LogRetentionDays": ["0", "31"],
    "Metrics": ["none", "Full"],
    "AllowOnPremises": ["yes", "True"],
    "ConsumerAccountIds": ["12345678901", "123456789012,me", "arn:aws:iam::123456789012:root"],
    "ConsumerPrincipalArns": ["deployer", "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/a,*"],
    "ConsumerOrganizationId": ["r-a1b2", "o-A1B2C3D4E5", "*"],
    "DeadlineMilliseconds": ["499", "8001"],
    "MemoryMegabytes": ["64", "4096"],
    "ReservedConcurrency": ["-1", "1001"],
    "RequestsPerSecond": ["0", "10001"],
    "RequestsBurst": ["0", "5001"],
    "GradualDeployment": ["Canary", "1"],
    "WatchMinutes": ["-1", "16"],
    "TokenWarningDays": ["0", "366"],
    "EntraAudience": ["", "sts.amazonaws.com", "api://*", "api://azureadtokenexchange"],
    "SecretPrefix": ["hook post", "/hookpost", "hookpost/", "a//b", "x" * 101],
    "KmsKeyArn": [
        "alias/hookpost",
        "6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11",
        "arn:aws:kms:eu-west-1:123456789012:alias/x",
    ],
    "AllowedCidrs": ["everywhere", "40.74.28.0", "40.74.28.0/23,x", "999.1.1.1/24", "40.74.28.0/33", "1.2.3/8"],
    "WebAclArn": ["acl", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/x/y"],
    "AccessLogs": ["on"],
    "CreateApiGatewayAccountRole": ["on"],
    "DomainName": ["https://hooks.example.com", "Hooks.Example.com", "localhost"],
    "CertificateArn": ["hooks.example.com", "arn:aws:iam::123456789012:server-certificate/x"],
    "DisableDefaultEndpoint": ["yes"],
    "PermissionsBoundaryArn": ["boundary", "arn:aws:iam::123456789012:role/boundary"],
    "RolePath": ["", "teams/", "/teams", "/two words/"],
    "FipsEndpoints": ["yes"],
    "DualStackEndpoints": ["yes"],
    "SubnetIds": ["subnet", "subnet-0123456789abcdef0, subnet-0123456789abcdef1", "sg-0123456789abcdef0"],
    "SecurityGroupIds": ["default", "subnet-0123456789abcdef0"],
    "RawDeliveries": ["yes", "True"],
    "CaBundleLayerArn": ["ca.pem", "arn:aws:lambda:eu-west-1:123456789012:layer:authorities"],
}
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/6f1d3a52-5b1c-4c8e-9a57-0f6c2f1e7d11"
INCOMPLETE = [
    ({"DomainName": "hooks.example.com"}, "DomainName needs CertificateArn"),
    ({"CertificateArn": CERTIFICATE}, "CertificateArn needs DomainName"),
    ({"DisableDefaultEndpoint": "true"}, "DisableDefaultEndpoint needs DomainName"),
    ({"SubnetIds": "subnet-0123456789abcdef0"}, "SubnetIds needs SecurityGroupIds"),
    ({"SecurityGroupIds": "sg-0123456789abcdef0"}, "SecurityGroupIds needs SubnetIds"),
    ({"FipsEndpoints": "true"}, "FipsEndpoints needs a Region"),
]


class Parameters(unittest.TestCase):
    def test_a_bad_value_is_rejected_with_a_helpful_message(self):
        parameters = load()["Parameters"]
        self.assertEqual(set(BAD), set(parameters))
        with account() as aws:
            for name, values in BAD.items():
                for value in values:
                    with self.subTest(name, value=value):
                        message = self.rejection(aws, {name: value})
                        self.assertIn(name, message)
                        self.assertIn(expected_message(parameters[name]), message)
            for given, expected in INCOMPLETE:
                with self.subTest(expected):
                    self.assertIn(expected, self.rejection(aws, given))
            self.assertEqual(aws.client("sqs").list_queues().get("QueueUrls", []), [])

    def rejection(self, aws, parameters: dict[str, str]) -> str:
        with self.assertRaises(ClientError) as caught:
            aws.create(**parameters)
        return str(caught.exception)


def expected_message(parameter: dict) -> str:
    """AWS answers with our message. For a value outside of `AllowedValues` the emulator answers with the list."""
    return str(parameter["AllowedValues"]) if "AllowedValues" in parameter else parameter["ConstraintDescription"]


if __name__ == "__main__":
    unittest.main()
