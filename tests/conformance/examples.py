"""Meta's files as cases: what to call, and what Meta's sample of the answer holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml

OPENAPI = "openapi"
POSTMAN = "postman"
WEBHOOKS = "/whatsapp/webhooks"
VERSION = "/{Version}"
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BARE_WORD = re.compile(r":(\s*)(<?[A-Z][A-Z_]+>?)(\s*[,}\n])")
_GRAPH = re.compile(r"^https://graph\.facebook\.com/\{\{Version\}\}")
_VARIABLE = re.compile(r"\{\{([^}]+)\}\}")


@dataclass
class Case:
    """One call, or one webhook body of Meta's.

    :param operation: ``METHOD /{Node}/edge`` with Meta's names of variables.
    :param pointer: JSON pointer of the operation in the OpenAPI file.
    :param sample: Meta's answer, for its keys; None when Meta prints none.
    """

    source: str
    name: str
    operation: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    form: dict[str, str] | None = None
    files: bool = False
    pointer: str | None = None
    sample: Any = None

    @property
    def method(self) -> str:
        """HTTP method."""
        return self.operation.partition(" ")[0]

    @property
    def path(self) -> str:
        """Path with variables, without version."""
        return self.operation.partition(" ")[2]

    @property
    def key(self) -> str:
        """Unique within a file: how expectations name it."""
        return f"{self.operation} # {self.name}" if self.name else self.operation


@dataclass(frozen=True)
class Example:
    """An embedded example and the pointer of the schema it should obey.

    :param role: request, answer, error or webhook.
    :param schema: empty when the file has none.
    """

    role: str
    operation: str
    name: str
    value: Any
    schema: str
    status: str = ""


def read_openapi(path: Path) -> dict[str, Any]:
    """The document.  libyaml where PyYAML has it: 1 MB takes 1.5 s, not 12."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)
    return loaded


def escape(segment: str) -> str:
    """A segment of a JSON pointer inside a URI."""
    text = segment.replace("~", "~0").replace("/", "~1")
    return text.replace("{", "%7B").replace("}", "%7D").replace(" ", "%20")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """``METHOD /path``, pointer and node of each operation."""
    for path, item in document["paths"].items():
        for method, node in item.items():
            if method == "parameters":
                continue
            name = f"{method.upper()} {path.removeprefix(VERSION)}"
            yield name, f"/paths/{escape(path)}/{method}", node


def _schema(at: str, kind: str, content: dict[str, Any]) -> str:
    return f"{at}/content/{escape(kind)}/schema" if "schema" in content else ""


