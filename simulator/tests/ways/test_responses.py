"""The in-process simulator: ``requests`` without a socket."""

import io
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import responses

from wa_simulator.config import ServeConfig
from wa_simulator.wa_responses import WaResponses

GRAPH = "https://graph.facebook.com/v23.0"
NUMBER = f"{GRAPH}/100000000000001"
AUTH = {"Authorization": "Bearer SIM-TOKEN"}
ANA = "573012345678"


def send(text: str = "hola", to: str = ANA, **kw: Any) -> requests.Response:
    body = {
        "messaging_product": "whatsapp",
        "to": to,
        "type": "text",
        "text": {"body": text},
    }
    return requests.post(
        f"{NUMBER}/messages", json=body, headers=AUTH, timeout=kw.pop("timeout", 5)
    )


def test_a_message_and_its_webhooks(wa_responses: WaResponses) -> None:
    seen: list[tuple[bytes, Mapping[str, str]]] = []

    def webhook(body: bytes, headers: Mapping[str, str]) -> int:
        seen.append((body, headers))
        return 200

    wa_responses.deliver_to(webhook)
    wamid = send().json()["messages"][0]["id"]
    assert seen == [], "nothing comes inside the call that caused it"
    assert wa_responses.pump() == 2
    assert [b'"status":"sent"' in seen[0][0], b"delivered" in seen[1][0]] == [True] * 2
    assert seen[0][1]["X-Hub-Signature-256"].startswith("sha256=")
    assert wa_responses.assert_sent(to=ANA, contains="hol")["wamid"] == wamid
    assert wa_responses.pump() == 0


@pytest.mark.parametrize("status", [500, 204])
def test_anything_but_200_is_tried_again(
    wa_responses: WaResponses, status: int
) -> None:
    answers = [status, 200]
    wa_responses.deliver_to(lambda body, headers: answers.pop(0))
    wa_responses.customer_message(ANA, body="hola")
    assert wa_responses.pump() == 1
    assert wa_responses.flush() == {"attempted": 1, "delivered": 1}
    attempts = wa_responses.webhooks()[0]["attempts"]
    assert [a["status"] for a in attempts] == [status, 200]


def test_what_a_webhook_raises_is_seen(wa_responses: WaResponses) -> None:
    def broken(body: bytes, headers: Mapping[str, str]) -> int:
        raise KeyError("entry")

    wa_responses.deliver_to(broken)
    wa_responses.customer_message(ANA, body="hola")
    with pytest.raises(KeyError, match="entry"):
        wa_responses.pump()
    wa_responses.deliver_to(lambda body, headers: 200)
    wa_responses.flush()
    delivery = wa_responses.assert_delivered(1)
    assert "KeyError" in delivery["attempts"][0]["error"]


def test_a_webhook_may_call_the_simulator(wa_responses: WaResponses) -> None:
    depth, nested, bodies = 0, 0, []

    def answer(body: bytes, headers: Mapping[str, str]) -> int:
        nonlocal depth, nested
        depth += 1
        nested += depth > 1
        bodies.append(body)
        if b"hola" in body:
            assert send("gracias").status_code == 200
            wa_responses.customer_message("573018888888", body="otra")
            assert wa_responses.pump() == 0, "the pump that runs does it"
        depth -= 1
        return 200

    wa_responses.deliver_to(answer)
    wa_responses.customer_message(ANA, body="hola")
    assert wa_responses.pump() == len(bodies) == 4
    assert nested == 0


def test_only_a_call_that_waits_delivers(wa_responses: WaResponses) -> None:
    seen: list[bytes] = []
    wa_responses.deliver_to(lambda body, headers: seen.append(body) or 200)
    wa_responses.customer_message(ANA, body="one")
    assert seen == []
    assert wa_responses.customer_message(ANA, body="two", wait=True)["delivered"]
    assert len(seen) == 2
    assert wa_responses.redeliver(wa_responses.webhooks()[0]["id"])
    wa_responses.raw({"entry": []})
    assert len(seen) == 4
    send()
    wa_responses.wait_webhook(status="delivered")
    assert len(seen) == 6


def test_eight_threads(wa_responses: WaResponses) -> None:
    inside = threading.Barrier(2, timeout=5)
    seen: list[bytes] = []

    def webhook(body: bytes, headers: Mapping[str, str]) -> int:
        if len(seen) == 0:
            inside.wait()
        seen.append(body)
        return 200

    wa_responses.deliver_to(webhook)
    wa_responses.customer_message("573010000000", body="first")
    with ThreadPoolExecutor(9) as pool:
        pumping = pool.submit(wa_responses.pump)
        while not pumping.running():
            continue
        work = [
            pool.submit(send, f"m{i}.", f"5730111111{i % 8:02d}") for i in range(160)
        ]
        statuses = [one.result().status_code for one in work]
        inside.wait()
        pumping.result()
    wa_responses.pump()
    assert statuses == [200] * 160, "the engine is free while a delivery runs"
    wamids = [row["wamid"] for row in wa_responses.messages(direction="outbound")]
    assert len(set(wamids)) == 160
    assert len(seen) == 321


