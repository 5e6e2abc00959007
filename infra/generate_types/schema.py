"""The schema that generators of types read.

`event.schema.json` describes the contract as validators need it. Generators make poor types of it: `oneOf` beside
`properties` has no name, a description beside `$ref` makes a new type each time, and nothing tells the types apart.
"""

NAMES = {
    "com.azure.dev.git.push": "PushEvent",
    "com.azure.dev.git.pullrequest.created": "PullRequestCreatedEvent",
    "com.azure.dev.git.pullrequest.updated": "PullRequestUpdatedEvent",
    "com.azure.dev.git.pullrequest.merged": "PullRequestMergedEvent",
    "com.azure.dev.git.pullrequest.commented": "PullRequestCommentedEvent",
}
"""The name of each event type in the generated code. A further type needs a further name."""


def for_generators(schema: dict) -> dict:
    """Each event type is a definition of its own with all its fields, told apart by `type`."""
    words = {name for name, each in schema["$defs"].items() if is_enumeration(each)}
    definitions = {name: simplified(each, words) for name, each in schema["$defs"].items()}
    for kind, variant in known_types(schema).items():
        properties = simplified(schema["properties"], words)
        properties["type"] = {"type": "string", "const": kind, "description": "The type of the event."}
        properties["data"] = simplified(variant["properties"]["data"], words)
        definitions[NAMES[kind]] = {
            "type": "object",
            "description": variant["description"],
            "properties": properties,
            "required": [*schema["required"], "type", "data"],
        }
    for name, definition in definitions.items():
        definition["title"] = name
    references = {kind: {"$ref": f"#/$defs/{NAMES[kind]}"} for kind in known_types(schema)}
    return {
        "$schema": schema["$schema"],
        "$id": f"{schema['$id']}:codegen",
        "title": "HookpostEvent",
        "description": schema["description"],
        "$defs": definitions,
        "oneOf": list(references.values()),
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind: each["$ref"] for kind, each in references.items()},
        },
    }


def known_types(schema: dict) -> dict[str, dict]:
    """What the schema says of each event type, without what it says of those that a later version adds."""
    variants = {each["properties"]["type"].get("const"): each for each in schema["oneOf"]}
    return {kind: each for kind, each in variants.items() if kind}


def is_enumeration(schema: dict) -> bool:
    return any("const" in each for each in schema.get("anyOf", []))


def simplified(schema: object, words: set[str]) -> object:
    """The part of a schema without what generators misunderstand. `words` are the names of the enumerations."""
    if isinstance(schema, list):
        return [simplified(each, words) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return reference(schema["$ref"], words)
    if is_enumeration(schema):
        return enumeration(schema)
    # Generators do not know `uint64`.
    return {key: simplified(each, words) for key, each in schema.items() if (key, each) != ("format", "uint64")}


def reference(to: str, words: set[str]) -> dict:
    """An enumeration is open: its known words, or any other. What is beside a reference would make a new type."""
    open_to_any = to.removeprefix("#/$defs/") in words
    return {"anyOf": [{"$ref": to}, {"type": "string"}]} if open_to_any else {"$ref": to}


def enumeration(schema: dict) -> dict:
    cases = [each for each in schema["anyOf"] if "const" in each]
    lines = [f"- `{each['const']}`: {each['description']}" for each in cases]
    text = "\n".join([schema["description"], "A later version may add words.", "", *lines])
    return {"type": "string", "enum": [each["const"] for each in cases], "description": text}
