"""What `make package` and `make deploy` hand to AWS."""

import json
import tempfile
import unittest
import zipfile
from pathlib import Path

from account import CODE, account
from botocore.exceptions import ClientError
from expand import expanded
from infra.local.deploy import BUCKET
from infra.local.template import alarms_without_arithmetic, spelled_out_methods
from infra.package import functions, template

RELEASE = "hookpost-1.2.3-0a1b2c3d"
BOTH = ["arm64", "x86_64"]


class Template(unittest.TestCase):
    def test_a_release_is_deployed_from_a_bucket(self):
        packaged = template.from_a_bucket(RELEASE, BOTH)
        spelled_out_methods(packaged)
        alarms_without_arithmetic(packaged)
        with account() as aws:
            s3 = aws.client("s3")
            for name in CODE:
                copy = {"Bucket": BUCKET, "Key": name}
                s3.copy_object(Bucket=BUCKET, Key=f"{RELEASE}/{name}-arm64.zip", CopySource=copy)
            with self.assertRaisesRegex(ClientError, "the name of an S3 bucket, without s3://"):
                aws.create_from(packaged, CodeBucket="s3://bucket")
            outputs = aws.create_from(packaged, CodeBucket=BUCKET)
            self.assertIn("WebhookBaseUrl", outputs)

    def test_another_release_changes_every_function_and_version(self):
        def identities(release: str) -> set[str]:
            resources = expanded(template.from_a_bucket(release, BOTH), CodeBucket="bucket")["Resources"]
            return {name for name, one in resources.items() if one["Type"] == "AWS::Lambda::Version"}

        self.assertEqual(identities(RELEASE) & identities("hookpost-1.2.4-11111111"), set())

    def test_only_processors_that_were_built_for_can_be_chosen(self):
        packaged = template.from_a_bucket(RELEASE, ["x86_64"])
        chosen = packaged["Parameters"]["Architecture"]
        self.assertEqual((chosen["Default"], chosen["AllowedValues"]), ("x86_64", ["x86_64"]))

    def test_sam_deploys_zips_of_one_processor_whatever_was_chosen_before(self):
        packaged = template.from_this_machine("x86_64", Path("/zips"))
        self.assertNotIn("Architecture", json.dumps(packaged["Parameters"]))
        found = {one["CodeUri"] for one in template.functions(packaged)}
        self.assertEqual(found, {f"/zips/{name}-x86_64.zip" for name in CODE})
        plain = expanded(packaged)
        functions = [one["Properties"] for one in plain["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
        self.assertEqual({tuple(one["Architectures"]) for one in functions}, {("x86_64",)})
        self.assertNotIn("${Architecture}", json.dumps(plain))

    def test_the_template_has_no_anchors_left(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "template.json"
            template.write(template.from_a_bucket(RELEASE, BOTH), file)
            self.assertIn("CodeBucket", json.loads(file.read_text())["Parameters"])


class Zips(unittest.TestCase):
    def test_the_same_binary_makes_the_same_zip_that_lambda_can_run(self):
        with tempfile.TemporaryDirectory() as folder:
            binary = Path(folder) / "setup"
            binary.write_bytes(b"\x7fELF GLIBC_2.17\0GLIBC_2.34\0GLIBC_2.9\0")
            first = functions.pack("setup", "arm64", binary, Path(folder))
            second = functions.pack("setup", "arm64", binary, Path(folder))
            self.assertEqual(first, second)
            self.assertEqual(first.glibc, (2, 34))
            with zipfile.ZipFile(Path(folder) / "setup-arm64.zip") as zipped:
                (entry,) = zipped.infolist()
            self.assertEqual((entry.filename, entry.external_attr >> 16), ("bootstrap", 0o100755))


if __name__ == "__main__":
    unittest.main()
