"""From nothing to a stack that is up and linked to the stand-in Azure DevOps."""

import contextlib
import json
import time
from collections.abc import Iterator

from infra.local import show
from infra.local.azure_devops import AzureDevOps, azure_devops
from infra.local.build import build
from infra.local.connect import INTEGRATION, connect
from infra.local.deploy import deploy
from infra.local.emulator import Emulator, client, emulator
from infra.local.screen import Screen
from infra.local.secrets_manager import secrets_manager
from infra.local.stack import Stack
from infra.local.template import Elsewhere


@contextlib.contextmanager
def launch(screen: Screen) -> Iterator[tuple[Stack, Emulator, AzureDevOps]]:
    """Builds, deploys and connects everything; it is gone when the block is left."""
    show.heading(screen, "Hookpost on this machine")
    show.step(screen, "build", "the functions (release) and a stand-in for Azure DevOps")
    binaries = build()
    started = time.monotonic()
    with secrets_manager() as secrets, emulator() as local, azure_devops(binaries.stand_in) as azure:
        show.step(screen, "emulators", f"AWS at {local.endpoint}, its Secrets Manager at {secrets}, {seconds_since(started)}")
        show.step(screen, "Azure DevOps", f"a stand-in at {azure.address}")
        started = time.monotonic()
        deployed = deploy(local, binaries.functions, Elsewhere(secrets, azure.address))
        show.step(screen, "stack", f"infra/template.yaml deployed, {seconds_since(started)}")
        connect(screen, local, azure)
        yield stack(local, deployed, password(secrets)), local, azure


def stack(local: Emulator, deployed, webhook_password: str) -> Stack:
    return Stack(
        endpoint=local.endpoint,
        base_url=deployed.base_url,
        events_queue=deployed.events_queue,
        dead_letter_queue=deployed.dead_letter_queue,
        quarantine_queue=deployed.quarantine_queue,
        integration=INTEGRATION,
        password=webhook_password,
    )


def password(endpoint: str) -> str:
    """The one setup made, for those who want to deliver something themselves."""
    stored = client("secretsmanager", endpoint).get_secret_value(SecretId=f"hookpost/{INTEGRATION}/webhook")
    return json.loads(stored["SecretString"])["password"]


def seconds_since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"
