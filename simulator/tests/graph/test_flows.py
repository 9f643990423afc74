"""Flows over HTTP, and a phone that asks the endpoint."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wa_simulator.client import SimulatorClient, SimulatorError

NUMBER, WABA = "100000000000001", "200000000000001"
ANA = "573012345678"
FLOW_JSON = {
    "version": "7.0",
    "data_api_version": "3.0",
    "screens": [{"id": "CITA", "title": "Cita", "layout": {}}],
}
Answer = Callable[[Any], tuple[int, Any]]


def test_a_flow_over_graph(sim: SimulatorClient, graph: Any) -> None:
    made = graph.call(
        "POST",
        f"/v25.0/{WABA}/flows",
        files={"name": (None, "cita"), "categories": (None, '["OTHER"]')},
    ).json()
    assert made["success"]
    path = f"/v25.0/{made['id']}"
    plain = {"version": "7.0", "screens": [{"id": "CITA"}]}
    sent = graph.call(
        "POST",
        f"{path}/assets",
        files={
            "file": ("flow.json", json.dumps(plain), "application/json"),
            "name": (None, "flow.json"),
            "asset_type": (None, "FLOW_JSON"),
        },
    )
    assert sent.json() == {"success": True, "validation_errors": []}
    (asset,) = graph.call("GET", f"{path}/assets").json()["data"]
    got = requests.get(
        asset["download_url"], headers={"Authorization": "Bearer SIM-TOKEN"}, timeout=5
    )
    assert got.json() == plain
    shown = graph.call("GET", f"{path}?fields=preview.invalidate(false),json_version")
    assert shown.json()["preview"]["preview_url"].startswith("https://business.")
    assert shown.json()["json_version"] == "7.0"
    listed = graph.call("GET", f"/v25.0/{WABA}/flows").json()["data"]
    assert [row["name"] for row in listed] == ["cita"]
    for edge in ("publish", "deprecate"):
        assert graph.call("POST", f"{path}/{edge}").json() == {"success": True}
    gone = graph.call("DELETE", path)
    assert gone.json()["error"]["code"] == 139004
    metric = graph.call("GET", f"{path}?fields=metric.name(ENDPOINT_AVAILABILITY)")
    assert metric.json()["error"]["code"] == 139006
    assert sim.flows()[0]["status"] == "DEPRECATED"


def test_a_customer_fills_in_a_flow(subscribed: SimulatorClient, graph: Any) -> None:
    node = {
        "type": "flow",
        "body": {"text": "Agende"},
        "action": {
            "name": "flow",
            "parameters": {
                "flow_message_version": "3", "flow_cta": "Abrir", "flow_id": "1",
            },
        },
    }  # fmt: skip
    assert graph.send(type="interactive", interactive=node).status_code == 200
    filled = subscribed.fill_flow(ANA, {"dia": "lunes"})
    assert filled["type"] == "interactive"
    subscribed.wait_webhook(type="interactive", state="delivered")
    with pytest.raises(SimulatorError, match="no flow was sent"):
        subscribed.fill_flow(ANA, wamid="wamid.none")


class Endpoint:
    """A flow's endpoint as an integrator writes it."""

    def __init__(self) -> None:
        self.key: RSAPrivateKey = generate_private_key(65537, 2048)
        self.seen: list[Any] = []
        self.answer: Answer = lambda asked: (200, {"data": {"status": "active"}})
        self.turn = 0xFF
        self.url = ""

    @property
    def pem(self) -> str:
        public = self.key.public_key()
        return public.public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def handle(self, body: bytes) -> tuple[int, bytes]:
        given = {k: base64.b64decode(v) for k, v in json.loads(body).items()}
        padding = OAEP(MGF1(SHA256()), SHA256(), None)
        aes = AESGCM(self.key.decrypt(given["encrypted_aes_key"], padding))
        iv = given["initial_vector"]
        asked = json.loads(aes.decrypt(iv, given["encrypted_flow_data"], None))
        self.seen.append(asked)
        status, answer = self.answer(asked)
        turned = bytes(byte ^ self.turn for byte in iv)
        raw = aes.encrypt(turned, json.dumps(answer).encode(), None)
        return status, base64.b64encode(raw)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint on a free port."""
    made = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = made.handle(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/flow"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_a_phone_asks_the_endpoint(
    sim: SimulatorClient, graph: Any, endpoint: Endpoint
) -> None:
    body = {
        "name": "cita", "categories": ["OTHER"], "endpoint_uri": endpoint.url,
        "flow_json": json.dumps(FLOW_JSON),
    }  # fmt: skip
    made = graph.call("POST", f"/v25.0/{WABA}/flows", json=body).json()
    with pytest.raises(SimulatorError, match="no public key"):
        sim.flow_exchange("cita")
    graph.call(
        "POST",
        f"/v25.0/{NUMBER}/whatsapp_business_encryption",
        data={"business_public_key": endpoint.pem},
    )
    assert sim.flow_exchange("cita") == {
        "status": 200, "answer": {"data": {"status": "active"}}, "error": None,
    }  # fmt: skip
    screen = {"screen": "CITA", "data": {"horas": ["9:00"]}}
    endpoint.answer = lambda asked: (200, screen)
    shown = sim.flow_exchange(made["id"], "INIT", flow_token="t")
    assert shown["answer"] == screen
    assert endpoint.seen[-1] == {
        "action": "INIT", "flow_token": "t", "version": "3.0",
    }  # fmt: skip
    endpoint.turn = 0
    assert "cannot be decrypted" in sim.flow_exchange("cita")["error"]
    endpoint.answer = lambda asked: (421, {})
    assert "cannot decrypt" in sim.flow_exchange("cita")["error"]
    assert {e["flow"] for e in sim.journal(kind="flow")} == {made["id"]}
