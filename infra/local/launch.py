"""Starts the local stack: builds, starts the emulators and the stand-in, deploys, connects."""

import contextlib
import json
import time
from collections.abc import Iterator

from infra.local import rendering
from infra.local.azure_devops import AzureDevOps, azure_devops
from infra.local.build import build
from infra.local.connect import WITH_TOKEN, connect
from infra.local.deploy import Deployment, deploy
from infra.local.emulator import Emulator, client, emulator
from infra.local.entra import trust_roles
from infra.local.secrets_manager import secrets_manager
from infra.local.stack import Stack
from infra.local.template import ServiceEndpoints
from infra.local.terminal import Terminal


@contextlib.contextmanager
def launch(terminal: Terminal, profile: str) -> Iterator[tuple[Stack, Emulator, AzureDevOps]]:
    """Starts everything, and stops it when the block is left."""
    rendering.heading(terminal, "Hookpost on this machine")
    rendering.step(terminal, "build", f"four functions and the stand-in Azure DevOps, cargo profile {profile}")
    binaries = build(profile)
    started = time.monotonic()
    with secrets_manager() as secrets, emulator() as aws, azure_devops(binaries.stand_in) as azure:
        took = seconds_since(started)
        rendering.step(terminal, "emulators", f"AWS at {aws.endpoint}, its Secrets Manager at {secrets}, {took}")
        rendering.step(terminal, "Azure DevOps", f"stand-in at {azure.address}")
        rendering.step(terminal, "STS, Entra", f"stand-ins at {azure.sts_address} and {azure.entra_address}")
        started = time.monotonic()
        endpoints = ServiceEndpoints(secrets, azure.address, azure.sts_address, azure.entra_address)
        deployment = deploy(aws, binaries.functions, endpoints)
        rendering.step(terminal, "stack", f"infra/template.yaml deployed, {seconds_since(started)}")
        trust_roles(terminal, azure, deployment.roles)
        connect(terminal, aws, azure)
        yield stack(aws, deployment, password(secrets)), aws, azure


def stack(aws: Emulator, deployment: Deployment, webhook_password: str) -> Stack:
    return Stack(
        endpoint=aws.endpoint,
        base_url=deployment.base_url,
        events_queue=deployment.events_queue,
        dead_letter_queue=deployment.dead_letter_queue,
        quarantine_queue=deployment.quarantine_queue,
        integration=WITH_TOKEN,
        password=webhook_password,
    )


def password(endpoint: str) -> str:
    """The webhook password that setup generated, for a user who wants to deliver a body."""
    stored = client("secretsmanager", endpoint).get_secret_value(SecretId=f"hookpost/{WITH_TOKEN}/webhook")
    return json.loads(stored["SecretString"])["password"]


def seconds_since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"
