"""The Terraform CLI of this machine, for the tests that run it."""

import os
import shutil
import unittest
from collections.abc import Callable

INSTALLED = shutil.which("terraform")
TERRAFORM = INSTALLED or "terraform"


def needs_terraform(otherwise: str) -> Callable:
    """Skips a test where Terraform is not installed. Where `HOOKPOST_REQUIRE_TERRAFORM` is 1, the test fails."""
    required = os.environ.get("HOOKPOST_REQUIRE_TERRAFORM") == "1"
    return unittest.skipUnless(INSTALLED or required, f"there is no terraform on this machine, so {otherwise}")
