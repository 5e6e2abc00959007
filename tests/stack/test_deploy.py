"""`make deploy`: the account is checked, and no default is frozen in the operator's answers."""

import contextlib
import io
import json
import os
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from infra.local.emulator import REGION, emulator
from infra.local.errors import UserError
from infra.package import deploy
from infra.package.answers import Answers

# As the SAM CLI writes it.
WRITTEN = """version = 0.1
[default.deploy.parameters]
stack_name = "hooks"
resolve_s3 = true
region = "eu-west-1"
capabilities = "CAPABILITY_IAM"
tags = "team=\\"platform\\""
parameter_overrides = "AlarmEmail=\\"ops@example.com\\" WatchMinutes=\\"5\\" ConsumerAccountIds=\\"\\""
image_repositories = []
"""
DECLARED = {
    "AlarmEmail": {"Type": "String", "Default": ""},
    "WatchMinutes": {"Type": "Number", "Default": 5},
    "ConsumerAccountIds": {"Type": "CommaDelimitedList", "Default": ""},
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": REGION}


class Deploy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "samconfig.toml"
        self.deployable = unittest.mock.Mock()

    def test_only_what_differs_from_the_default_is_kept(self):
        answers = self.answers()
        answers.parameters, answers.account = answers.changed(DECLARED), "123456789012"
        answers.write()
        kept = Answers.read(self.file)
        self.assertEqual(kept.parameters, {"AlarmEmail": "ops@example.com"})
        self.assertEqual((kept.account, kept.stack, kept.region), ("123456789012", "hooks", "eu-west-1"))
        self.assertIn('tags = "team=\\"platform\\""', self.file.read_text())

    def test_todays_default_reaches_the_stack(self):
        """CloudFormation keeps the value of a parameter that is not passed, so the SAM CLI gets all."""
        answers = self.answers()
        answers.parameters = answers.changed(DECLARED)
        later = DECLARED | {"WatchMinutes": {"Type": "Number", "Default": 3}}
        command = deploy.sam_deploy(Path("template.json"), answers, later)
        self.assertEqual(command[-1], 'AlarmEmail="ops@example.com" WatchMinutes="3" ConsumerAccountIds=""')
        self.assertNotIn("--guided", command)

    def test_without_answers_the_sam_cli_asks(self):
        command = deploy.sam_deploy(Path("template.json"), Answers.read(self.file), DECLARED)
        self.assertIn("--guided", command)
        self.assertNotIn("--parameter-overrides", command)

    def test_who_may_not_create_a_bucket_names_one(self):
        answers = Answers.read(self.file)
        answers.use_bucket("code", "eu-west-1")
        kept = Answers.read(self.file)
        self.assertEqual(
            (kept.stack, kept.region, kept.parameters_of_deploy()["s3_bucket"]), ("hookpost", "eu-west-1", "code")
        )
        self.assertNotIn("--guided", deploy.sam_deploy(Path("template.json"), kept, DECLARED))

    def test_an_answer_to_no_parameter_is_refused_before_anything_is_built(self):
        for name in "WatchInterval", "Architecture":
            self.file.write_text(WRITTEN.replace("WatchMinutes", name))
            with self.subTest(name), self.assertRaisesRegex(UserError, f"no parameter {name}[.] .*samconfig.toml"):
                self.deploy(None)
        self.assertEqual(self.deployable.call_count, 0)

    def test_the_processor_that_was_asked_for_is_kept(self):
        self.answers()
        for requested, built in (
            (None, None),
            ("x86_64", "x86_64"),
            (None, "x86_64"),
            ("arm64", "arm64"),
            (None, "arm64"),
        ):
            with self.subTest(requested=requested, built=built):
                self.deploy(requested)
                self.assertEqual(self.deployable.call_args.args[0], built)
        self.assertEqual(Answers.read(self.file).account, "123456789012")

    def deploy(self, architecture: str | None) -> None:
        """`make deploy` with nothing built and no SAM CLI."""
        template = self.file.with_name("template.json")
        template.write_text(json.dumps({"Parameters": DECLARED}))
        self.deployable.return_value = template
        with (
            unittest.mock.patch.multiple(
                deploy, ANSWERS=self.file, deployable=self.deployable, check_account=lambda _: "123456789012"
            ),
            unittest.mock.patch.object(deploy.subprocess, "run", return_value=unittest.mock.Mock(returncode=0)),
        ):
            self.assertEqual(deploy.deploy(architecture, "release", None), 0)

    def test_account_region_and_stack_are_said(self):
        answers = self.answers()
        with self.aws(), contextlib.redirect_stdout(io.StringIO()) as output:
            account = deploy.check_account(answers)
            answers.account = account
            deploy.check_account(answers)
        self.assertRegex(output.getvalue(), rf"Account {account} \(arn:aws:.*\), Region eu-west-1, stack hooks\.")

    def test_another_account_than_last_time_is_refused(self):
        answers = self.answers()
        answers.account = "999999999999"
        with self.aws(), self.assertRaisesRegex(UserError, "stack hooks in eu-west-1 is in account 999999999999"):
            deploy.check_account(answers)

    def test_no_credentials_are_no_stack_trace(self):
        nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"} | CREDENTIALS
        with unittest.mock.patch.dict(os.environ, nobody), self.assertRaisesRegex(UserError, "aws sso login"):
            deploy.check_account(self.answers())

    def answers(self) -> Answers:
        self.file.write_text(WRITTEN)
        return Answers.read(self.file)

    @contextlib.contextmanager
    def aws(self):
        with emulator() as aws, unittest.mock.patch.dict(os.environ, {"AWS_ENDPOINT_URL": aws.endpoint} | CREDENTIALS):
            yield


if __name__ == "__main__":
    unittest.main()
