"""The types in Go, which need no package beside the standard library."""

import re

from infra.generate_types.schema import NAMES, is_enumeration, known_types

HEADER = """// Code generated from event.schema.json by `make types`. DO NOT EDIT.

// Package events has the types of Hookpost's events.
package events

import (
	"encoding/json"
	"fmt"
)

// Event is one of the types below, or *UnknownEvent. A type switch tells them apart.
type Event interface {
	// Attributes returns the attributes that every event has.
	Attributes() *Envelope
}

// UnknownEvent is an event of a type that a later version adds.
type UnknownEvent struct {
	Envelope
	Data json.RawMessage `json:"data"`
}

// Attributes returns the attributes that every event has.
func (e *Envelope) Attributes() *Envelope { return e }

// Parse reads the body of a message.
func Parse(body []byte) (Event, error) {
	var envelope Envelope
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, err
	}
	var event Event
	switch envelope.Type {
"""
FOOTER = """	default:
		event = new(UnknownEvent)
	}
	if err := json.Unmarshal(body, event); err != nil {
		return nil, fmt.Errorf("%s: %w", envelope.Type, err)
	}
	return event, nil
}
"""
INITIALISMS = {"id": "ID", "url": "URL", "api": "API", "https": "HTTPS", "ssh": "SSH"}


def go(schema: dict) -> str:
    """`schema` is event.schema.json as it is."""
    types = known_types(schema)
    cases = [f'\tcase "{kind}":\n\t\tevent = new({NAMES[kind]})\n' for kind in types]
    envelope = {
        "description": "The attributes that every event has.",
        "properties": {**schema["properties"], "type": {"type": "string", "description": "What happened."}},
        "required": [*schema["required"], "type"],
    }
    events = [event(NAMES[kind], each) for kind, each in types.items()]
    definitions = [definition(name, each) for name, each in sorted(schema["$defs"].items())]
    return "\n".join([HEADER + "".join(cases) + FOOTER, structure("Envelope", envelope), *events, *definitions])


def event(name: str, variant: dict) -> str:
    data = go_type(variant["properties"]["data"])
    return f'{comment(variant["description"])}type {name} struct {{\n\tEnvelope\n\tData {data} `json:"data"`\n}}\n'


def definition(name: str, schema: dict) -> str:
    return words(name, schema) if is_enumeration(schema) else structure(name, schema)


def words(name: str, schema: dict) -> str:
    """A type that any word fits, and the known words as constants."""
    text = comment(f"{schema['description']}\nA later version may add words.") + f"type {name} string\n"
    for case in schema["anyOf"]:
        if "const" in case:
            constant = name + exported(case["const"])
            text += f'\n{comment(case["description"])}const {constant} {name} = "{case["const"]}"\n'
    return text


def structure(name: str, schema: dict) -> str:
    fields = []
    for key, value in sorted(schema["properties"].items()):
        optional = key not in schema.get("required", [])
        of = go_type(value)
        pointer = "*" if optional and not of.startswith(("[]", "*")) else ""
        omit = ",omitempty" if optional else ""
        line = f'\t{exported(key)} {pointer}{of} `json:"{key}{omit}"`\n'
        fields.append(comment(value.get("description", ""), indent="\t") + line)
    return f"{comment(schema['description'])}type {name} struct {{\n{''.join(fields)}}}\n"


def go_type(schema: dict) -> str:
    """A value that may be null is a pointer."""
    if "$ref" in schema:
        return schema["$ref"].removeprefix("#/$defs/")
    if "anyOf" in schema:
        (given,) = [each for each in schema["anyOf"] if each != {"type": "null"}]
        return f"*{go_type(given)}"
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    (kind,) = [each for each in kinds if each != "null"]
    if kind == "array":
        return f"[]{go_type(schema['items'])}"
    plain = {"string": "string", "boolean": "bool", "integer": "uint64"}[kind]
    return f"*{plain}" if "null" in kinds else plain


def exported(key: str) -> str:
    """`webUrl` and `web_url` become `WebURL`."""
    parts = re.findall(r"[A-Za-z][a-z0-9]*", key)
    return "".join(INITIALISMS.get(part.lower(), part[0].upper() + part[1:]) for part in parts)


def comment(text: str, indent: str = "") -> str:
    return "".join(f"{indent}// {line}".rstrip() + "\n" for line in text.splitlines())
