"""Every generated file of types, with its text."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.generate_types.go import go
from infra.generate_types.schema import for_generators, known_types
from infra.local.build import ROOT

SCHEMAS = ROOT / "shared" / "events" / "schema"
CONSUMERS = ROOT / "infra" / "consumers"
CODEGEN_SCHEMA = SCHEMAS / "event.codegen.schema.json"
TYPESCRIPT = CONSUMERS / "typescript" / "events.ts"
PYTHON = CONSUMERS / "python" / "events.py"
GO = CONSUMERS / "go" / "events" / "events.go"
NOTICE = "Generated from event.schema.json by `make types`. Do not edit."
PYTHON_OPTIONS = (
    *("--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel"),
    *("--target-python-version", "3.10", "--use-subclass-enum", "--formatters", "builtin", "--disable-timestamp"),
    *("--snake-case-field", "--use-annotated", "--use-title-as-name", "--use-double-quotes"),
    *(
        "--capitalise-enum-members",
        "--use-schema-description",
        "--use-field-description",
        "--allow-population-by-field-name",
    ),
    *("--custom-file-header", f'"""{NOTICE}"""'),
)


def generated() -> dict[Path, str]:
    """What each file should contain. Without Go, which formats its types, they are left out."""
    schema = json.loads((SCHEMAS / "event.schema.json").read_text(encoding="utf-8"))
    codegen = json.dumps(for_generators(schema), indent=2, ensure_ascii=False) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / CODEGEN_SCHEMA.name
        file.write_text(codegen, encoding="utf-8")
        files = {
            CODEGEN_SCHEMA: codegen,
            TYPESCRIPT: typescript(file, list(known_types(schema))),
            PYTHON: python(file),
        }
    return files | ({GO: run(["gofmt"], go(schema))} if shutil.which("gofmt") else {})


def typescript(schema: Path, types: list[str]) -> str:
    """The types, and the list of their `type`: TypeScript's own types do not exist when the code runs."""
    command = [
        *(Path(sys.executable).with_name("node"), HERE / "node_modules" / ".bin" / "json2ts"),
        *("--no-additionalProperties", "--bannerComment", f"// {NOTICE}", "--input", schema),
    ]
    # With `string` alone, an editor would not propose the words.
    text = re.sub(r"(: [A-Z]\w+) \| string;", r"\1 | (string & {});", run(command))
    names = "".join(f'  "{each}",\n' for each in types)
    return f"{text}\n/** Every `type` of `HookpostEvent`. */\nexport const EVENT_TYPES = [\n{names}] as const;\n"


def python(schema: Path) -> str:
    output = schema.with_name("events.py")
    run([Path(sys.executable).with_name("datamodel-codegen"), "--input", schema, "--output", output, *PYTHON_OPTIONS])
    return output.read_text(encoding="utf-8")


def run(command: list, text: str | None = None) -> str:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


HERE = Path(__file__).parent
