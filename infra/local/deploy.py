"""Deploys the project's template to the emulator and seeds one integration."""

import io
import json
import secrets
import time
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.emulator import REGION, Emulator
from infra.local.problem import Problem
from infra.local.stack import Stack
from infra.local.template import architecture, local_template

INTEGRATION = "contoso"


def deploy(local: Emulator, receivers: dict[str, Path]) -> Stack:
    """`receivers` has the folder with the `bootstrap` of each."""
    outputs = create_stack(local, local_template(upload(local, receivers)))
    api = urlsplit(outputs["WebhookBaseUrl"])
    return Stack(
        endpoint=local.endpoint,
        # Not `{api}.execute-api.localhost`, as on AWS: few clients know where that is.
        base_url=f"{local.endpoint}/restapis/{api.hostname.split('.')[0]}{api.path}/_user_request_",
        events_queue=outputs["EventsQueueUrl"],
        dead_letter_queue=outputs["EventsDeadLetterQueueUrl"],
        quarantine_queue=outputs["QuarantineQueueUrl"],
        integration=INTEGRATION,
        password=seed(local),
    )


def upload(local: Emulator, receivers: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Where the code of each receiver is now."""
    s3 = local.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, folder in receivers.items():
        s3.put_object(Bucket=BUCKET, Key=name, Body=archive(folder / "bootstrap"))
    return {name: {"Bucket": BUCKET, "Key": name} for name in receivers}


def archive(bootstrap: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.write(bootstrap, "bootstrap")
    return content.getvalue()


def create_stack(local: Emulator, template: dict) -> dict[str, str]:
    """The outputs of the stack."""
    cloudformation = local.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": "Architecture", "ParameterValue": architecture()}],
        OnFailure="DO_NOTHING",
    )
    # Not boto3's waiter: it looks every 30 seconds, and this takes less than one.
    while (stack := described(cloudformation))["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(POLL_SECONDS)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = (event for event in events if event["ResourceStatus"].endswith("_FAILED"))
        reasons = [f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]
        raise Problem("the emulator could not deploy infra/template.yaml:\n" + "\n".join(reasons))
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def described(cloudformation) -> dict:
    return cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]


def seed(local: Emulator) -> str:
    """Gives the integration a webhook password, as setting it up would, and returns it."""
    password = secrets.token_urlsafe(24)
    secret = json.dumps({"password": password})
    local.client("secretsmanager").create_secret(Name=f"hookpost/{INTEGRATION}/webhook", SecretString=secret)
    return password


STACK = "hookpost"
BUCKET = "hookpost-code"
POLL_SECONDS = 0.05
