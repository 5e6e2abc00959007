"""The calls that the functions made in the black-box tests are exactly those that their roles allow.

`cargo test` records the calls when `HOOKPOST_TEST_CALLS` names a folder; `make test` runs it so before this.
"""

import json
import unittest
from collections.abc import Iterator
from pathlib import Path

from expand import expanded, source
from infra.local.build import ROOT
from roles import ROLES, Grant, grants, secret_arn

RECORDS = ROOT / "target" / "tmp" / "calls"
# The SDK's batches need the permission of the single call.
ACTIONS = {
    "SendMessageBatch": ["sqs:SendMessage"],
    "DeleteMessageBatch": ["sqs:DeleteMessage"],
    "ChangeMessageVisibilityBatch": ["sqs:ChangeMessageVisibility"],
}
# Lambda writes the logs, in the function's name.
NOT_RECORDED = {"logs:CreateLogStream", "logs:PutLogEvents"}
PREFIX = "hookpost"


class Roles(unittest.TestCase):
    def setUp(self):
        self.template = expanded(source())
        self.calls = calls()
        self.assertTrue(self.calls, f"no calls in {RECORDS}: run `make test`, which records them")

    def test_nothing_is_missing(self):
        for function in ROLES:
            allowed = grants(self.template, function, PREFIX)
            for action, resources in sorted(self.calls[function]):
                with self.subTest(function, action=action, resources=resources):
                    for resource in resources:
                        self.assertTrue(any(grant.covers(action, resource) for grant in allowed))

    def test_nothing_is_unused(self):
        for function in ROLES:
            used = self.calls[function]
            unused = {grant for grant in grants(self.template, function, PREFIX) if not is_used(grant, used)}
            self.assertEqual({one for one in unused if one.action not in NOT_RECORDED}, set(), function)

    def test_no_receiver_can_read_an_azure_devops_credential(self):
        for function in ("code-pushed", "pull-request"):
            for name in (f"{PREFIX}/contoso/organization", f"{PREFIX}-pat"):
                for grant in grants(self.template, function, PREFIX):
                    for suffix in ("", "-AbCdEf"):
                        self.assertFalse(grant.covers("secretsmanager:GetSecretValue", secret_arn(name, suffix)))


def is_used(grant: Grant, calls: set[tuple[str, tuple[str, ...]]]) -> bool:
    return any(grant.covers(action, resource) for action, resources in calls for resource in resources)


def calls() -> dict[str, set[tuple[str, tuple[str, ...]]]]:
    """By function: the actions, each with every ARN that IAM may ask about."""
    made: dict[str, set] = {function: set() for function in ROLES}
    for file in RECORDS.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            call = json.loads(line)
            for action in actions(call):
                made[call["function"]].add((action, tuple(resources(call))))
    return made if any(made.values()) else {}


def actions(call: dict) -> Iterator[str]:
    operation = call["operation"]
    if operation in ACTIONS:
        yield from ACTIONS[operation]
    else:
        yield f"{'sqs' if call['queue'] else 'secretsmanager'}:{operation}"
    if operation == "CreateSecret" and call["tags"]:
        yield "secretsmanager:TagResource"


def resources(call: dict) -> Iterator[str]:
    """Queues by their names in the template. A secret that does not exist yet is asked about without a suffix."""
    if call["queue"]:
        yield queue(call["queue"])
    elif call["secret"]:
        name = generic(call["secret"])
        yield secret_arn(name, "")
        yield secret_arn(name, "-AbCdEf")
    else:
        yield "*"


def queue(url: str) -> str:
    if not url.endswith(".fifo"):
        return "QuarantineQueue"
    return "CheckpointQueue" if url.endswith("-checkpoints.fifo") else "EventsQueue"


def generic(secret: str) -> str:
    """Each test has a prefix of its own."""
    head, _, kind = secret.rpartition("/")
    return f"{PREFIX}/{Path(head).name}/{kind}" if head else f"{PREFIX}-pat"


if __name__ == "__main__":
    unittest.main()
