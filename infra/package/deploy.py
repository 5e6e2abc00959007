"""`make deploy`: says where it deploys, builds, and runs the SAM CLI with the operator's answers."""

import json
import subprocess
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.build import ROOT
from infra.local.errors import UserError
from infra.local.template import load
from infra.package.answers import Answers, quoted
from infra.package.logging_role import check_logging_role
from infra.package.release import deployable

ANSWERS = ROOT / "infra" / "samconfig.toml"


def deploy(architecture: str | None, profile: str, bucket: str | None, *, replace_logging_role: bool = False) -> int:
    """Returns the exit status of `sam deploy`. `bucket` is for the zips, of those who may not create one."""
    answers = Answers.read(ANSWERS)
    answers.check({name: each for name, each in load()["Parameters"].items() if name != "Architecture"})
    account = check_account(answers)
    if bucket:
        answers.use_bucket(bucket, boto3.Session().region_name)
    check_logging_role(answers, may_be_replaced=replace_logging_role)
    architecture = architecture or answers.architecture
    template = deployable(architecture, profile)
    parameters = json.loads(template.read_text(encoding="utf-8"))["Parameters"]
    status = subprocess.run(sam_deploy(template, answers, parameters), check=False).returncode
    # The first time, the SAM CLI has just written the answers, and with them every default.
    answers = Answers.read(ANSWERS)
    if answers.stack:
        answers.account, answers.architecture = account, architecture
        answers.parameters = answers.changed(parameters)
        answers.write()
    return status


def check_account(answers: Answers) -> str:
    """Prints account, Region and stack. Fails if the last deployment was to another account."""
    session = boto3.Session(region_name=answers.region)
    try:
        identity = session.client("sts", region_name=session.region_name or "us-east-1").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        fix = "Run `aws configure` or `aws sso login`, then try again."
        raise UserError(f"AWS does not say whose credentials these are: {error}\n{fix}") from error
    account = identity["Account"]
    if answers.account not in (None, account):
        raise UserError(
            f"These credentials are of account {account} ({identity['Arn']}), and stack {answers.stack} in "
            f"{answers.region} is in account {answers.account}. Choose that account's credentials, for example with "
            f"AWS_PROFILE. For a second stack, move {answers.file.name} out of infra first."
        )
    region = answers.region or session.region_name
    where = f"Region {region}, stack {answers.stack}" if answers.stack else "Region and stack are asked below"
    print(f"Account {account} ({identity['Arn']}), {where}.\n", flush=True)
    return account


def sam_deploy(template: Path, answers: Answers, parameters: dict) -> list[str]:
    """The command. Without answers, it asks for them."""
    sam = str(Path(sys.executable).parent / "sam")
    command = [sam, "deploy", "--template-file", str(template), "--config-file", str(answers.file)]
    command.append("--no-fail-on-empty-changeset")
    if not answers.stack:
        return [*command, "--guided", "--stack-name", "hookpost", "--capabilities", "CAPABILITY_IAM"]
    # Every parameter: of one that is left out, CloudFormation keeps the value of the last deployment.
    values = {name: str(parameter["Default"]) for name, parameter in parameters.items()} | answers.changed(parameters)
    return [*command, "--parameter-overrides", quoted(values)]
