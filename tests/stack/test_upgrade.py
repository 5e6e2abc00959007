"""Releases one after the other, on an emulator that publishes no version of an unchanged function, as AWS does not."""

import unittest

from botocore.exceptions import WaiterError

from account import STACK, Account, account
from infra.local.deploy import BUCKET
from releases import zips
from test_package import emulated, upload

# No FIFO queue may have this name.
IMPOSSIBLE = {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True, "QueueName": "no-suffix"}}


class Upgrade(unittest.TestCase):
    def test_a_release_in_which_only_watch_changed(self):
        with account() as aws:
            self.deploy(aws, "create_from")
            before = self.revision(aws, "watch"), self.live(aws)
            self.deploy(aws, "update_from", watch="mended")
            self.assertNotEqual(self.revision(aws, "watch"), before[0])
            self.assertEqual(self.live(aws), before[1])

    def test_a_release_in_which_a_receiver_changed_and_the_way_back(self):
        with account() as aws:
            self.deploy(aws, "create_from")
            self.deploy(aws, "update_from", code_pushed="mended")
            self.assertEqual((self.live(aws), self.versions(aws)), ("2", ["1", "2"]))
            self.deploy(aws, "update_from")
            self.assertEqual((self.live(aws), self.versions(aws)), ("3", ["1", "2", "3"]))

    def test_the_version_before_stays_when_only_a_parameter_changes(self):
        with account() as aws:
            self.deploy(aws, "create_from")
            self.deploy(aws, "update_from", {"MemoryMegabytes": "512"})
            self.assertEqual((self.live(aws), self.versions(aws)), ("2", ["1", "2"]))

    def test_a_failed_update_is_repeated(self):
        for contents, parameters in [({"code_pushed": "mended"}, {}), ({}, {"MemoryMegabytes": "512"})]:
            with self.subTest(contents | parameters), account() as aws:
                self.deploy(aws, "create_from")
                self.fail_to_deploy(aws, parameters, **contents)
                # A version that stayed would equal what the retry is to publish, and Lambda publishes no such version.
                self.assertEqual((self.live(aws), self.versions(aws)), ("1", ["1"]))
                self.deploy(aws, "update_from", parameters, **contents)
                first, retried = self.versions(aws)
                self.assertEqual((self.live(aws), first), (retried, "1"))

    def fail_to_deploy(self, aws: Account, parameters: dict[str, str], **contents: str) -> None:
        """Fails after both versions are published and both aliases have moved."""
        template = emulated(zips(**contents))
        aliases = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::Lambda::Alias"]
        template["Resources"]["Impossible"] = IMPOSSIBLE | {"DependsOn": aliases}
        upload(aws, zips(**contents))
        with self.assertRaises(WaiterError):
            aws.update_from(template, CodeBucket=BUCKET, **parameters)

    def deploy(self, aws: Account, call: str, parameters: dict[str, str] | None = None, **contents: str) -> None:
        upload(aws, zips(**contents))
        getattr(aws, call)(emulated(zips(**contents)), CodeBucket=BUCKET, **parameters or {})

    def live(self, aws: Account) -> str:
        """The version of code-pushed that the gateway invokes."""
        alias = aws.client("lambda").get_alias(FunctionName=f"{STACK}-code-pushed", Name="live")
        return alias["FunctionVersion"]

    def versions(self, aws: Account) -> list[str]:
        """The published versions of code-pushed."""
        found = aws.client("lambda").list_versions_by_function(FunctionName=f"{STACK}-code-pushed")["Versions"]
        return [version["Version"] for version in found if version["Version"] != "$LATEST"]

    def revision(self, aws: Account, function: str) -> str:
        return aws.client("lambda").get_function_configuration(FunctionName=f"{STACK}-{function}")["RevisionId"]


if __name__ == "__main__":
    unittest.main()
