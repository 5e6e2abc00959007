"""Starts the local stack: builds, starts the emulators and the stand-in, deploys, connects."""

import contextlib
import json
import time
from collections.abc import Iterator

from infra.local import rendering
from infra.local.build import build
from infra.local.connect import WITH_TOKEN, connect
from infra.local.deploy import STACK, WATCH, Deployment, deploy
from infra.local.emulator import Emulator
from infra.local.entra import trust_roles
from infra.local.services import Services, services
from infra.local.stack import Stack
from infra.local.terminal import Terminal


@contextlib.contextmanager
def launch(terminal: Terminal, profile: str) -> Iterator[tuple[Stack, Services]]:
    """Starts everything, and stops it when the block is left."""
    rendering.heading(terminal, "Hookpost on this machine")
    rendering.step(terminal, "build", f"four functions and the stand-in Azure DevOps, cargo profile {profile}")
    binaries = build(profile)
    started = time.monotonic()
    with services(binaries.stand_in) as running:
        aws, azure, took = running.aws, running.azure, seconds_since(started)
        secrets = running.secrets_endpoint
        rendering.step(terminal, "emulators", f"AWS at {aws.endpoint}, its Secrets Manager at {secrets}, {took}")
        rendering.step(terminal, "Azure DevOps", f"stand-in at {azure.address}")
        rendering.step(terminal, "STS, Entra", f"stand-ins at {azure.sts_address} and {azure.entra_address}")
        started = time.monotonic()
        # For `make relay` in another terminal.
        deployment = deploy(aws, binaries.functions, running.endpoints, RawDeliveries="true")
        rendering.step(terminal, "stack", f"infra/template.yaml deployed, {seconds_since(started)}")
        trust_roles(azure, deployment.roles)
        for role in deployment.roles.values():
            rendering.step(terminal, "trust", f"the app in Entra trusts {rendering.printable(role)}")
        connect(terminal, aws, azure)
        look(aws)
        yield stack(running, deployment), running


def look(aws: Emulator) -> None:
    """Runs a pass of `watch`, so that the page has something to show before the schedule does."""
    aws.client("lambda").invoke(FunctionName=f"{STACK}-{WATCH}", Payload=b"{}")


def stack(running: Services, deployment: Deployment) -> Stack:
    return Stack(
        endpoint=running.aws.endpoint,
        secrets_endpoint=running.secrets_endpoint,
        base_url=deployment.base_url,
        events_queue=deployment.events_queue,
        dead_letter_queue=deployment.dead_letter_queue,
        quarantine_queue=deployment.quarantine_queue,
        deliveries_queue=deployment.outputs["DeliveriesQueueUrl"],
        integration=WITH_TOKEN,
        password=webhook_password(running),
    )


def webhook_password(running: Services) -> str:
    """The webhook password that setup generated, for a user who wants to deliver a body."""
    return json.loads(running.secret(f"{STACK}/{WITH_TOKEN}/webhook"))["password"]


def seconds_since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"
