"""When a release, or a deployment from this machine, publishes new versions of the receivers, and what they are named.

CloudFormation fails when it should publish a version of a function that has not changed.
"""

import unittest
from collections.abc import Callable
from pathlib import Path

import botocore.session

from infra.local.template import load
from infra.package.plain import expand, plain, plain_for_any_account
from infra.package.template import UNCOUNTED, from_a_bucket, from_a_folder
from infra.package.zips import Zip
from queries import of_type
from releases import zips


def of_a_bucket(template: dict, release: list[Zip], place: str) -> dict:
    template = from_a_bucket(template, release)
    template["Parameters"]["CodePrefix"]["Default"] = f"{place}/"
    return plain_for_any_account(template)


def of_the_sam_cli(template: dict, release: list[Zip], place: str) -> dict:
    return expand(from_a_folder(template, of_one(release), Path(place)))


def of_make_deploy(template: dict, release: list[Zip], place: str) -> dict:
    return plain(from_a_folder(template, of_one(release), Path(place)))


def of_one(release: list[Zip]) -> list[Zip]:
    return [zip for zip in release if zip.architecture == "arm64"]


WAYS = (of_a_bucket, of_the_sam_cli, of_make_deploy)


class Versions(unittest.TestCase):
    def test_what_changes_no_receiver_names_no_new_version(self):
        changes = {
            "a tag of a receiver": lambda template: receiver(template).update(Tags={"team": "platform"}),
            "a tag of every function": lambda template: shared(template).update(Tags={"team": "platform"}),
            "reserved concurrency": lambda template: receiver(template).update(ReservedConcurrentExecutions=5),
            "no gradual deployment": lambda template: receiver(template).pop("DeploymentPreference"),
            "another function": lambda template: receiver(template, "WatchFunction").update(Timeout=200),
        }
        for way in WAYS:
            same = {title: versions(way, change) for title, change in changes.items()}
            same["another release"] = versions(way, release=zips(setup="mended", watch="mended"))
            same["another place"] = versions(way, place="elsewhere")
            for title, found in same.items():
                with self.subTest(title, way=way.__name__):
                    self.assertEqual(found, versions(way))

    def test_what_changes_a_receiver_names_a_new_version(self):
        network = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
        changes = {
            "memory": lambda template: shared(template).update(MemorySize=512),
            "timeout": lambda template: receiver(template).update(Timeout=9),
            "a variable": lambda template: receiver(template)["Environment"]["Variables"].update(HOOKPOST_NEW="1"),
            "the runtime": lambda template: shared(template).update(Runtime="provided.al2027"),
            "a layer": lambda template: receiver(template).update(Layers=["arn:aws:lambda:eu-west-1:1:layer:x:1"]),
            "a network": lambda template: receiver(template).update(VpcConfig=network),
            # CloudFormation replaces the version for it, so without a new name it would meet an unchanged function.
            "the version's description": lambda template: receiver(template).update(
                VersionDescription={"Fn::Sub": "x"}
            ),
        }
        for way in WAYS:
            before = versions(way)["CodePushedFunction"]
            for title, change in changes.items():
                with self.subTest(title, way=way.__name__):
                    self.assertNotEqual(versions(way, change)["CodePushedFunction"], before)

    def test_a_version_follows_its_own_zip_alone(self):
        for way in WAYS:
            before, after = versions(way), versions(way, release=zips(code_pushed="mended"))
            self.assertNotEqual(before["CodePushedFunction"], after["CodePushedFunction"], way)
            self.assertEqual(before["PullRequestFunction"], after["PullRequestFunction"], way)

    def test_a_new_version_never_meets_an_unchanged_function(self):
        """Lambda counts a function's description, and that changes with the name of the version."""
        for way in WAYS:
            template = way(load(), zips(), "here")
            descriptions = of_type(template, "AWS::Lambda::Function")
            for function, version in versions(way).items():
                digest = descriptions[function]["Description"].rsplit(" ", 1)[1]
                self.assertEqual(version, f"{function}Version{digest[:10]}", way)
                self.assertLessEqual(len(descriptions[function]["Description"]), DESCRIPTION_MAX)

    def test_lambda_counts_everything_else(self):
        model = botocore.session.get_session().get_service_model("lambda")
        counted = set(model.operation_model("UpdateFunctionConfiguration").input_shape.members)
        self.assertEqual(UNCOUNTED & counted, {"FunctionName"})

    def test_versions_stay_to_go_back_to_except_those_of_a_failed_update(self):
        for way in WAYS:
            resources = way(load(), zips(), "here")["Resources"].values()
            found = [each for each in resources if each["Type"] == "AWS::Lambda::Version"]
            # The SAM CLI's template cannot say it: the guide says what to do instead.
            kept = "Retain" if way is of_the_sam_cli else "RetainExceptOnCreate"
            policies = [(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in found]
            self.assertEqual(policies, [(kept, "Retain")] * 2, way)


def versions(
    way, change: Callable[[dict], object] = id, release: list[Zip] | None = None, place: str = "here"
) -> dict[str, str]:
    """The name of each receiver's version, by function."""
    template = load()
    change(template)
    found = of_type(way(template, release or zips(), place), "AWS::Lambda::Version").items()
    return {version["FunctionName"]["Ref"]: name for name, version in found}


def receiver(template: dict, name: str = "CodePushedFunction") -> dict:
    return template["Resources"][name]["Properties"]


def shared(template: dict) -> dict:
    return template["Globals"]["Function"]


# Lambda's limit for the description of a function, in characters.
DESCRIPTION_MAX = 256

if __name__ == "__main__":
    unittest.main()
