"""The control API and its client: world, people, safety."""

import json
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator

from wa_simulator.client import SimulatorClient, SimulatorError

NUMBER = "100000000000001"
ANA = "573012345678"


def test_world_prints_the_contract(sim: SimulatorClient, server: Any) -> None:
    world = sim.world()
    expected = {
        "waba_id": "200000000000001",
        "phone_number_id": NUMBER,
        "display_phone_number": "573000000001",
        "token": "SIM-TOKEN",
        "app_secret": "sim-app-secret",
        "verify_token": "sim-verify",
        "url": server.url,
        "tls_port": server.ready["tls_port"],
    }
    assert {key: world[key] for key in expected} == expected
    assert "fake" in world["fake"]
    assert sim.ca_pem().startswith(b"-----BEGIN CERTIFICATE-----")


def test_messages_and_filters(sim: SimulatorClient, graph: Any) -> None:
    sim.customer_message(ANA, body="hola")
    graph.send(to=ANA, text={"body": "buenas"}, type="text")
    sim.customer_message("573018888888", body="otra")
    assert [m["text"] for m in sim.messages()] == ["hola", "buenas", "otra"]
    assert [m["text"] for m in sim.messages(direction="outbound")] == ["buenas"]
    assert [m["text"] for m in sim.messages(from_="+573018888888")] == ["otra"]
    assert [m["text"] for m in sim.messages(to=ANA)] == ["buenas"]
    second = sim.messages()[1]["seq"]
    assert [m["text"] for m in sim.messages(since=second)] == ["otra"]
    wamid = sim.messages()[1]["wamid"]
    assert sim.message(wamid)["text"] == "buenas"
    with pytest.raises(SimulatorError) as caught:
        sim.message(wamid + "x")
    assert caught.value.status == 404
    assert wamid in str(caught.value)


def test_customers(sim: SimulatorClient) -> None:
    made = sim.set_customer("+57 301 234 5678", name="Ana", presence="offline")
    assert (made["key"], made["presence"]) == (ANA, "offline")
    assert sim.set_customer(ANA, name="")["name"] is None
    assert sim.customer(ANA)["presence"] == "offline"
    with pytest.raises(SimulatorError, match="nearest 'offline'"):
        sim.set_customer(ANA, presence="ofline")
    with pytest.raises(SimulatorError, match="nearest"):
        sim.customer("573012345670")
    answer = requests.put(f"{sim.url}/_sim/customers/{ANA}", json={}, timeout=5)
    assert answer.json()["key"] == ANA


def test_reading_and_manual_statuses(sim: SimulatorClient, graph: Any) -> None:
    sim.set_customer(ANA, presence="manual")
    wamid = graph.send().json()["messages"][0]["id"]
    assert sim.message(wamid)["status"] == "accepted"
    assert sim.set_status(wamid, "sent")["status"] == "sent"
    assert sim.customer_read(ANA) == [wamid]
    assert sim.customer_read(ANA) == []
    with pytest.raises(SimulatorError, match="cannot follow 'read'"):
        sim.set_status(wamid, "delivered")
    odd = sim.set_status(wamid, "failed", code=131026, force=True)
    assert [s["status"] for s in odd["statuses"]][-1] == "failed"


@pytest.mark.parametrize("as_file", [True, False])
def test_media_of_customers(sim: SimulatorClient, graph: Any, as_file: bool) -> None:
    if as_file:
        sent = sim.customer_message(
            ANA, "image", file=("a.png", b"\x89PNG", "image/png"), caption="pie"
        )
    else:
        sent = sim.customer_message(
            ANA, "image", data="iVBORw==", mime_type="image/png", caption="pie"
        )
    node = sim.message(sent["wamid"])["payload"]
    assert (node["mime_type"], node["caption"]) == ("image/png", "pie")
    url = graph.call("GET", f"/v23.0/{node['id']}").json()["url"]
    path = url.removeprefix(graph.base)
    assert graph.call("GET", path).content == b"\x89PNG"


def test_multipart_fields_without_json(sim: SimulatorClient) -> None:
    answer = requests.post(
        f"{sim.url}/_sim/customers/{ANA}/messages",
        data={"type": "document", "caption": "pie"},
        files={"file": ("a.pdf", b"%PDF", "application/pdf")},
        timeout=5,
    )
    assert answer.status_code == 201
    assert answer.json()["message"]["payload"]["filename"] == "a.pdf"


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/faults", {"name": "outage", "pase": 1}, "nearest 'phase'"),
        ("POST", "/clock", {"advanze": 1}, "nearest 'advance'"),
        ("POST", "/clock", {"advance": -1}, "greater than or equal to 0, got -1"),
        ("POST", "/clock", {}, "expected 'advance'"),
        ("POST", "/wait", {"for": "idel"}, "got 'idel'"),
        ("POST", "/reset", {"scop": "waba"}, "nearest 'scope'"),
        ("POST", "/reset", {"scope": "waba", "id": "7"}, "waba '7'"),
        ("PATCH", "/world", {"settings": {"paralel": 1}}, "nearest 'parallel'"),
        ("POST", f"/customers/{ANA}/messages", {"type": "tex"}, "nearest 'text'"),
        ("POST", f"/customers/{ANA}/messages?wait=read", {"body": "x"}, "'delivered'"),
        ("POST", f"/customers/{ANA}/messages", [], "expected an object, got list"),
        ("POST", "/webhooks/raw", {"body": {}, "sign": "ugly"}, "got 'ugly'"),
        ("DELETE", "/faults/fault_7", None, "fault 'fault_7'"),
        (
            "POST",
            "/webhooks/subscription",
            {"scope": "number", "id": "7", "callback_url": "http://127.0.0.1:1/"},
            "number '7': expected one of",
        ),
    ],
)
def test_bad_bodies_are_400_or_404_with_words(
    sim: SimulatorClient, method: str, path: str, body: Any, words: str
) -> None:
    answer = requests.request(method, f"{sim.url}/_sim{path}", json=body, timeout=5)
    assert answer.status_code in (400, 404), answer.text
    assert words in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:4004"}, 200),
        ({"Host": "[::1]:4004"}, 200),
        ({"Host": "evil.test"}, 403),
        ({"Host": "127.0.0.1.evil.test:80"}, 403),
        ({"Origin": "http://localhost:8000"}, 403),
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_web_pages_may_not_drive_it(
    sim: SimulatorClient, headers: dict[str, str], status: int
) -> None:
    answer = requests.get(f"{sim.url}/_sim/world", headers=headers, timeout=5)
    assert answer.status_code == status
    if status == 403:
        assert "may not drive" in answer.json()["error"]["message"]
        assert "SIM-TOKEN" not in answer.text


