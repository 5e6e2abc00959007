"""Deploys the project's template to the emulator."""

import io
import json
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.emulator import REGION, Emulator
from infra.local.errors import UserError
from infra.local.template import ServiceEndpoints, architecture, local_template


@dataclass(frozen=True)
class Deployment:
    base_url: str
    events_queue: str
    dead_letter_queue: str
    quarantine_queue: str
    roles: dict[str, str]
    """The ARN of the role of `setup` and of `watch`."""
    outputs: dict[str, str]


def deploy(aws: Emulator, functions: dict[str, Path], endpoints: ServiceEndpoints, **parameters: str) -> Deployment:
    """Creates the stack. `functions` has the folder with the `bootstrap` of each function."""
    given = {"Architecture": architecture()} | parameters
    outputs = create_stack(aws, STACK, local_template(upload(aws, functions), endpoints), given)
    api = urlsplit(outputs["WebhookBaseUrl"])
    # The emulator also serves `{api}.execute-api.localhost`, but not every resolver knows names under localhost.
    base_url = f"{aws.endpoint}/restapis/{api.hostname.split('.')[0]}{api.path}/_user_request_"
    set_webhook_base_url(aws, base_url)
    return Deployment(
        base_url=base_url,
        events_queue=outputs["EventsQueueUrl"],
        dead_letter_queue=outputs["EventsDeadLetterQueueUrl"],
        quarantine_queue=outputs["QuarantineQueueUrl"],
        roles={SETUP: outputs["SetupRoleArn"], WATCH: outputs["WatchRoleArn"]},
        outputs=outputs,
    )


def set_webhook_base_url(aws: Emulator, base_url: str) -> None:
    """Gives `setup` and `watch` the emulator's URL form. On AWS the template computes the URL."""
    functions = aws.client("lambda")
    for name in (f"{STACK}-{SETUP}", f"{STACK}-{WATCH}"):
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        environment = {"Variables": variables | {"HOOKPOST_WEBHOOK_BASE_URL": base_url}}
        functions.update_function_configuration(FunctionName=name, Environment=environment)


def upload(aws: Emulator, functions: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Uploads the code of each function and returns its bucket and key."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    for name, folder in functions.items():
        s3.put_object(Bucket=BUCKET, Key=name, Body=archive(folder / "bootstrap"))
    return {name: {"Bucket": BUCKET, "Key": name} for name in functions}


def upload_template(aws: Emulator, template: dict) -> str:
    """Uploads the template and returns its URL: the template exceeds the size limit of `TemplateBody`."""
    aws.client("s3").put_object(Bucket=BUCKET, Key=TEMPLATE_KEY, Body=json.dumps(template).encode())
    return f"{aws.endpoint}/{BUCKET}/{TEMPLATE_KEY}"


def archive(bootstrap: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.write(bootstrap, "bootstrap")
    return content.getvalue()


def create_stack(aws: Emulator, name: str, template: dict, parameters: dict[str, str]) -> dict[str, str]:
    """Creates a stack and returns its outputs."""
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=upload_template(aws, template),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        OnFailure="DO_NOTHING",
    )
    # Not boto3's waiter: it polls every 30 seconds, and the emulator takes less than one.
    while (stack := describe(cloudformation, name))["StackStatus"].endswith("_IN_PROGRESS"):
        time.sleep(POLL_SECONDS)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        failed = (event for event in events if event["ResourceStatus"].endswith("_FAILED"))
        reasons = [f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}" for event in failed]
        raise UserError(f"The emulator could not create the stack {name}:\n" + "\n".join(reasons))
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def describe(cloudformation, name: str) -> dict:
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]


STACK = "hookpost"
SETUP = "setup"
WATCH = "watch"
BUCKET = "hookpost-code"
TEMPLATE_KEY = "template.json"
POLL_SECONDS = 0.05
