"""The languages of the consumers, and which of them can be built here."""

import os
import shutil
import unittest
from functools import cache

from infra.local.consumers import CONSUMER_OF, Consumer

COMPILERS = {"rust": "cargo", "go": "go"}


@cache
def consumer(language: str) -> Consumer:
    """Builds it. Skips the test if the compiler is missing, unless HOOKPOST_REQUIRE_CONSUMERS is set."""
    compiler = COMPILERS.get(language)
    if compiler and not shutil.which(compiler) and "HOOKPOST_REQUIRE_CONSUMERS" not in os.environ:
        raise unittest.SkipTest(f"`{compiler}` is missing: the consumer in {language} is not tested")
    return CONSUMER_OF[language]()
