"""Deploys the project's template to the emulator."""

import io
import json
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.emulator import REGION, Emulator
from infra.local.problem import Problem
from infra.local.template import Elsewhere, architecture, local_template


@dataclass(frozen=True)
class Deployed:
    base_url: str
    events_queue: str
    dead_letter_queue: str
    quarantine_queue: str


def deploy(local: Emulator, functions: dict[str, Path], elsewhere: Elsewhere) -> Deployed:
    """`functions` has the folder with the `bootstrap` of each."""
    outputs = create_stack(local, local_template(upload(local, functions), elsewhere))
    api = urlsplit(outputs["WebhookBaseUrl"])
    # Not `{api}.execute-api.localhost`, as on AWS: few clients know where that is.
    base_url = f"{local.endpoint}/restapis/{api.hostname.split('.')[0]}{api.path}/_user_request_"
    tell_where(local, base_url)
    return Deployed(
        base_url=base_url,
        events_queue=outputs["EventsQueueUrl"],
        dead_letter_queue=outputs["EventsDeadLetterQueueUrl"],
        quarantine_queue=outputs["QuarantineQueueUrl"],
    )


def tell_where(local: Emulator, base_url: str) -> None:
    """Tells `setup` and `watch` where webhooks really are, which is known only now: on AWS the template knows it."""
    functions = local.client("lambda")
    for name in (f"{STACK}-{SETUP}", f"{STACK}-{WATCH}"):
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        environment = {"Variables": variables | {"HOOKPOST_WEBHOOK_BASE_URL": base_url}}
        functions.update_function_configuration(FunctionName=name, Environment=environment)


def upload(local: Emulator, functions: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Where the code of each function is now."""
    s3 = local.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, folder in functions.items():
        s3.put_object(Bucket=BUCKET, Key=name, Body=archive(folder / "bootstrap"))
    return {name: {"Bucket": BUCKET, "Key": name} for name in functions}


def upload_template(local: Emulator, template: dict) -> str:
    """Where the template is now: it is larger than a call to CloudFormation may carry."""
    local.client("s3").put_object(Bucket=BUCKET, Key=TEMPLATE_KEY, Body=json.dumps(template).encode())
    return f"{local.endpoint}/{BUCKET}/{TEMPLATE_KEY}"


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
        TemplateURL=upload_template(local, template),
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


STACK = "hookpost"
SETUP = "setup"
WATCH = "watch"
BUCKET = "hookpost-code"
TEMPLATE_KEY = "template.json"
POLL_SECONDS = 0.05