def test_journal_since_limit_and_redaction(sim: SimulatorClient, server: Any) -> None:
    for token in ("SIM-TOKEN", "another-secret-token"):
        requests.get(f"{server.url}/v23.0/{NUMBER}?access_token={token}", timeout=5)
    entries = sim.journal()
    assert [e["query"]["access_token"] for e in entries] == ["SIM-TOKEN", "ano…oken"]
    assert sim.journal(since=entries[0]["seq"]) == entries[1:]
    raw = requests.get(f"{sim.url}/_sim/journal?limit=1", timeout=5).json()
    assert raw["entries"] == entries[:1]
    assert raw["next"] == entries[0]["seq"]
    assert sim.journal_seq() == entries[-1]["seq"]


def test_a_journal_that_dropped_proves_nothing(
    sim: SimulatorClient, server: Any
) -> None:
    server.server.engine.journal.dropped = 3
    with pytest.raises(SimulatorError, match="dropped 3 entries"):
        sim.journal()
    assert sim.journal(allow_dropped=True) == []


def test_scoped_reset(sim: SimulatorClient, graph: Any) -> None:
    second = "100000000000002"
    sim.add_number(second, "200000000000002", "573000000002")
    run = sim.world()["run"]
    sim.customer_message(ANA, body="uno")
    sim.customer_message(ANA, body="dos", to=second)
    sim.set_fault("outage", match={"number": NUMBER})
    sim.set_fault("latency", match={"number": second})
    sim.reset(scope="number", id=NUMBER)
    assert [m["text"] for m in sim.messages()] == ["dos"]
    assert [f["name"] for f in sim.faults()] == ["latency"]
    assert sim.world()["run"] == run


def test_clock(sim: SimulatorClient) -> None:
    before = sim.clock()
    assert before["frozen"] is True
    assert sim.advance(90)["now"] == before["now"] + 90
    assert sim.clock()["now"] == before["now"] + 90


def test_openapi_describes_every_route(sim: SimulatorClient) -> None:
    paths = requests.get(f"{sim.url}/_sim/openapi.json", timeout=5).json()["paths"]
    for path in (
        "/_sim/reset", "/_sim/webhooks/subscription", "/_sim/customers/{key}/messages",
        "/_sim/customers/{key}/read", "/_sim/messages", "/_sim/journal", "/_sim/wait",
        "/_sim/webhooks", "/_sim/webhooks/{webhook_id}/redeliver",
        "/_sim/webhooks/raw", "/_sim/webhooks/flush", "/_sim/faults", "/_sim/clock",
        "/_sim/ca.pem", "/_sim/readyz", "/_sim/world",
    ):  # fmt: skip
        assert path in paths
    assert json.dumps(paths)


def test_openapi_says_what_each_route_takes(sim: SimulatorClient) -> None:
    """A body, or in words that there is none."""
    paths = requests.get(f"{sim.url}/_sim/openapi.json", timeout=5).json()["paths"]
    bare = [
        f"{method} {path}"
        for path, routes in paths.items()
        for method, route in routes.items()
        if method in ("post", "put", "patch")
        and "requestBody" not in route
        and "No body." not in route.get("description", "")
    ]
    assert bare == []


def test_openapi_describes_a_customers_message(sim: SimulatorClient) -> None:
    """What it allows is taken, what it forbids is refused."""
    paths = requests.get(f"{sim.url}/_sim/openapi.json", timeout=5).json()["paths"]
    route = paths["/_sim/customers/{key}/messages"]["post"]["requestBody"]["content"]
    assert set(route) == {"application/json", "multipart/form-data"}
    schema = route["application/json"]["schema"]
    checked = Draft202012Validator(schema)
    good = [
        route["application/json"]["example"],
        {"type": "location", "latitude": 4.6, "longitude": -74.1, "timestamp": "1"},
        {"type": "reaction", "message_id": "wamid.X", "emoji": "\U0001f44d"},
        {"type": "interactive", "button_reply": {"id": "a", "title": "b"}},
        {"type": "customer_identity_changed", "context": {"id": "wamid.X"}},
    ]
    for body in good:
        checked.validate(body)
        url = f"{sim.url}/_sim/customers/573012345678/messages"
        assert requests.post(url, json=body, timeout=5).status_code == 201, body
    for body in ({"typ": "text"}, {"type": "text", "forwarded": "yes"}):
        assert not checked.is_valid(body)


def test_a_body_without_its_content_type_is_told(sim: SimulatorClient) -> None:
    answer = requests.post(f"{sim.url}/_sim/clock", data='{"advance": 1}', timeout=5)
    assert answer.status_code == 400
    assert "curl --json" in answer.json()["error"]["message"]
