"""`make deploy` does not replace the role with which API Gateway writes the logs of other APIs."""

import contextlib
import io
import unittest
import unittest.mock
from collections.abc import Iterator
from pathlib import Path

import boto3
from botocore.stub import Stubber

from infra.local.emulator import REGION
from infra.local.errors import UserError
from infra.package import logging_role
from infra.package.answers import Answers

ROLE = "arn:aws:iam::123456789012:role/logs-of-every-api"
RESOURCE = {
    "LogicalResourceId": "ApiGatewayAccountRole",
    "ResourceType": "AWS::IAM::Role",
    "LastUpdatedTimestamp": 0,
    "ResourceStatus": "CREATE_COMPLETE",
}


class LoggingRole(unittest.TestCase):
    def test_a_role_that_is_there_is_not_replaced(self):
        with (
            self.aws(role=ROLE),
            self.assertRaisesRegex(UserError, f"(?s){ROLE}.*samconfig.toml.*REPLACE_LOGGING_ROLE"),
        ):
            check(terminal_answers())

    def test_it_is_replaced_when_that_is_asked_for(self):
        with self.aws(role=ROLE):
            check(terminal_answers(), may_be_replaced=True)

    def test_where_there_is_none_the_stack_makes_one(self):
        with self.aws(role=None):
            check(terminal_answers())

    def test_the_stacks_own_role_does_not_stand_against_an_update(self):
        with self.aws(role=ROLE, has_own=True):
            check(terminal_answers())

    def test_nobody_who_may_not_look_replaces_it(self):
        with self.aws(denied=True), self.assertRaisesRegex(UserError, "(?s)AccessDenied.*apigateway:GET"):
            check(terminal_answers())

    def test_who_does_not_ask_for_a_role_needs_no_right_to_look(self):
        with self.aws(denied=True):
            self.assertEqual(check(Answers(Path("samconfig.toml"), stack="hooks", region=REGION)), "")

    def test_the_first_time_it_says_what_to_answer(self):
        first = Answers(Path("samconfig.toml"), region=REGION)
        with self.aws(role=ROLE):
            self.assertIn(f"logs with {ROLE}: leave CreateApiGatewayAccountRole false", check(first))
        for nothing_to_say in {"role": None}, {"denied": True}:
            with self.subTest(nothing_to_say), self.aws(**nothing_to_say):
                self.assertEqual(check(first), "")

    @contextlib.contextmanager
    def aws(self, *, role: str | None = None, has_own: bool = False, denied: bool = False) -> Iterator[None]:
        """An account with this role of the Region, and a stack with or without a role of its own."""
        session = boto3.Session("x", "x", region_name=REGION)
        clients = {name: session.client(name) for name in ("apigateway", "cloudformation")}
        gateway, stacks = (Stubber(client) for client in clients.values())
        if denied:
            gateway.add_client_error("get_account", "AccessDenied")
        else:
            gateway.add_response("get_account", {"cloudwatchRoleArn": role} if role else {})
        if has_own:
            stacks.add_response("describe_stack_resource", {"StackResourceDetail": RESOURCE})
        else:
            stacks.add_client_error("describe_stack_resource", "ValidationError")
        fake = unittest.mock.Mock(region_name=REGION, client=clients.get)
        with gateway, stacks, unittest.mock.patch.object(logging_role.boto3, "Session", return_value=fake):
            yield


def terminal_answers() -> Answers:
    """Those of an operator who wants the stack to make the role."""
    parameters = {"AccessLogs": "true", "CreateApiGatewayAccountRole": "true"}
    return Answers(Path("samconfig.toml"), stack="hooks", region=REGION, parameters=parameters)


def check(answers: Answers, *, may_be_replaced: bool = False) -> str:
    """What it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        logging_role.check_logging_role(answers, may_be_replaced=may_be_replaced)
    return output.getvalue()


if __name__ == "__main__":
    unittest.main()
