"""Faults of calls and media, seen by ``requests`` through each listener."""

import base64
import hashlib
import json
import threading
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient

NUMBER = "100000000000001"
ANA = "573012345678"


def only(entries: list[Any]) -> Any:
    """The last call of the journal."""
    return entries[-1]


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize(
    ("name", "params", "status", "content"),
    [
        ("malformed_body", {}, 200, b'{"messaging_product":"whatsapp","messages":['),
        ("malformed_body", {"http": 502, "content": "<html>"}, 502, b"<html>"),
        ("empty_body", {}, 200, b""),
        ("empty_body", {"http": 504}, 504, b""),
    ],
)
def test_bodies(
    subscribed: SimulatorClient,
    through: Any,
    name: str,
    params: Any,
    status: int,
    content: bytes,
    phase: str,
) -> None:
    sim = subscribed
    sim.set_fault(name, params=params, phase=phase)
    answer = through.send()
    assert answer.status_code == status
    assert answer.content.startswith(content)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    sim.wait_idle()
    accepted = phase == "after"
    assert only(sim.journal(kind="api"))["accepted"] is accepted
    statuses = [w["status"] for w in sim.webhooks()]
    assert statuses == (["sent", "delivered"] if accepted else [])


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_truncated_body_lacks_its_end(
    subscribed: SimulatorClient, through: Any, phase: str
) -> None:
    sim = subscribed
    sim.set_fault("truncated_body", phase=phase)
    answer = through.call(
        "POST",
        f"/v23.0/{NUMBER}/messages",
        json={"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}},
        stream=True,
    )
    announced = int(answer.headers["Content-Length"])
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _ = answer.content
    answer.close()
    assert announced > 20
    sim.wait_idle()
    accepted = len(sim.messages(direction="outbound"))
    assert accepted == (phase == "after")
    assert len(sim.webhooks()) == 2 * accepted


@pytest.mark.parametrize("name", ["timeout", "reset"])
def test_no_answer(sim: SimulatorClient, through: Any, name: str) -> None:
    params = {"seconds": 0.2} if name == "timeout" else {}
    sim.set_fault(name, params=params, phase="after")
    with pytest.raises(requests.ConnectionError):
        through.send()
    assert len(sim.messages(direction="outbound")) == 1


def test_the_default_timeout_outlasts_the_client(
    sim: SimulatorClient, graph: Any
) -> None:
    sim.set_fault("timeout")
    with pytest.raises(requests.ReadTimeout):
        graph.send(timeout=(5, 0.2))
    assert sim.messages(direction="outbound") == []


@pytest.mark.parametrize(
    ("params", "status", "retry"),
    [
        ({}, 400, "30"),
        ({"http": 429, "retry_after": 7}, 429, "7"),
        ({"code": 131056, "retry_after": 0}, 400, None),
    ],
)
def test_rate_limit(
    sim: SimulatorClient, graph: Any, params: Any, status: int, retry: str | None
) -> None:
    sim.set_fault("rate_limit", params=params)
    answer = graph.send()
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == params.get("code", 130429)
    assert answer.headers.get("Retry-After") == retry
    usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])
    (row,) = usage["200000000000001"]
    assert row["estimated_time_to_regain_access"] == 1
    assert sim.messages() == []


def test_rate_limit_follows_the_worlds_switch(sim: SimulatorClient, graph: Any) -> None:
    sim.settings(rate_limit_http=429)
    sim.set_fault("rate_limit", params={"usage": False})
    answer = graph.send()
    assert answer.status_code == 429
    assert "X-Business-Use-Case-Usage" not in answer.headers


def test_expired_token(sim: SimulatorClient, graph: Any) -> None:
    sim.set_fault("expired_token")
    answer = graph.send()
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["error_subcode"]) == (
        401,
        190,
        463,
    )


def uploaded(graph: Any) -> tuple[str, bytes]:
    content = b"\xff\xd8\xff" + bytes(range(200))
    answer = graph.call(
        "POST",
        f"/v23.0/{NUMBER}/media",
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.jpg", content, "image/jpeg")},
    )
    return answer.json()["id"], content


@pytest.mark.parametrize(
    ("at", "descriptor", "download"),
    [("both", 400, 404), ("descriptor", 400, 200), ("download", 200, 404)],
)
def test_media_gone(
    sim: SimulatorClient, graph: Any, at: str, descriptor: int, download: int
) -> None:
    media_id, _ = uploaded(graph)
    url = graph.call("GET", f"/v23.0/{media_id}").json()["url"]
    path = url.removeprefix(graph.base)
    sim.set_fault("media_gone", params={"at": at})
    told = graph.call("GET", f"/v23.0/{media_id}")
    assert told.status_code == descriptor
    if descriptor == 400:
        error = told.json()["error"]
        assert (error["code"], error["error_subcode"]) == (100, 33)
    assert graph.call("GET", path).status_code == download
    assert graph.send().status_code == 200, "other calls are not met"


