"""The runner can fail: each of its judgements, on values made for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conformance import places, report
from tests.conformance.__main__ import main
from tests.conformance.calls import (
    ACCEPTED,
    MISMATCH,
    REJECTED,
    UNSUPPORTED,
    WAIVED,
    Result,
    judge,
)
from tests.conformance.examples import Case, lenient, openapi_cases
from tests.conformance.expectations import Expectations
from tests.conformance.keys import missing, paths
from tests.conformance.schemas import BadPatch, Patch, Schemas, patched, patches
from tests.conformance.simulation import Facts
from tests.conformance.substitutes import FOREIGN_NODE, fill_body, fill_text

OPERATION = "POST /{Phone-Number-ID}/messages"
OTHER = "GET /{Business-ID}"
ANSWER = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "components": {"schemas": {"Answer": ANSWER}, "responses": {}},
    "paths": {
        "/{Version}/{Phone-Number-ID}/messages": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object"},
                            "examples": {"A text": {"value": {"to": "{{Recipient}}"}}},
                        }
                    }
                },
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Answer"}
                            }
                        }
                    }
                },
            }
        }
    },
}
CASE = openapi_cases(DOCUMENT)[0]
EXPECTED = Expectations(b1={OPERATION})


def answer(status: int, body: Any) -> httpx.Response:
    return httpx.Response(status, content=json.dumps(body).encode())


def refusal(code: int, **more: Any) -> dict[str, Any]:
    return {"error": {"message": "no", "type": "OAuthException", "code": code, **more}}


def verdict(status: int, body: Any, case: Case = CASE, **tables: Any) -> str:
    expected = Expectations(b1={OPERATION}, **tables)
    return judge(answer(status, body), case, Schemas(DOCUMENT), expected)[0]


def test_an_answer_is_held_against_the_schema() -> None:
    assert verdict(200, {"id": "1"}) == ""
    assert "'id' is a required property" in verdict(200, {})
    assert "is not of type 'string'" in verdict(200, {"id": 1})


def test_an_answer_is_held_against_the_sample() -> None:
    case = Case("postman", "x", OTHER, sample={"data": [{"id": 1, "name": "n"}]})
    assert verdict(200, {"data": [{"id": 1, "name": "other"}]}, case) == ""
    assert "data[].name" in verdict(200, {"data": [{"id": 1}]}, case)
    free = [(OTHER, ["data[].name"], "why")]
    assert verdict(200, {"data": [{"id": 1}]}, case, optional=free) == ""


def test_501_is_a_gap_within_b1_only() -> None:
    assert verdict(501, refusal(501)) == "501 within B1"
    assert verdict(501, refusal(501), Case("postman", "x", OTHER)) == ""


def test_a_rejection_needs_its_code_in_the_table() -> None:
    name = f"openapi: {OPERATION} # A text"
    table = {name: (100, "it lacks a text")}
    assert "400, 100" in verdict(400, refusal(100))
    assert verdict(400, refusal(100), rejected=table) == ""
    assert "expected 100" in verdict(400, refusal(131009), rejected=table)
    assert "accepted; expected 100" in verdict(200, {"id": "1"}, rejected=table)


def test_an_unknown_object_is_right_outside_b1_only() -> None:
    body = refusal(100, error_subcode=33)
    assert verdict(400, body, Case("postman", "x", OTHER)) == ""
    assert verdict(400, body) != ""


@pytest.mark.parametrize("body", [{}, [], {"error": "no"}, {"error": {"code": 1}}])
def test_an_error_without_envelope_is_a_mismatch(body: Any) -> None:
    assert "without Meta's envelope" in verdict(500, body)


def test_paths_and_what_is_missing() -> None:
    value = {"a": [{"b": 1}, {"c": {"d": 2}}]}
    assert list(paths(value)) == ["a", "a[].b", "a[].c", "a[].c.d"]
    assert missing(value, {"a": [{"b": 1}]}) == ["a[].c"]
    assert missing(value, {}) == ["a"]
    assert missing(value, {"a": [{"b": 1}]}, ["a[].c"]) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"t": TIMESTAMP,\n "p": NUMBER }', {"t": "TIMESTAMP", "p": "NUMBER"}),
        ('{"r": <IS_REGISTERED>}', {"r": "<IS_REGISTERED>"}),
        ('{"r": "A: B, C"}', {"r": "A: B, C"}),
    ],
)  # fmt: skip
def test_postmans_json(text: str, value: Any) -> None:
    assert lenient(text) == value


def test_placeholders() -> None:
    facts = Facts(
        "1", "2", "3", "T", media={"image": "77"}, links={"image": "http://x"}
    )
    body = {"to": "{{R}}", "image": {"id": "<IMAGE_ID>"}, "text": {"body": "<BODY>"}}
    filled = fill_body(Case("postman", "x", OPERATION, body=body), facts)
    assert filled["to"] == facts.customer
    assert filled["image"] == {"id": "77"}
    assert filled["text"] == {"body": "<BODY>"}
    assert fill_text("/{Phone-Number-ID}/messages", facts) == "/1/messages"
    assert fill_text("/{Solution-ID}", facts) == f"/{FOREIGN_NODE}"


def test_patches_change_a_copy_and_notice_when_they_no_longer_fit() -> None:
    change = Patch("Answer/required", "set", "reason", ["id", "name"])
    made = patched(DOCUMENT, [change])
    assert made["components"]["schemas"]["Answer"]["required"] == ["id", "name"]
    assert DOCUMENT["components"]["schemas"]["Answer"]["required"] == ["id"]
    with pytest.raises(BadPatch, match="is already"):
        patched(made, [change])
    with pytest.raises(BadPatch, match="there is no 'nothing'"):
        patched(DOCUMENT, [Patch("Answer/nothing", "remove", "reason")])
    nullable = {
        "type": "object",
        "properties": {"a": {"type": "string", "nullable": True}},
    }
    loose = patched(
        {**DOCUMENT, "components": {"schemas": {"Answer": nullable}}},
        [Patch("*", "nullable", "reason")],
    )
    given = loose["components"]["schemas"]["Answer"]["properties"]["a"]
    assert given["type"] == ["string", "null"]


def test_every_patch_has_a_reason() -> None:
    assert all(len(p.reason) > 10 for p in patches())


def result(outcome: str, *, b1: bool = True, source: str = "openapi") -> Result:
    return Result(Case(source, "n", OPERATION), outcome, "why", b1)


def test_the_last_line_and_the_share_of_waivers() -> None:
    good = [result(ACCEPTED)] * 18 + [result(REJECTED), result(UNSUPPORTED, b1=False)]
    held = [*good, result(WAIVED, b1=False), result(ACCEPTED, source="postman")]
    assert report.last_line(held) == "openapi: 20/20, postman: 1/1, waived: 1"
    assert report.failures(held) == []
    bad = [*held, result(MISMATCH)]
    assert report.last_line(bad) == "openapi: 20/21, postman: 1/1, waived: 1"
    assert report.failures(bad) == [f"openapi: {OPERATION} # n: why"]
    waived = [*good, result(WAIVED)]
    assert "allowed 5%" in report.failures([*waived, result(WAIVED)])[0]


def test_stale_rows_are_found() -> None:
    table = {"openapi: GET /nowhere # x": "why"}
    assert Expectations(b1={OPERATION}, waived=table).unknown([CASE]) == [*table]
    assert EXPECTED.unknown([CASE]) == []


def test_without_the_files_it_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(places.VARIABLE, str(tmp_path))
    assert main() == 0
    said = capsys.readouterr().out
    assert said.startswith("conformance skipped: meta_cloud_api_openapi_v23.yaml and")
    assert places.VARIABLE in said
    monkeypatch.delenv(places.VARIABLE)
    monkeypatch.setattr(places, "BESIDE", tmp_path / "nothing")
    with pytest.raises(places.NoData, match="beside the repository"):
        places.find(os.environ)
