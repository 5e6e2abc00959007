"""The languages of the consumers, and which of them can be built here."""

import os
import shutil
import unittest
from concurrent.futures import ThreadPoolExecutor
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


class InEveryLanguage(unittest.TestCase):
    """Runs `check` in all languages side by side, since it mostly waits. Each test shows how one of them went.

    Import the module, not this class: unittest runs whatever test class it finds in a module."""

    @classmethod
    def setUpClass(cls) -> None:
        pool = ThreadPoolExecutor(len(CONSUMER_OF))
        cls.addClassCleanup(pool.shutdown)
        cls.checks = {name: pool.submit(cls(f"test_{name}").check, name) for name in CONSUMER_OF}

    def check(self, language: str) -> None:
        raise NotImplementedError

    def test_python(self) -> None:
        self.checks["python"].result()

    def test_typescript(self) -> None:
        self.checks["typescript"].result()

    def test_rust(self) -> None:
        self.checks["rust"].result()

    def test_go(self) -> None:
        self.checks["go"].result()
