"""An emulated AWS account, to deploy the template in with empty functions."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from infra.local.build import FUNCTIONS
from infra.local.deploy import BUCKET, upload_template
from infra.local.emulator import REGION, Emulator, emulator
from infra.local.template import ServiceEndpoints, local_template

STACK = "hooks"
CODE = {name: {"Bucket": BUCKET, "Key": name} for name in FUNCTIONS}
UNUSED = ServiceEndpoints(*["http://127.0.0.1:9"] * 4)


@dataclass(frozen=True)
class Account:
    emulator: Emulator

    def client(self, service: str):
        return self.emulator.client(service)

    def create(self, **parameters: str) -> dict[str, str]:
        """Creates the stack and returns its outputs."""
        return self.create_from(local_template(CODE, UNUSED), **parameters)

    def create_from(self, template: dict, **parameters: str) -> dict[str, str]:
        return self._change("create_stack", "stack_create_complete", template, parameters)

    def update(self, **parameters: str) -> dict[str, str]:
        return self.update_from(local_template(CODE, UNUSED), **parameters)

    def update_from(self, template: dict, **parameters: str) -> dict[str, str]:
        return self._change("update_stack", "stack_update_complete", template, parameters)

    def delete(self) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig=POLLING)

    def _change(self, call: str, until: str, template: dict, parameters: dict[str, str]) -> dict[str, str]:
        cloudformation = self.client("cloudformation")
        getattr(cloudformation, call)(
            StackName=STACK,
            TemplateURL=upload_template(self.emulator, template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )
        cloudformation.get_waiter(until).wait(StackName=STACK, WaiterConfig=POLLING)
        outputs = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}


@contextlib.contextmanager
def account() -> Iterator[Account]:
    with emulator() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        for name in CODE:
            s3.put_object(Bucket=BUCKET, Key=name, Body=EMPTY_ZIP)
        yield Account(aws)


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
POLLING = {"Delay": 0.1, "MaxAttempts": 600}
