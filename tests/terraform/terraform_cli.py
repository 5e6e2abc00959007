"""The Terraform CLI of this machine, for the tests that run it."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path

INSTALLED = shutil.which("terraform")
TERRAFORM = INSTALLED or "terraform"


def needs_terraform(otherwise: str) -> Callable:
    """Skips a test where Terraform is not installed. Where `HOOKPOST_REQUIRE_TERRAFORM` is 1, the test fails."""
    required = os.environ.get("HOOKPOST_REQUIRE_TERRAFORM") == "1"
    return unittest.skipUnless(INSTALLED or required, f"there is no terraform on this machine, so {otherwise}")


class Configuration(unittest.TestCase):
    """A configuration in a folder of its own, which ends with the test."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def plan(self, variables: dict[str, object]) -> subprocess.CompletedProcess:
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(variables))
        return self.terraform("plan", "-out=plan")

    def planned_values(self, variables: dict[str, object]) -> dict:
        """The values of a plan that succeeds."""
        planned = self.plan(variables)
        self.assertEqual(planned.returncode, 0, planned.stderr)
        return json.loads(self.terraform("show", "-json", "plan").stdout)["planned_values"]

    def terraform(self, command: str, *arguments: str) -> subprocess.CompletedProcess:
        # Without colors and frames, whose lines would break the messages.
        plain = [] if command == "show" else ["-no-color", "-input=false"]
        environment = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
        return subprocess.run(
            [TERRAFORM, command, *plain, *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
