"""The roles allow exactly the calls that the functions made in the end-to-end tests.

`cargo test` records the calls in the folder that `HOOKPOST_TEST_CALLS` names. `make test` does so before this test.
"""

import json
import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from infra.local.build import ROOT
from infra.local.template import load
from queries import as_list
from relay_stack import source as relay_source
from roles import RELAY, ROLES, Grant, grants, relay_grants, secret_arn
from sam_transform import expanded

RECORDS = ROOT / "target" / "tmp" / "calls"
# A batch operation needs the permission of the single operation.
ACTIONS = {
    "SendMessageBatch": ["sqs:SendMessage"],
    "DeleteMessageBatch": ["sqs:DeleteMessage"],
    "ChangeMessageVisibilityBatch": ["sqs:ChangeMessageVisibility"],
}
# Of neither Secrets Manager nor SQS.
OF_STS = {"GetWebIdentityToken"}
# Lambda itself writes the logs, with the role of the function.
NOT_RECORDED = {"logs:CreateLogStream", "logs:PutLogEvents"}
# For the event source mapping of the relay.
OF_LAMBDA = {"sqs:GetQueueAttributes"}
PREFIX = "hookpost"


class Roles(unittest.TestCase):
    def setUp(self):
        self.template = expanded(load())
        self.calls = calls()
        self.assertTrue(self.calls, f"no calls in {RECORDS}: `make test` records them")

    def test_nothing_is_missing(self):
        for function in ROLES:
            allowed = grants(self.template, function, PREFIX)
            for action, resources in sorted(self.calls[function]):
                with self.subTest(function, action=action, resources=resources):
                    for resource in resources:
                        self.assertTrue(any(grant.allows(action, resource) for grant in allowed))

    def test_nothing_is_unused(self):
        for function in ROLES:
            used = self.calls[function]
            unused = {grant for grant in grants(self.template, function, PREFIX) if not is_used(grant, used)}
            self.assertEqual({grant for grant in unused if grant.action not in NOT_RECORDED}, set(), function)

    def test_no_receiver_can_read_an_azure_devops_credential(self):
        for function in ("code-pushed", "pull-request"):
            for name in (f"{PREFIX}/contoso/organization", f"{PREFIX}-pat"):
                for grant in grants(self.template, function, PREFIX):
                    for suffix in ("", "-AbCdEf"):
                        self.assertFalse(grant.allows("secretsmanager:GetSecretValue", secret_arn(name, suffix)))

    def test_the_relay_may_do_what_it_does_and_nothing_else(self):
        allowed = relay_grants(relay_source())
        for action, resources in sorted(self.calls[RELAY]):
            with self.subTest(action=action, resources=resources):
                self.assertTrue(any(grant.allows(action, resource) for grant in allowed for resource in resources))
        unused = {grant for grant in allowed if not is_used(grant, self.calls[RELAY])}
        self.assertEqual({grant for grant in unused if grant.action not in NOT_RECORDED | OF_LAMBDA}, set())

    def test_the_guide_gives_a_relay_what_it_does_and_nothing_else(self):
        guide = (ROOT / "infra" / "relay" / "LOOP.md").read_text(encoding="utf-8")
        (policy,) = re.findall(r"```json\n(\{\n  \"Version\".*?)```", guide, re.DOTALL)
        allowed = [action for each in json.loads(policy)["Statement"] for action in as_list(each["Action"])]
        self.assertCountEqual(allowed, {action for action, _ in self.calls[RELAY]})


def is_used(grant: Grant, calls: set[tuple[str, tuple[str, ...]]]) -> bool:
    return any(grant.allows(action, resource) for action, resources in calls for resource in resources)


def calls() -> dict[str, set[tuple[str, tuple[str, ...]]]]:
    """By function: each action, with the ARNs that IAM may check it against."""
    made: dict[str, set] = {function: set() for function in (*ROLES, RELAY)}
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
    elif operation in OF_STS:
        yield f"sts:{operation}"
    else:
        yield f"{'sqs' if call['queue'] else 'secretsmanager'}:{operation}"
    if operation == "CreateSecret" and call["tags"]:
        yield "secretsmanager:TagResource"


def resources(call: dict) -> Iterator[str]:
    """Queues by their logical name. IAM checks a secret that does not exist without a suffix."""
    if call["queue"]:
        yield queue_name(call["queue"])
    elif call["function"] == RELAY:
        yield "CredentialsSecretArns"
    elif call["secret"]:
        name = with_default_prefix(call["secret"])
        yield secret_arn(name, "")
        yield secret_arn(name, "-AbCdEf")
    else:
        yield "*"


def queue_name(url: str) -> str:
    if not url.endswith(".fifo"):
        return "QuarantineQueue"
    if url.endswith("-overview.fifo"):
        return "OverviewQueue"
    if url.endswith("-deliveries.fifo"):
        return "DeliveriesQueue"
    return "CheckpointQueue" if url.endswith("-checkpoints.fifo") else "EventsQueue"


def with_default_prefix(secret: str) -> str:
    """Replaces the prefix, which differs in each test."""
    head, _, kind = secret.rpartition("/")
    if kind == "integrations":
        return f"{PREFIX}/{kind}"
    return f"{PREFIX}/{Path(head).name}/{kind}" if head else f"{PREFIX}-pat"


if __name__ == "__main__":
    unittest.main()
