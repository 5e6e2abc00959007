"""The types are generated from the schema and checked in, and have a place for every field of every golden event."""

import importlib
import json
import sys
import tempfile
import unittest
from pathlib import Path

from infra.generate_types.files import PYTHON, generated
from infra.local.consumers import CONSUMERS, run, with_go
from languages import consumer
from workload import GOLDEN, read

GO_TEST = Path(__file__).with_name("golden_test.go")


class Types(unittest.TestCase):
    def test_the_checked_in_types_are_generated_from_the_schema(self):
        for file, text in generated().items():
            with self.subTest(file.name):
                self.assertTrue(file.read_text(encoding="utf-8") == text, f"{file} is out of date. Run `make types`.")

    def test_python_keeps_every_field(self):
        sys.path.append(str(PYTHON.parent))
        events = importlib.import_module("events")
        for file in GOLDEN:
            with self.subTest(file.name):
                event = events.HookpostEvent.model_validate_json(file.read_bytes())
                self.assertEqual(event.model_dump(mode="json", by_alias=True, exclude_unset=True), read(file))

    def test_typescript_knows_every_field(self):
        """The compiler rejects a literal with a field that its type does not have."""
        consumer("typescript")
        literals = [f"const event{n}: HookpostEvent = {json.dumps(read(file))};" for n, file in enumerate(GOLDEN)]
        source = CONSUMERS / "typescript"
        with tempfile.TemporaryDirectory(dir=source) as folder:
            (Path(folder) / "golden.ts").write_text(
                "\n".join(['import type { HookpostEvent } from "../events.ts";', *literals]), encoding="utf-8"
            )
            settings = {"extends": "../tsconfig.json", "include": ["golden.ts"]}
            (Path(folder) / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
            run([source / "node_modules" / ".bin" / "tsc", "--project", folder])

    def test_go_knows_every_field(self):
        consumer("go")
        files = {"events/golden_test.go": GO_TEST}
        files |= {f"events/testdata/{file.parent.name}-{file.name}": file for file in GOLDEN}
        with_go(["test", "./events"], files)


if __name__ == "__main__":
    unittest.main()
