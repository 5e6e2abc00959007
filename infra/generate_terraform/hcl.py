"""Reads HCL."""

import json
from pathlib import Path

import hcl2

# What python-hcl2 adds to a block.
NOT_HCL = ("__is_block__", "__comments__", "__inline_comments__")


def read(folder: Path, texts: dict[Path, str]) -> dict[str, list[tuple[tuple[str, ...], dict]]]:
    """The blocks of a folder's files by type, each with its labels. `texts` has files that are not written yet."""
    blocks: dict[str, list[tuple[tuple[str, ...], dict]]] = {}
    for file in sorted({*folder.glob("*.tf"), *(file for file in texts if file.parent == folder)}):
        if file.suffix != ".tf":
            continue
        text = texts.get(file) or file.read_text(encoding="utf-8")
        for type, found in hcl2.loads(text).items():
            if type not in NOT_HCL:
                blocks.setdefault(type, []).extend(labeled(block) for block in found)
    return blocks


def labeled(block: dict) -> tuple[tuple[str, ...], dict]:
    """The labels of a block and its body."""
    labels: tuple[str, ...] = ()
    while "__is_block__" not in block:
        ((label, block),) = ((name, inner) for name, inner in block.items() if name not in NOT_HCL)
        labels += (unquoted(label),)
    return labels, {name: value for name, value in block.items() if name not in NOT_HCL}


def unquoted(value: object) -> str:
    """The text of a literal, or an expression as it is written."""
    if not isinstance(value, str):
        return json.dumps(value)
    is_literal = len(value) > 1 and value[0] == value[-1] == '"'
    return json.loads(value).replace("$${", "${").replace("%%{", "%{") if is_literal else value
