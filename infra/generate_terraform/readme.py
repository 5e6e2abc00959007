"""The tables of a README, in the form that terraform-docs gives them."""

import json
from collections.abc import Iterable
from pathlib import Path

from infra.generate_terraform.hcl import NOT_HCL, read, unquoted

REGISTRY = "https://registry.terraform.io/providers"


def tables(folder: Path, texts: dict[Path, str]) -> str:
    """What the files of a folder require, create, take and give."""
    blocks = read(folder, texts)
    (terraform,) = [body for _, body in blocks["terraform"]]
    (providers,) = terraform["required_providers"]
    sources = {
        name: {key: unquoted(each[key]) for key in each} for name, each in providers.items() if name not in NOT_HCL
    }
    versions = [("terraform", unquoted(terraform["required_version"]))]
    versions += [(name, source["version"]) for name, source in sources.items()]
    modules = [(name, unquoted(body["source"])) for (name,), body in blocks.get("module", [])]
    managed = [(labels, "resource") for labels, _ in blocks.get("resource", [])]
    read_only = [(labels, "data source") for labels, _ in blocks.get("data", [])]
    resources = [(link(type, name, kind, sources), kind) for (type, name), kind in (*managed, *read_only)]
    inputs = [(name, *described(body)) for (name,), body in blocks.get("variable", [])]
    outputs = [(name, unquoted(body["description"])) for (name,), body in blocks.get("output", [])]
    return "\n".join(
        [
            table("Requirements", ("Name", "Version"), versions),
            table("Modules", ("Name", "Source"), modules),
            table("Resources", ("Name", "Type"), sorted(resources)),
            table("Inputs", ("Name", "Description", "Type", "Default", "Required"), sorted(inputs)),
            table("Outputs", ("Name", "Description"), sorted(outputs)),
        ]
    )


def described(variable: dict) -> tuple[str, str, str, str]:
    """Description, type and default of a variable, and whether it must be given."""
    type = unquoted(variable["type"]).removeprefix("${").removesuffix("}")
    if "default" not in variable:
        return unquoted(variable["description"]), f"`{type}`", "n/a", "yes"
    return unquoted(variable["description"]), f"`{type}`", f"`{literal(variable['default'])}`", "no"


def literal(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return "{}"
    return value if isinstance(value, str) else json.dumps(value)


def link(type: str, name: str, kind: str, sources: dict[str, dict[str, str]]) -> str:
    provider, _, rest = type.partition("_")
    if provider not in sources:
        return f"{type}.{name}"
    return f"[{type}.{name}]({REGISTRY}/{sources[provider]['source']}/latest/docs/{kind.replace(' ', '-')}s/{rest})"


def table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows]
    if not lines:
        return f"## {title}\n\nNone.\n"
    return "\n".join([f"## {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, ""])
