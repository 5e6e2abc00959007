"""The templates and zips of `make package` and `make deploy`."""

import hashlib
import json
import tempfile
import unittest
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from account import EMPTY_ZIP, Account, account
from infra.local.deploy import BUCKET
from infra.local.template import load, simplify_alarms, spell_out_methods
from infra.package.plain import expand, plain, plain_for_any_account
from infra.package.release import assemble, empty
from infra.package.template import from_a_bucket, from_a_folder
from infra.package.zips import Zip, pack
from queries import of_type, references
from releases import zips


class Template(unittest.TestCase):
    def test_a_release_is_deployed_from_a_bucket(self):
        packaged = emulated(zips())
        with account() as aws:
            upload(aws, zips())
            for bad, message in BAD:
                with self.assertRaisesRegex(ClientError, message):
                    aws.create_from(packaged, **{"CodeBucket": BUCKET} | bad)
            outputs = aws.create_from(packaged, CodeBucket=BUCKET)
            self.assertIn("WebhookBaseUrl", outputs)

    def test_a_release_needs_no_transform(self):
        packaged = plain_for_any_account(from_a_bucket(load(), zips()))
        self.assertNotIn("Transform", packaged)
        self.assertEqual([each for each in packaged["Resources"].values() if "Serverless" in each["Type"]], [])

    def test_it_is_what_aws_makes_of_the_sam_template(self):
        template = from_a_bucket(load(), zips())
        template["Resources"]["WebhookApi"]["Properties"]["AlwaysDeploy"] = False
        made, packaged = expand(template, GradualDeployment="true"), plain_for_any_account(template)
        added = set(packaged["Resources"]) - set(made["Resources"])
        self.assertEqual({packaged["Resources"][name]["Type"] for name in added}, {DEPLOYMENT})
        others = set()
        for name, resource in made["Resources"].items():
            found = packaged["Resources"][name]
            others |= {key for key in resource | found if resource.get(key) != found.get(key)}
            properties, here = resource["Properties"], found["Properties"]
            others |= {key for key in properties | here if properties.get(key) != here.get(key)}
        attributes = {"Condition", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy"}
        self.assertEqual(others, attributes | {"Properties", "Code", "DeploymentId", "Metadata"})
        self.assertEqual(made["Outputs"], packaged["Outputs"])

    def test_code_is_named_after_its_content_below_the_prefix(self):
        packaged = plain_for_any_account(from_a_bucket(load(), zips()))
        arm, intel = (zip.file for zip in zips() if zip.function == "watch")
        code = of_type(packaged, "AWS::Lambda::Function")["WatchFunction"]["Code"]
        name = {"Zip": {"Fn::If": ["IsArm64", arm, intel]}}
        key = {"Fn::Sub": ["${CodePrefix}${Zip}", name]}
        self.assertEqual(code, {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": key})
        self.assertRegex(arm, r"^watch-arm64-[0-9a-f]{16}\.zip$")

    def test_no_default_of_a_parameter_is_in_the_resources(self):
        """AWS expands a template with the operator's values, the packaging with none."""
        template = from_a_bucket(load(), zips())
        before = plain_for_any_account(template)
        for name, parameter in template["Parameters"].items():
            if name != "GradualDeployment":
                parameter["Default"] = "another-default"
        after = plain_for_any_account(template)
        self.assertEqual(before["Resources"], after["Resources"])

    def test_gradual_deployment_is_decided_by_the_operator(self):
        packaged = plain_for_any_account(from_a_bucket(load(), zips()))
        resources = packaged["Resources"].values()
        conditions = {each["Condition"] for each in resources if each["Type"].startswith("AWS::CodeDeploy::")}
        self.assertEqual(conditions, {"DeploysGradually"})
        updates = [each["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"] for each in resources if "UpdatePolicy" in each]
        self.assertEqual([update["Fn::If"][0] for update in updates], ["DeploysGradually"] * 2)

    def test_an_operator_can_have_the_api_deployed_again(self):
        packaged = plain_for_any_account(from_a_bucket(load(), zips()))
        first, second = of_type(packaged, "AWS::ApiGateway::Deployment")
        (stage,) = of_type(packaged, "AWS::ApiGateway::Stage").values()
        chosen = {"Fn::If": ["ServesSecondDeployment", {"Ref": second}, {"Ref": first}]}
        self.assertEqual(stage["DeploymentId"], chosen)
        # Changing a parameter that the API depends on would have no effect, unless the operator knows.
        (api,) = of_type(packaged, "AWS::ApiGateway::RestApi").values()
        needed = references(api) & set(packaged["Parameters"])
        descriptions = {name: parameter["Description"] for name, parameter in packaged["Parameters"].items()}
        self.assertEqual({name for name in needed if name not in descriptions["ApiDeployment"]}, set())
        self.assertEqual({name for name in needed if "ApiDeployment" not in descriptions[name]}, set())

    def test_a_release_of_another_name_is_an_update(self):
        """Of a parameter on which no resource depends, CloudFormation says that no updates are to be performed."""
        packaged = plain_for_any_account(from_a_bucket(load(), zips()))
        depending = [name for name, each in packaged["Resources"].items() if "Release" in references(each)]
        self.assertEqual(depending, ["AlarmTopic"])
        self.assertNotIn("Release", references(packaged["Resources"]["AlarmTopic"]["Properties"]))

    def test_another_definition_of_the_api_is_deployed(self):
        def deployment(title: str) -> str:
            template = load()
            template["Resources"]["WebhookApi"]["Properties"]["DefinitionBody"]["info"]["title"] = title
            return next(iter(of_type(plain_for_any_account(from_a_bucket(template, zips())), DEPLOYMENT)))

        self.assertEqual(deployment("one"), deployment("one"))
        self.assertNotEqual(deployment("one"), deployment("two"))

    def test_only_architectures_with_zips_can_be_chosen(self):
        packaged = from_a_bucket(load(), zips("x86_64"))
        chosen = packaged["Parameters"]["Architecture"]
        self.assertEqual((chosen["Default"], chosen["AllowedValues"]), ("x86_64", ["x86_64"]))

    def test_the_sam_cli_has_no_choice_of_architecture(self):
        packaged = from_a_folder(load(), zips("x86_64"), Path("/zips"))
        self.assertNotIn("Architecture", json.dumps(packaged["Parameters"]))
        expected = {f"/zips/{zip.file}" for zip in zips("x86_64")}
        deployed = of_type(plain(packaged), "AWS::Lambda::Function").values()
        self.assertEqual({function["Code"] for function in deployed}, expected)
        self.assertEqual({tuple(function["Architectures"]) for function in deployed}, {("x86_64",)})
        self.assertNotIn("${Architecture}", json.dumps(packaged))


class Release(unittest.TestCase):
    def test_the_same_zips_make_the_same_release(self):
        first, second = (self.release() for _ in range(2))
        self.assertEqual(first, second)
        self.assertLessEqual({"template.json", "template-plain.json", "bom.cdx.json"} | GUIDES, set(first))

    def test_the_checksums_are_of_every_file(self):
        files = self.release()
        sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
        self.assertEqual(sums, {name: hashlib.sha256(content).hexdigest() for name, content in files.items()})

    def test_the_application_repository_gets_what_it_asks_for(self):
        files = self.release()
        application = json.loads(files["template.json"])["Metadata"]["AWS::ServerlessRepo::Application"]
        self.assertEqual(application["SemanticVersion"], "1.2.3")
        self.assertLessEqual({application["LicenseUrl"], application["ReadmeUrl"]}, set(files))
        self.assertLessEqual(len(application["Description"]), 256)
        # Lower case, or `sam publish` fails.
        self.assertRegex(application["Author"], r"^[a-z0-9]+(-[a-z0-9]+)*$")
        self.assertEqual((application["Name"], application["SpdxLicenseId"]), ("hookpost", "Apache-2.0"))
        self.assertNotIn("ServerlessRepo", files["template-plain.json"].decode())

    def release(self) -> dict[str, bytes]:
        """The content of each file by its path."""
        with tempfile.TemporaryDirectory() as folder:
            made = assemble(empty(Path(folder) / "draft"), zips(), "1.2.3")
            self.assertRegex(made.name, r"^hookpost-1\.2\.3-[0-9a-f]{8}$")
            return {str(file.relative_to(made)): file.read_bytes() for file in made.rglob("*") if file.is_file()}


def emulated(release: list[Zip]) -> dict:
    """The plain template, in so far as the emulator takes it."""
    template = load()
    spell_out_methods(template)
    simplify_alarms(template)
    return plain_for_any_account(from_a_bucket(template, release))


def upload(aws: Account, release: list[Zip]) -> None:
    for zip in release:
        aws.client("s3").put_object(Bucket=BUCKET, Key=f"hookpost/{zip.file}", Body=EMPTY_ZIP)


DEPLOYMENT = "AWS::ApiGateway::Deployment"
GUIDES = {"infra/README.md", "infra/ENTRA.md", "infra/events/connect-entra.json"}
BAD = [
    ({"CodeBucket": "s3://bucket"}, "the name of an S3 bucket, without s3://"),
    ({"CodePrefix": "hookpost"}, "with a slash at its end"),
    ({"CodePrefix": "/hookpost/"}, "with a slash at its end"),
    ({"ApiDeployment": "third"}, "first"),
    ({"Release": "0.1.0 of May"}, "letters, digits, dots"),
]


class Zips(unittest.TestCase):
    def test_zips_are_reproducible_and_executable(self):
        with tempfile.TemporaryDirectory() as folder:
            binary = Path(folder) / "setup"
            binary.write_bytes(b"\x7fELF GLIBC_2.17\0GLIBC_2.34\0GLIBC_2.9\0")
            first = pack("setup", "arm64", binary, Path(folder))
            second = pack("setup", "arm64", binary, Path(folder))
            self.assertEqual(first, second)
            self.assertEqual(first.glibc, (2, 34))
            with zipfile.ZipFile(Path(folder) / first.file) as zipped:
                (entry,) = zipped.infolist()
            self.assertEqual((entry.filename, entry.external_attr >> 16), ("bootstrap", 0o100755))


if __name__ == "__main__":
    unittest.main()
