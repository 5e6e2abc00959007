"""What the functions call, on this machine: AWS's emulators, and the stand-ins of Azure DevOps, STS and Entra."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.local.azure_devops import AzureDevOps, azure_devops
from infra.local.emulator import Emulator, client, emulator
from infra.local.secrets_manager import secrets_manager
from infra.local.template import ServiceEndpoints


@dataclass(frozen=True)
class Services:
    aws: Emulator
    secrets_endpoint: str
    azure: AzureDevOps

    @property
    def endpoints(self) -> ServiceEndpoints:
        """Where the functions find what the emulator does not have."""
        azure = self.azure
        return ServiceEndpoints(self.secrets_endpoint, azure.address, azure.sts_address, azure.entra_address)

    def secret(self, name: str) -> str:
        return self.secrets_manager.get_secret_value(SecretId=name)["SecretString"]

    def store_secret(self, name: str, value: str) -> None:
        self.secrets_manager.create_secret(Name=name, SecretString=value)

    @property
    def secrets_manager(self):
        return client("secretsmanager", self.secrets_endpoint)


@contextlib.contextmanager
def services(stand_in: Path) -> Iterator[Services]:
    """Runs them until the block is left. `stand_in` is the binary of the stand-in Azure DevOps."""
    with secrets_manager() as secrets, emulator() as aws, azure_devops(stand_in) as azure:
        yield Services(aws, secrets, azure)
