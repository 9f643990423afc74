"""Sends an example to the simulator and judges the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from wa_simulator.engine.samples import SAMPLES

from .examples import Case
from .expectations import Expectations, name_of
from .keys import missing
from .schemas import Schemas
from .seeds import MADE_BY_EXAMPLE
from .simulation import NAMED_CUSTOMER, Bench
from .substitutes import fill_body, fill_form, fill_query, fill_text

ACCEPTED = "accepted"
REJECTED = "rejected rightly"
UNSUPPORTED = "501"
WAIVED = "waived"
MISMATCH = "mismatch"
OUTCOMES = (ACCEPTED, REJECTED, UNSUPPORTED, WAIVED, MISMATCH)


@dataclass(frozen=True)
class Result:
    """What came of a case.  ``validated``: the answer was held against a schema."""

    case: Case
    outcome: str
    detail: str = ""
    b1: bool = False
    validated: bool = False


def _block(bench: Bench) -> None:
    users = {"messaging_product": "whatsapp", "block_users": [{"user": NAMED_CUSTOMER}]}
    bench.graph("POST", f"/{bench.facts.number}/block_users", json=users)


def _new_number(bench: Bench) -> None:
    bench.use_new_number()


def _ask_code(bench: Bench) -> None:
    bench.use_new_number()
    form = {"code_method": "SMS", "language": "en_US"}
    bench.graph("POST", f"/{bench.facts.number}/request_code", json=form)
    bench.facts.code = bench.verification_code()


def _ring(bench: Bench) -> None:
    bench.ring()


def _source(bench: Bench) -> None:
    bench.make_source()


def _publish(bench: Bench) -> None:
    bench.publish_flow()


def _permit(bench: Bench) -> None:
    bench.permit(bench.facts.customer)


#: Operation -> what must have happened before.
BEFORE: dict[str, Callable[[Bench], None]] = {
    "POST /{Phone-Number-ID}/request_code": _new_number,
    "POST /{Phone-Number-ID}/verify_code": _ask_code,
    "GET /{Phone-Number-ID}/block_users": _block,
    "GET /{Phone-Number-ID}/call_permissions": _permit,
    "POST /{Phone-Number-ID}/calls": _ring,
    "POST /{Flow-ID}/deprecate": _publish,
    "POST /{WABA-ID}/migrate_flows": _source,
    "GET /{Business-ID}/client_whatsapp_business_accounts": _source,
    "DELETE /{Phone-Number-ID}/block_users": _block,
}


#: Calls after which the world is still good for the next case.
HARMLESS = {
    "POST /{Phone-Number-ID}/messages",
    "PUT /{Phone-Number-ID}/messages",
    "POST /{Phone-Number-ID}/media",
}


def run(bench: Bench, case: Case, schemas: Schemas, expected: Expectations) -> Result:
    """One case on a fresh world."""
    b1, name = expected.within_b1(case), name_of(case)
    bench.freshen(harmless=case.operation in HARMLESS or case.method == "GET")
    BEFORE.get(case.operation, lambda _: None)(bench)
    if case.name in MADE_BY_EXAMPLE:
        query = {"name": MADE_BY_EXAMPLE[case.name]}
        bench.graph("DELETE", f"/{bench.facts.waba}/message_templates", params=query)
    answer = call(bench, case)
    wrong, validated = judge(answer, case, schemas, expected)
    if name in expected.waived:
        reason = expected.waived[name]
        stale = "" if wrong else "; STALE, it passes now"
        return Result(case, WAIVED, reason + stale, b1, validated)
    if wrong:
        return Result(case, MISMATCH, wrong, b1, validated)
    if answer.status_code == 501:
        words = answer.json()["error"]["message"]
        return Result(case, UNSUPPORTED, words, b1, validated)
    if answer.status_code >= 400:
        return Result(case, REJECTED, _why(answer, name, expected), b1, validated)
    return Result(case, ACCEPTED, "", b1, validated)


def _why(answer: httpx.Response, name: str, expected: Expectations) -> str:
    code = answer.json()["error"]["code"]
    _, why = expected.rejected.get(name, (code, "the world holds no such object"))
    return f"{code}: {why}"


def call(bench: Bench, case: Case) -> httpx.Response:
    """Send the example, placeholders filled."""
    facts = bench.facts
    path = fill_text(case.path, facts)
    path = path.removeprefix("/") if path.startswith("/http") else path
    query = fill_query(case, facts)
    arguments: dict[str, Any] = {"params": query} if query else {}
    if "@/local" in str(case.body) or case.files:
        kind = _kind(case)
        mime, filename, content = SAMPLES[kind]
        arguments["data"] = {"messaging_product": "whatsapp", **(case.form or {})}
        arguments["files"] = {"file": (filename, content, mime)}
    elif case.form:
        arguments["data"] = fill_form(case, facts)
    elif case.body is not None:
        arguments["json"] = fill_body(case, facts)
    elif case.operation == "POST /{Upload-ID}":
        arguments["content"] = SAMPLES["image"][2]
        arguments["headers"] = {"file_offset": "0"}
    return bench.graph(case.method, path, **arguments)


def _kind(case: Case) -> str:
    return next((k for k in SAMPLES if k in case.name.lower()), "image")


def judge(
    answer: httpx.Response, case: Case, schemas: Schemas, expected: Expectations
) -> tuple[str, bool]:
    """Why the answer is wrong (empty when it is not), and whether a schema said so."""
    status, name = answer.status_code, name_of(case)
    if case.path == "/{Media-URL}" and status == 200:
        ok = answer.content == SAMPLES["image"][2]
        return ("" if ok else "other bytes than were uploaded"), False
    try:
        body = answer.json()
    except ValueError:
        return f"{status} without JSON: {answer.text[:80]!r}", False
    if status >= 400:
        return _judge_error(status, body, case, expected), False
    if name in expected.rejected:
        code, why = expected.rejected[name]
        return f"accepted; expected {code}: {why}", False
    pointer = schemas.answer_pointer(case.pointer, status) if case.pointer else None
    wrong = schemas.wrong(pointer, body) if pointer else None
    if wrong:
        return f"answer breaks Meta's schema: {wrong}", True
    lost = missing(case.sample, body, expected.optional_keys(case))
    if lost:
        return f"answer lacks {', '.join(lost[:6])} of Meta's sample", bool(pointer)
    return "", bool(pointer)


def _judge_error(status: int, body: Any, case: Case, expected: Expectations) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict) or not {"message", "type", "code"} <= set(error):
        return f"{status} without Meta's envelope"
    if status == 501:
        return "501 within B1" if expected.within_b1(case) else ""
    code, name = error["code"], name_of(case)
    details = (error.get("error_data") or {}).get("details", "")
    said = f"{status}, {code}: {error['message']} {details}".strip()
    if name in expected.rejected:
        wanted, why = expected.rejected[name]
        return "" if code == wanted else f"{said}; expected {wanted}: {why}"
    unknown = (code, error.get("error_subcode")) == (100, 33)
    if unknown and not expected.within_b1(case):
        return ""
    return said
