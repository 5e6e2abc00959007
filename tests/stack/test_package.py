"""The templates and zips of `make package` and `make deploy`."""

import json
import tempfile
import unittest
import zipfile
from pathlib import Path

from botocore.exceptions import ClientError

from account import CODE, account
from infra.local.deploy import BUCKET
from infra.local.template import simplify_alarms, spell_out_methods
from infra.package import template, zips
from queries import of_type
from sam_transform import expanded

RELEASE = "hookpost-1.2.3-0a1b2c3d"
BOTH = ["arm64", "x86_64"]


class Template(unittest.TestCase):
    def test_a_release_is_deployed_from_a_bucket(self):
        packaged = template.from_a_bucket(RELEASE, BOTH)
        spell_out_methods(packaged)
        simplify_alarms(packaged)
        with account() as aws:
            s3 = aws.client("s3")
            for name in CODE:
                copy = {"Bucket": BUCKET, "Key": name}
                s3.copy_object(Bucket=BUCKET, Key=f"{RELEASE}/{name}-arm64.zip", CopySource=copy)
            with self.assertRaisesRegex(ClientError, "the name of an S3 bucket, without s3://"):
                aws.create_from(packaged, CodeBucket="s3://bucket")
            outputs = aws.create_from(packaged, CodeBucket=BUCKET)
            self.assertIn("WebhookBaseUrl", outputs)

    def test_another_release_publishes_a_new_version_of_every_function(self):
        def versions(release: str) -> set[str]:
            resources = expanded(template.from_a_bucket(release, BOTH), CodeBucket="bucket")["Resources"]
            return {name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Version"}

        self.assertEqual(versions(RELEASE) & versions("hookpost-1.2.4-11111111"), set())

    def test_only_architectures_with_zips_can_be_chosen(self):
        packaged = template.from_a_bucket(RELEASE, ["x86_64"])
        chosen = packaged["Parameters"]["Architecture"]
        self.assertEqual((chosen["Default"], chosen["AllowedValues"]), ("x86_64", ["x86_64"]))

    def test_sam_deploy_has_no_choice_of_architecture(self):
        packaged = template.from_this_machine("x86_64", Path("/zips"))
        self.assertNotIn("Architecture", json.dumps(packaged["Parameters"]))
        found = {function["CodeUri"] for function in template.functions(packaged)}
        self.assertEqual(found, {f"/zips/{name}-x86_64.zip" for name in CODE})
        plain = expanded(packaged)
        functions = of_type(plain, "AWS::Lambda::Function").values()
        self.assertEqual({tuple(function["Architectures"]) for function in functions}, {("x86_64",)})
        self.assertNotIn("${Architecture}", json.dumps(plain))

    def test_a_written_template_is_json_without_anchors(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "template.json"
            template.write(template.from_a_bucket(RELEASE, BOTH), file)
            self.assertIn("CodeBucket", json.loads(file.read_text())["Parameters"])


class Zips(unittest.TestCase):
    def test_zips_are_reproducible_and_executable(self):
        with tempfile.TemporaryDirectory() as folder:
            binary = Path(folder) / "setup"
            binary.write_bytes(b"\x7fELF GLIBC_2.17\0GLIBC_2.34\0GLIBC_2.9\0")
            first = zips.pack("setup", "arm64", binary, Path(folder))
            second = zips.pack("setup", "arm64", binary, Path(folder))
            self.assertEqual(first, second)
            self.assertEqual(first.glibc, (2, 34))
            with zipfile.ZipFile(Path(folder) / "setup-arm64.zip") as zipped:
                (entry,) = zipped.infolist()
            self.assertEqual((entry.filename, entry.external_attr >> 16), ("bootstrap", 0o100755))


if __name__ == "__main__":
    unittest.main()
