"""The command `consume`: a consumer of infra/consumers reads the events of the stack that another terminal runs."""

import contextlib
import os

from infra.local.consumers import CONSUMER_OF
from infra.local.emulator import REGION, client
from infra.local.errors import UserError
from infra.local.next_steps import curl
from infra.local.processes import child
from infra.local.stack import running
from infra.local.terminal import Terminal


def consume(language: str, output: Terminal) -> int:
    """Runs the loop of the language until Ctrl-C."""
    if language not in CONSUMER_OF:
        raise UserError(f"There is no consumer in `{language}`. Choose LANGUAGE={', '.join(CONSUMER_OF)}.")
    stack = running()
    if stack is None:
        raise UserError("No local stack runs. Start one in another terminal: make run")
    output.line(f"Building infra/consumers/{language}")
    consumer = CONSUMER_OF[language]()
    create_table(stack.endpoint)
    settings = {"EVENTS_QUEUE_URL": stack.events_queue, "STATE_TABLE": TABLE}
    output.line(f"Reading {stack.events_queue} until Ctrl-C. Handled events are gone; this sends another one:")
    output.line(f"  {curl(stack)}")
    with (
        contextlib.suppress(KeyboardInterrupt),
        child(consumer.loop, env=environment(stack.endpoint) | settings) as loop,
    ):
        try:
            loop.wait()
        except KeyboardInterrupt:
            # The emulator would give the next event to a poll that was cut off, and hide it for 180 s.
            output.line("Stopping after the current poll of up to 20 s. Ctrl-C again ends it at once.")
            loop.terminate()
            loop.wait()
            return 0
        raise UserError("The consumer has ended. Its messages are above.")
    return 0


def create_table(endpoint: str) -> None:
    """The table in which a consumer remembers what it has handled; kept from one run to the next."""
    dynamodb = client("dynamodb", endpoint)
    if TABLE not in dynamodb.list_tables()["TableNames"]:
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )


def environment(endpoint: str) -> dict[str, str]:
    """The whole environment of a loop that reads an emulator: the user's, without its AWS and Hookpost settings.

    It must never reach a real account, and the relay refuses settings that are not its own.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "HOOKPOST_"))}
    return {
        **inherited,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


TABLE = "hookpost-consumer"