def test_every_method(wa_responses: WaResponses) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
        answer = requests.request(method, NUMBER, headers=AUTH, timeout=5)
        assert answer.status_code < 600
    head = requests.head(NUMBER, headers=AUTH, timeout=5)
    assert head.content == b""
    assert int(head.headers["content-length"]) > 0
    called = [e["method"] for e in wa_responses.journal(kind="api")]
    assert called[:5] == ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Encoder:
    """As requests-toolbelt's: has ``read`` and a length, is no iterable."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)
        self.len = len(content)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


BODY = (
    b'{"messaging_product":"whatsapp","to":"573012345678","type":"text",'
    b'"text":{"body":"hola"}}'
)


def _parts() -> Iterator[bytes]:
    yield BODY[:10]
    yield BODY[10:]


@pytest.mark.parametrize(
    "body",
    [BODY, BODY.decode(), _parts, lambda: io.BytesIO(BODY), lambda: Encoder(BODY)],
    ids=["bytes", "text", "generator", "file", "encoder"],
)
def test_every_kind_of_body(wa_responses: WaResponses, body: Any) -> None:
    data = body() if callable(body) else body
    headers = {**AUTH, "Content-Type": "application/json"}
    sent = requests.post(f"{NUMBER}/messages", data=data, headers=headers, timeout=5)
    assert sent.status_code == 200, sent.text
    wa_responses.assert_sent(text="hola")


def test_upload_and_a_streamed_download(wa_responses: WaResponses) -> None:
    content = b"\x89PNG\r\n" + bytes(200_000)
    upload = requests.post(
        f"{NUMBER}/media",
        data={"messaging_product": "whatsapp", "type": "image/png"},
        files={"file": ("a.png", content, "image/png")},
        headers=AUTH,
        timeout=5,
    )
    media = requests.get(f"{GRAPH}/{upload.json()['id']}", headers=AUTH, timeout=5)
    with requests.get(media.json()["url"], headers=AUTH, timeout=5, stream=True) as got:
        assert b"".join(got.iter_content(1000)) == content


def test_a_redirect_leads_in_and_the_calls_do_not_pile_up(
    wa_responses: WaResponses,
) -> None:
    where = {"Location": NUMBER}
    wa_responses.mock.add("GET", "http://short.example/n", status=302, headers=where)
    for _ in range(50):
        assert requests.get(
            "http://short.example/n", headers=AUTH, timeout=5
        ).status_code in (200, 401)
        send()
    assert len(wa_responses.mock.calls) < 5


def test_another_host_is_not_reached(wa_responses: WaResponses) -> None:
    with pytest.raises(requests.ConnectionError, match="refused by Responses"):
        requests.get("https://example.com/", timeout=5)


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("refuse", requests.ConnectionError, "NewConnectionError"),
        ("reset", requests.ConnectionError, "Connection aborted"),
        ("hang", requests.ReadTimeout, "timed out"),
    ],
)
@pytest.mark.parametrize("phase", ["before", "after"])
def test_lost_answers_raise_what_a_socket_raises(
    wa_responses: WaResponses, mode: str, kind: type[Exception], words: str, phase: str
) -> None:
    if (mode, phase) == ("refuse", "after"):
        return
    wa_responses.set_fault(
        "outage", params={"mode": mode}, phase=phase, when={"times": 1}
    )
    with pytest.raises(kind, match=words):
        send()
    assert len(wa_responses.messages()) == (phase == "after")
    assert send().status_code == 200


def test_the_seed_fixes_the_ids() -> None:
    seen = []
    for _ in range(2):
        with WaResponses(ServeConfig(seed=5, nonce="x", clock="frozen")) as wa:
            seen.append((send().json(), wa.clock()["now"]))
    assert seen[0] == seen[1]


def test_the_world_is_open_again_afterwards() -> None:
    real = requests.adapters.HTTPAdapter.send
    with WaResponses():
        assert requests.adapters.HTTPAdapter.send is not real
    assert requests.adapters.HTTPAdapter.send is real


def test_it_works_inside_another_mock(wa_responses: WaResponses) -> None:
    with responses.RequestsMock() as inner:
        inner.add("GET", f"{GRAPH}/me", json={"id": "mine"})
        got = requests.get(f"{GRAPH}/me", timeout=5).json()
    assert got == {"id": "mine"}
    assert send().status_code == 200


def test_a_framework_that_patches_the_session(
    wa_responses: WaResponses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Odoo's tests do: they let nothing out but what they are told to."""
    real_send = requests.Session.send

    def verboten(
        session: requests.Session, request: requests.PreparedRequest, **kw: Any
    ) -> requests.Response:
        if wa_responses.stands_in_for(request.url):
            return real_send(session, request, **kw)
        raise requests.ConnectionError("External requests verboten")

    monkeypatch.setattr(requests.Session, "send", verboten)
    assert send().status_code == 200
    with pytest.raises(requests.ConnectionError, match="verboten"):
        requests.get("https://example.com/", timeout=5)
