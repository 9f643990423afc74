"""Request bodies that a route reads by itself, as OpenAPI describes them."""

from typing import Any

from ..engine.messages.inbound_types import COMMON, SHAPES, SHORTHANDS, SYSTEM_TYPES

Schema = dict[str, Any]

_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", dict: "object",
}  # fmt: skip
#: Of a shorthand whose shape the engine leaves open.
ANYTHING: Schema = {}


def _property(key: str) -> Schema:
    shapes = SHAPES.get(key)
    if not shapes:
        return ANYTHING
    kinds = [_TYPES[shape] for shape in shapes]
    return {"type": kinds[0] if len(kinds) == 1 else kinds}


def _message() -> Schema:
    keys = {*COMMON, *SHORTHANDS, *(k for keys in SHORTHANDS.values() for k in keys)}
    properties = {key: _property(key) for key in sorted(keys)}
    properties["type"] = {
        "type": "string",
        "examples": [*SHORTHANDS, *SYSTEM_TYPES],
        "default": "text",
        "description": "Any other type needs 'message' with the node as Meta writes it",
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


MESSAGE = _message()


def _body(content: dict[str, Any], description: str) -> dict[str, Any]:
    return {"requestBody": {"description": description, "content": content}}


_FILE: Schema = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "json": {"type": "string", "description": "the whole body, as JSON"},
    },
    "additionalProperties": {"type": "string"},
}
_EXAMPLE = {"type": "text", "body": "hola"}
INBOUND = _body(
    {
        "application/json": {"schema": MESSAGE, "example": _EXAMPLE},
        "multipart/form-data": {"schema": _FILE},
    },
    "What the customer writes: Meta's node, or its keys beside 'type'.",
)
ECHO = _body(
    {"application/json": {"schema": MESSAGE, "example": _EXAMPLE}},
    "What the business writes on its own phone.",
)
JOURNAL = _body(
    {
        "application/x-ndjson": {
            "schema": {"type": "string"},
            "example": '{"kind": "note", "text": "one entry a line"}\n',
        }
    },
    "Lines of JSON, as GET /_sim/export/journal.jsonl gives them.",
)
