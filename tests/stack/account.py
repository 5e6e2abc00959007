"""An emulated AWS account, and the template deployed in it with functions that do nothing."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from infra.local.build import FUNCTIONS
from infra.local.deploy import BUCKET, upload_template
from infra.local.emulator import REGION, Emulator, emulator
from infra.local.template import Elsewhere, local_template

STACK = "hooks"
CODE = {name: {"Bucket": BUCKET, "Key": name} for name in FUNCTIONS}
NOT_CALLED = Elsewhere("http://127.0.0.1:9", "http://127.0.0.1:9")


@dataclass(frozen=True)
class Account:
    local: Emulator

    def client(self, service: str):
        return self.local.client(service)

    def create(self, **parameters: str) -> dict[str, str]:
        """The outputs."""
        return self.create_from(local_template(CODE, NOT_CALLED), **parameters)

    def create_from(self, template: dict, **parameters: str) -> dict[str, str]:
        return self._change("create_stack", "stack_create_complete", template, parameters)

    def update(self, **parameters: str) -> dict[str, str]:
        return self._change("update_stack", "stack_update_complete", local_template(CODE, NOT_CALLED), parameters)

    def delete(self) -> None:
        formation = self.client("cloudformation")
        formation.delete_stack(StackName=STACK)
        formation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig=PATIENCE)

    def _change(self, call: str, until: str, template: dict, parameters: dict[str, str]) -> dict[str, str]:
        formation = self.client("cloudformation")
        getattr(formation, call)(
            StackName=STACK,
            TemplateURL=upload_template(self.local, template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )
        formation.get_waiter(until).wait(StackName=STACK, WaiterConfig=PATIENCE)
        outputs = formation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}


@contextlib.contextmanager
def account() -> Iterator[Account]:
    with emulator() as local:
        s3 = local.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        for name in CODE:
            s3.put_object(Bucket=BUCKET, Key=name, Body=EMPTY_ZIP)
        yield Account(local)


def parameter(name: str, value: str) -> str:
    """For messages."""
    return f"{name}={json.dumps(value)}"


EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
PATIENCE = {"Delay": 1, "MaxAttempts": 60}
