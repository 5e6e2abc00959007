"""Compares blocks with the schema of their provider, as `terraform validate` would."""

import json
from collections.abc import Iterator

from extract_schema import META_ARGUMENTS, TABLE

SCHEMA = json.loads(TABLE.read_text(encoding="utf-8"))
# Of Terraform itself.
SCHEMA["resource"]["terraform_data"] = {"arguments": {"input": "string"}, "attributes": ["id", "output"]}
NOT_HCL = ("__is_block__", "__comments__", "__inline_comments__")


def violations(kind: str, type: str, body: dict) -> list[str]:
    """What is wrong with the arguments of a resource or data source."""
    return list(check(type, body, SCHEMA[kind][type]["arguments"]))


def attributes(kind: str, type: str) -> set[str]:
    """What other blocks may read of a resource or data source."""
    schema = SCHEMA[kind][type]
    return {name.rstrip("!") for name in schema["arguments"]} | set(schema["attributes"])


def check(path: str, body: dict, schema: dict) -> Iterator[str]:
    expected = {name.rstrip("!"): kind for name, kind in schema.items()}
    given = {name: value for name, value in body.items() if name not in META_ARGUMENTS and name not in NOT_HCL}
    for name in schema:
        if name.endswith("!") and name.rstrip("!") not in given:
            yield f"{path}: {name.rstrip('!')} is missing"
    for name, value in given.items():
        if name not in expected:
            yield f"{path}: there is no {name}"
        elif isinstance(expected[name], dict):
            if not is_block(value):
                yield f"{path}: {name} is a block"
            else:
                for each in value:
                    yield from check(f"{path}.{name}", each, expected[name])
        elif is_block(value) or kind_of(value) not in (expected[name], None):
            yield f"{path}: {name} is a {expected[name]}"


def is_block(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) and "__is_block__" in each for each in value)


def kind_of(value: object) -> str | None:
    """The kind of a literal, or None for an expression. A number may stand for text."""
    if isinstance(value, str):
        return "string" if value.startswith('"') else None
    kinds = {bool: "bool", int: "number", float: "number", list: "list", dict: "map"}
    return next(name for type, name in kinds.items() if isinstance(value, type))