def _named(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, example in content.get("examples", {}).items():
        yield name, example.get("value")
    if "example" in content:
        yield "", content["example"]


def examples_of(document: dict[str, Any]) -> Iterator[Example]:
    """Every embedded example."""
    for operation, pointer, node in operations(document):
        webhook = operation.endswith(WEBHOOKS)
        body = node.get("requestBody", {}).get("content", {})
        for kind, content in body.items():
            schema = _schema(f"{pointer}/requestBody", kind, content)
            for name, value in _named(content):
                role = "webhook" if webhook else "request"
                yield Example(role, operation, name, value, schema)
        for status, given in node.get("responses", {}).items():
            yield from _answers(document, operation, pointer, str(status), given)


def _answers(
    document: dict[str, Any],
    operation: str,
    pointer: str,
    status: str,
    given: dict[str, Any],
) -> Iterator[Example]:
    at, answer = f"{pointer}/responses/{status}", given
    if "$ref" in given:
        at = str(given["$ref"]).removeprefix("#")
        answer = document["components"]["responses"][at.rpartition("/")[2]]
    role = "answer" if status.startswith("2") else "error"
    for kind, content in answer.get("content", {}).items():
        schema = _schema(at, kind, content)
        for name, value in _named(content):
            yield Example(role, operation, name, value, schema, status)


def openapi_cases(document: dict[str, Any]) -> list[Case]:
    """The calls: each request example; each answer example of a GET, asked for by
    ``fields=``; and one call of every operation that has neither."""
    found: list[Case] = []
    held = list(examples_of(document))
    for operation, pointer, node in operations(document):
        if operation.endswith(WEBHOOKS):
            continue
        mine = [e for e in held if e.operation == operation]
        made = [
            Case(OPENAPI, e.name, operation, body=e.value, pointer=pointer)
            for e in mine
            if e.role == "request"
        ]
        if operation.startswith("GET "):
            made = [_asking(e, pointer) for e in mine if e.role == "answer"]
        multipart = "multipart/form-data" in node.get("requestBody", {}).get(
            "content", {}
        )
        for case in made:
            if multipart and isinstance(case.body, dict) and "file" not in case.body:
                case.form, case.body = case.body, None
        found += made or [Case(OPENAPI, "", operation, pointer=pointer)]
    return found


def _asking(example: Example, pointer: str) -> Case:
    """A GET that asks for the columns which the example shows."""
    case = Case(OPENAPI, example.name, example.operation, pointer=pointer)
    value = example.value
    case.sample = value
    if isinstance(value, dict):
        rows = value.get("data")
        first = rows[0] if isinstance(rows, list) and rows else value
        if isinstance(first, dict) and first:
            case.query = {"fields": ",".join(first)}
    return case


def webhook_cases(document: dict[str, Any]) -> list[Case]:
    """Meta's webhook bodies in the OpenAPI file."""
    return [
        Case(OPENAPI, e.name, "WEBHOOK", body=e.value)
        for e in examples_of(document)
        if e.role == "webhook"
    ]


def lenient(text: str) -> Any:
    """JSON as Meta's Postman file has it: trailing commas, words without quotes."""
    text = _TRAILING_COMMA.sub(r"\1", text)
    text = _BARE_WORD.sub(r':\1"\2"\3', text)
    return json.loads(text)


def _walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        if "item" in item:
            yield from _walk(item["item"])
        else:
            yield item


def postman_cases(path: Path) -> tuple[list[Case], list[Case]]:
    """The calls and the webhook bodies of the Postman collection."""
    calls: list[Case] = []
    webhooks: list[Case] = []
    for item in _walk(json.loads(path.read_bytes())["item"]):
        request = item["request"]
        raw = (request.get("body") or {}).get("raw") or ""
        body = lenient(raw) if raw.strip() else None
        if request["method"] == "VIEW":
            webhooks.append(Case(POSTMAN, item["name"], "WEBHOOK", body=body))
            continue
        calls.append(_postman_call(item, body))
    # Two folders (payments in SG and IN) have requests of one name.
    seen: Counter[str] = Counter()
    for case in calls:
        seen[case.key] += 1
        if seen[case.key] > 1:
            case.name = f"{case.name} ({seen[case.key]})"
    return calls, webhooks


def _postman_call(item: dict[str, Any], body: Any) -> Case:
    request = item["request"]
    given = request["url"]
    url = _GRAPH.sub("", given if isinstance(given, str) else given["raw"])
    path, _, query = url.partition("?")
    path = _VARIABLE.sub(r"{\1}", path).rstrip("/")
    case = Case(
        POSTMAN,
        item["name"],
        f"{request['method']} {path}",
        query=dict(parse_qsl(query, keep_blank_values=True)),
        body=body,
    )
    fields = (request.get("body") or {}).get("formdata") or []
    case.files = any(f["type"] == "file" for f in fields)
    if fields:
        case.form = {f["key"]: f["value"] for f in fields if f["type"] == "text"}
    case.sample = _postman_sample(item)
    return case


def _postman_sample(item: dict[str, Any]) -> Any:
    for answer in item.get("response", []):
        text = answer.get("body") or ""
        if answer.get("code") == 200 and text.strip():
            return lenient(text)
    return None