@pytest.mark.parametrize(
    ("how", "size"), [("flip", 203), ("short", 101), ("empty", 0), ("page", None)]
)
def test_media_corrupt(
    sim: SimulatorClient, graph: Any, how: str, size: int | None
) -> None:
    media_id, content = uploaded(graph)
    sim.set_fault("media_corrupt", params={"how": how}, when={"times": 1})
    told = graph.call("GET", f"/v23.0/{media_id}").json()
    assert sim.faults()[0]["seen"] == 0, "a descriptor is no download"
    path = told["url"].removeprefix(graph.base)
    got = graph.call("GET", path)
    assert got.status_code == 200
    digest = base64.b64encode(hashlib.sha256(got.content).digest()).decode()
    assert digest != told["sha256"]
    if size is not None:
        assert len(got.content) == size
    assert got.headers["Content-Type"].startswith(
        "text/html" if how == "page" else "image/jpeg"
    )
    assert graph.call("GET", path).content == content


def test_faults_scoped_to_an_account(sim: SimulatorClient, graph: Any) -> None:
    sim.add_number("100000000000002", "200000000000002", "573000000002")
    sim.set_fault("outage", match={"waba": "200000000000002"})
    assert graph.send().status_code == 200
    body = {"messaging_product": "whatsapp", "to": ANA, "text": {"body": "x"}}
    answer = graph.call("POST", "/v23.0/100000000000002/messages", json=body)
    assert answer.status_code == 503
    answer = graph.call("GET", "/v23.0/200000000000002/phone_numbers")
    assert answer.status_code == 503
    sim.reset(scope="waba", id="200000000000002")
    assert sim.faults() == []


def test_faults_by_the_clock(sim: SimulatorClient, graph: Any) -> None:
    now = sim.clock()["now"]
    sim.set_fault("outage", when={"from": now + 60, "until": now + 120})
    seen = []
    for _ in range(4):
        seen.append(graph.send().status_code)
        sim.advance(59)
    assert seen == [200, 200, 503, 200]


def test_status_before_the_answer(
    subscribed: SimulatorClient, receiver: Any, graph: Any
) -> None:
    """The webhooks are in while the caller still waits."""
    sim = subscribed
    sim.set_fault("status_before_answer")
    receiver.gate = threading.Event()
    answers: list[Any] = []
    caller = threading.Thread(target=lambda: answers.append(graph.send()))
    caller.start()
    sim.wait_message(direction="outbound", to=ANA)
    while not receiver.posts:
        caller.join(0.01)
    assert answers == []
    receiver.gate.set()
    caller.join(10)
    assert answers[0].status_code == 200
    sim.wait_idle()
    assert [w["status"] for w in sim.webhooks()] == ["sent", "delivered"]


def test_status_before_the_answer_waits_no_longer_than_said(
    subscribed: SimulatorClient, receiver: Any, graph: Any
) -> None:
    """A receiver with one thread, which itself waits for this answer."""
    subscribed.set_fault("status_before_answer", params={"wait": 0.2})
    receiver.gate = threading.Event()
    assert graph.send().status_code == 200
    receiver.gate.set()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("read_without_delivered", ["sent", "read"]),
        ("delivered_and_failed", ["sent", "delivered", "failed"]),
        ("sent_after_failed", ["failed", "sent"]),
        ("errors_alone", [None]),
    ],
)
def test_odd_statuses(
    subscribed: SimulatorClient, graph: Any, name: str, expected: list[str | None]
) -> None:
    sim = subscribed
    sim.set_fault(name, when={"times": 1})
    assert graph.send().status_code == 200
    assert graph.send().status_code == 200
    sim.wait_idle()
    got = [w["status"] for w in sim.webhooks()]
    assert got == [*expected, "sent", "delivered"]


def test_reading_a_message_is_not_odd(sim: SimulatorClient, graph: Any) -> None:
    wamid = sim.customer_message(ANA, body="hola")["wamid"]
    sim.set_fault("errors_alone", when={"times": 1})
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    graph.call("POST", f"/v23.0/{NUMBER}/messages", json=body)
    assert sim.faults()[0]["fired"] == 0
