"""Makes the simulator send what Meta's webhook samples show, and compares.

A sample's own message is given to the simulator as what a customer writes; its
statuses are brought about by sending.  What arrives at the callback must hold
every key of the sample, no key that is neither in it nor in the list of known
ones, and obey Meta's schema where that has the field.
"""

from __future__ import annotations

from typing import Any

from .calls import ACCEPTED, MISMATCH, WAIVED, Result
from .examples import WEBHOOKS, Case, escape
from .expectations import Expectations, name_of
from .keys import missing, paths
from .schemas import Schemas
from .simulation import CUSTOMER, Bench

SCHEMA = f"/paths/{escape(WEBHOOKS)}/post/requestBody/content/application~1json/schema"
#: What the simulator decides itself, so that the sample's value is not given.
OWN = {"id", "mime_type", "sha256", "url"}
MEDIA = {"image", "audio", "video", "document", "sticker"}
#: Nodes by which a message without ``type`` (two samples) is recognised.
NODES = ("location", "contacts", "order", "text")
BESIDE = ("referral", "context")


def run(bench: Bench, case: Case, schemas: Schemas, expected: Expectations) -> Result:
    """One sample on a fresh world."""
    name = name_of(case)
    if name in expected.waived:
        return Result(case, WAIVED, expected.waived[name], b1=False)
    bench.freshen(harmless=False)
    bench.outside.bodies.clear()
    value = case.body["entry"][0]["changes"][0]["value"]
    make = next((m for key, m in MAKERS.items() if key in value), _message)
    trouble = make(bench, value)
    if trouble:
        return Result(case, MISMATCH, trouble, b1=True)
    got = _received(bench, value)
    if got is None:
        return Result(case, MISMATCH, "no such webhook arrived", b1=True)
    wrong = compare(case, got, schemas, expected)
    return Result(case, MISMATCH if wrong else ACCEPTED, wrong, True, validated=True)


def compare(case: Case, got: Any, schemas: Schemas, expected: Expectations) -> str:
    """Why the webhook is not like the sample; empty when it is."""
    lost = missing(case.body, got, expected.optional_keys(case))
    if lost:
        return f"lacks {', '.join(lost[:6])}"
    known = {*paths(case.body), *expected.extra}
    alien = [p for p in dict.fromkeys(paths(got)) if p not in known]
    if alien:
        return f"has keys that Meta's sample has not: {', '.join(alien[:6])}"
    wrong = schemas.wrong(SCHEMA, got)
    return f"breaks Meta's schema: {wrong}" if wrong else ""


def _received(bench: Bench, value: dict[str, Any]) -> Any:
    """The last body of the sample's kind (and status)."""
    bench.wait()
    wanted = [s.get("status") for s in value.get("statuses", [])]
    for body in reversed(bench.outside.bodies):
        got = body["entry"][0]["changes"][0]["value"]
        if wanted and [s["status"] for s in got.get("statuses", [])] == wanted:
            return body
        if not wanted and "messages" in got:
            return body
        if not wanted and "groups" in value and "groups" in got:
            return body
    return None


def _message(bench: Bench, value: dict[str, Any]) -> str:
    if "messages" not in value:
        return f"cannot be brought about: {sorted(value)}"
    given = value["messages"][0]
    kind = given.get("type") or next(n for n in NODES if n in given)
    kind = "unsupported" if kind == "unknown" else kind
    body: dict[str, Any] = {"type": kind}
    node = given.get(kind)
    if kind == "unsupported":
        body["code"] = given["errors"][0]["code"]
    elif kind in MEDIA:
        kept = {k: v for k, v in node.items() if k not in OWN}
        body[kind] = kept
    elif kind == "system":
        # The sample is of 2025: the ids came in August 2026.
        forms = {"forms": {"previous_user_id": False}}
        bench.control("PATCH", "/world", {"settings": forms})
        body[kind] = {"wa_id": node["wa_id"]}
    elif node is not None:
        body[kind] = _sane(node, bench)
    for key in BESIDE:
        if key in given:
            body[key] = _sane(given[key], bench)
    if "identity" in given:
        return _identity(bench, body)
    try:
        bench.say(CUSTOMER, body)
    except AssertionError as exc:
        return str(exc)
    return ""


def _identity(bench: Bench, body: dict[str, Any]) -> str:
    """The number shows security notifications; the person has a key."""
    try:
        bench.control(
            "PATCH", f"/customers/{CUSTOMER}", {"identity_key_hash": "Sjvjlx8G6Z0="}
        )
        bench.say(CUSTOMER, body)
    except AssertionError as exc:
        return str(exc)
    return ""


def _sane(node: Any, bench: Bench) -> Any:
    """Placeholders where the simulator looks closely: ids, degrees, numbers."""
    if isinstance(node, list):
        return [_sane(each, bench) for each in node]
    if not isinstance(node, dict):
        return node
    known = {
        "message_id": bench.facts.outbound,
        "id": bench.facts.outbound,
        "latitude": 4.6,
        "longitude": -74.1,
        "source_type": "ad",
        "media_type": "image",
        "quantity": 1,
        "item_price": 30,
    }
    made = {k: known.get(k, _sane(v, bench)) for k, v in node.items()}
    if "messsage_id" in made:
        made["message_id"] = bench.facts.outbound
        del made["messsage_id"]
    return made


def _statuses(bench: Bench, value: dict[str, Any]) -> str:
    """Send, and let the person's presence or a hand bring the status."""
    status = value["statuses"][0]["status"]
    payment = "payment" in value["statuses"][0]
    if payment:
        return "payment statuses are not made"
    bench.control("PATCH", "/world", {"settings": {"forms": {"conversation": True}}})
    text = {"messaging_product": "whatsapp", "to": CUSTOMER, "text": {"body": "hi"}}
    answer = bench.graph("POST", f"/{bench.facts.number}/messages", json=text)
    wamid = answer.json()["messages"][0]["id"]
    bench.wait()
    if status == "failed":
        body = {"status": "failed", "code": 131053, "force": True}
        bench.control("POST", f"/messages/{wamid}/status", body)
    return ""


def _group(bench: Bench, value: dict[str, Any]) -> str:
    """The group of the sample is made, changed, or loses its people."""
    (sample,) = value["groups"]
    group = bench.make_group()
    if "profile_picture" in sample:
        picture = {"file": ("a.jpg", b"x", "image/jpeg")}
        bench.graph("POST", f"/{group}", files=picture)
    if "removed_participants" in sample:
        bench.control("POST", f"/groups/{group}/join", {"customer": CUSTOMER})
        body = {"messaging_product": "whatsapp", "participants": [{"user": CUSTOMER}]}
        bench.graph("DELETE", f"/{group}/participants", json=body)
    return ""


#: Key of a sample's value -> how it is brought about.
MAKERS = {"statuses": _statuses, "groups": _group}
