"""Meta's schemas, as published and through the patch file."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

PATCHES = Path(__file__).with_name("patches.yaml")
ROOT = "urn:meta-openapi"
_MISSING = object()


class BadPatch(Exception):
    """A patch that does not fit the file: Meta changed it, or the patch is wrong."""


@dataclass(frozen=True)
class Patch:
    """One change of a schema.

    :param at: keys down from ``components/schemas``, with slashes; or, beginning with
        ``paths >``, from the document, with that separator.
    :param do: remove, set (a value, new or not), append (to an array) or, for the
        whole document, nullable.
    """

    at: str
    do: str
    reason: str
    value: Any = None


def patches(path: Path = PATCHES) -> list[Patch]:
    """The patch file; several places may share a change and its reason."""
    found = []
    for row in yaml.safe_load(path.read_text("utf-8")):
        places = row["at"] if isinstance(row["at"], list) else [row["at"]]
        found += [
            Patch(at, row["do"], row["reason"], row.get("value")) for at in places
        ]
    return found


def patched(document: dict[str, Any], changes: list[Patch]) -> dict[str, Any]:
    """A copy with the changes.  BadPatch when one finds nothing to change."""
    made = copy.deepcopy(document)
    for change in changes:
        _apply(made, change)
    return made


def _step(holder: Any, key: str) -> Any:
    if isinstance(holder, list):
        return holder[int(key)] if int(key) < len(holder) else _MISSING
    if key.isdigit() and key not in holder:
        # YAML reads the status of an answer as a number.
        return holder.get(int(key), _MISSING)
    return holder.get(key, _MISSING)


def _nullable(node: Any) -> None:
    """OpenAPI 3.0's ``nullable: true`` as JSON Schema says it."""
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, (dict, list)):
            _nullable(inner)
    if not isinstance(node, dict) or node.get("nullable") is not True:
        return
    if isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    elif "$ref" in node:
        node["anyOf"] = [{"$ref": node.pop("$ref")}, {"type": "null"}]


def _apply(document: dict[str, Any], change: Patch) -> None:
    if change.do == "nullable":
        _nullable(document["components"]["schemas"])
        return
    holder: Any = document["components"]["schemas"]
    *parents, last = change.at.split("/")
    if change.at.startswith("paths >"):
        holder, (*parents, last) = document, change.at.split(" > ")
    for key in parents:
        holder = _step(holder, key)
        if holder is _MISSING:
            raise BadPatch(f"{change.at}: there is no '{key}'")
    place: Any = int(last) if isinstance(holder, list) else last
    now = _step(holder, last)
    if change.do == "set":
        if now == change.value:
            raise BadPatch(f"{change.at}: is already {change.value!r}")
        holder[place] = copy.deepcopy(change.value)
        return
    if now is _MISSING:
        raise BadPatch(f"{change.at}: there is no '{last}'")
    if change.do == "remove":
        del holder[place]
    elif change.do == "append":
        now.extend(copy.deepcopy(change.value))
    else:
        raise BadPatch(f"{change.at}: expected remove, set or append, not {change.do}")


class Schemas:
    """Validates values against schemas of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        resource = Resource(contents=document, specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(ROOT, resource)

    def wrong(self, pointer: str, value: Any) -> str | None:
        """Why the value does not obey the schema at the pointer; None if it does."""
        validator = Draft202012Validator(
            {"$ref": f"{ROOT}#{pointer}"}, registry=self._registry
        )
        error = best_match(validator.iter_errors(value))
        if error is None:
            return None
        return f"{error.json_path}: {_short(error.message)}"

    def answer_pointer(self, operation: str, status: int) -> str | None:
        """The schema of an operation's answer; None when the file has none."""
        node: Any = self._document
        for key in _unescape(operation):
            node = node[key]
        given = node.get("responses", {})
        found = given.get(str(status), given.get(status))
        if found is None:
            return None
        at = f"{operation}/responses/{status}"
        if "$ref" in found:
            at = found["$ref"].removeprefix("#")
            found = self._document["components"]["responses"][at.rpartition("/")[2]]
        held = found.get("content", {}).get("application/json", {})
        return f"{at}/content/application~1json/schema" if "schema" in held else None


def _unescape(pointer: str) -> Iterator[str]:
    for segment in pointer.split("/")[1:]:
        text = segment.replace("%7B", "{").replace("%7D", "}").replace("%20", " ")
        yield text.replace("~1", "/").replace("~0", "~")


def _short(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:160]
