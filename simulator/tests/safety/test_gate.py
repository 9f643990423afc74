"""Nobody else drives the simulator: Host, Origin, token, over HTTP and WebSocket."""

import asyncio
import json
import socket
from collections.abc import MutableMapping
from typing import Any

import pytest
import requests

from wa_simulator.cli import main
from wa_simulator.client import AsyncSimulatorClient, SimulatorClient, SimulatorError
from wa_simulator.control.gate import Gate
from wa_simulator.server import ThreadedServer

SECRET = "only-the-tester"
HEADER = {"X-Sim-Token": SECRET}


def judged(
    path: str = "/_sim/world",
    headers: dict[str, str] | None = None,
    *,
    kind: str = "http",
    method: str = "GET",
    token: str | None = None,
    query: str = "",
) -> tuple[int | str, dict[str, str], str]:
    """What the gate does: status or what it sent, headers, body; 0 lets in."""
    sent: list[MutableMapping[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        sent.append({"type": "inside", "status": 0})

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    given = {"host": "127.0.0.1:4004"}
    given.update({k.lower(): v for k, v in (headers or {}).items()})
    scope = {
        "type": kind,
        "path": path,
        "method": method,
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode("latin-1")) for k, v in given.items()],
    }
    asyncio.run(Gate(inner, ["sim.test"], token)(scope, receive, send))
    first = sent[0]
    answered = {k.decode(): v.decode() for k, v in first.get("headers", [])}
    text = "".join(m.get("body", b"").decode() for m in sent[1:])
    return first.get("status", first["type"]), answered, text


@pytest.mark.parametrize(
    ("headers", "inside"),
    [
        ({}, True),
        ({"Host": "LOCALHOST:1"}, True),
        ({"Host": "[::1]:4004"}, True),
        ({"Host": "sim.test"}, True),
        ({"Host": "evil.test"}, False),
        ({"Host": ""}, False),
        ({"Host": "localhost.evil.test"}, False),
        ({"Host": "127.0.0.1@evil.test"}, False),
        ({"Host": "evil.test:127"}, False),
        ({"Origin": "http://127.0.0.1:4004"}, True),
        ({"Host": "sim.test", "Origin": "https://sim.test"}, True),
        ({"Host": "sim.test", "Origin": "https://sim.test:8443"}, True),
        ({"Origin": "http://127.0.0.1:8069"}, False),
        ({"Origin": "http://localhost:4004"}, False),
        ({"Origin": "https://evil.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": "http://127.0.0.1:99999"}, False),
        ({"Origin": "file://127.0.0.1:4004"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, True),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_host_and_origin(headers: dict[str, str], inside: bool, kind: str) -> None:
    status, _, text = judged(headers=headers, kind=kind)
    if inside:
        assert status == 0
    elif kind == "websocket":
        assert status == "websocket.close"
    else:
        assert status == 403
        assert "may not drive the simulator" in text


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/_sim/readyz", "GET", 0),
        ("/_sim/ca.pem", "GET", 0),
        ("/_sim/console/", "GET", 0),
        ("/_sim/console/js/api.js", "GET", 0),
        ("/", "GET", 0),
        ("/_sim/world", "GET", 401),
        ("/_sim/journal", "GET", 401),
        ("/_sim/readyz", "POST", 401),
        ("/_sim/console/", "POST", 401),
        ("/_sim/consoles", "GET", 401),
        ("/_sim/openapi.json", "GET", 401),
        ("/_sim/media/1", "GET", 401),
    ],
)
def test_without_the_token_there_is_no_data(
    path: str, method: str, status: int
) -> None:
    got, _, text = judged(path, method=method, token=SECRET)
    assert got == status
    if status:
        assert "X-Sim-Token".lower() in text
        assert SECRET not in text
    assert judged(path, HEADER, method=method, token=SECRET)[0] == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Sim-Token": ""},
        {"X-Sim-Token": SECRET[:-1]},
        {"X-Sim-Token": SECRET + "x"},
        {"X-Sim-Token": "\xff"},
        {"Cookie": "wa_sim_token=wrong"},
        {"Cookie": 'wa_sim_token="'},
        {"Cookie": ";;=;"},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
def test_wrong_tokens(headers: dict[str, str]) -> None:
    assert judged(headers=headers, token=SECRET)[0] == 401
    closed = judged("/_sim/events", headers, kind="websocket", token=SECRET)
    assert closed[0] == "websocket.close"


def test_the_consoles_address_with_the_token_gives_a_cookie() -> None:
    query = f"token={SECRET}"
    status, headers, _ = judged("/_sim/console/", token=SECRET, query=query)
    assert (status, headers["location"]) == (303, "/_sim/console/")
    cookie = headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/_sim"):
        assert part in cookie
    jar = {"Cookie": cookie.partition(";")[0]}
    assert judged(headers=jar, token=SECRET)[0] == 0
    assert judged("/_sim/events", jar, kind="websocket", token=SECRET)[0] == 0
    assert judged("/_sim/console/", token=SECRET, query="token=no")[0] == 401


def test_over_the_wire(guarded: ThreadedServer) -> None:
    world = f"{guarded.url}/_sim/world"
    refused = requests.get(world, timeout=5)
    assert refused.status_code == 401
    assert "SIM-TOKEN" not in refused.text
    assert requests.get(world, headers=HEADER, timeout=5).status_code == 200
    graph = requests.get(
        f"{guarded.url}/v23.0/100000000000001",
        headers={"Authorization": "Bearer SIM-TOKEN"},
        timeout=5,
    )
    assert graph.status_code == 200
    assert SECRET not in json.dumps(guarded.ready)


def test_clients_send_the_token(
    guarded: ThreadedServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with SimulatorClient(guarded.url) as stranger, pytest.raises(SimulatorError):
        stranger.world()
    with SimulatorClient(guarded.url, token=SECRET) as client:
        assert client.world()["token"] == "SIM-TOKEN"

    async def world() -> Any:
        async with AsyncSimulatorClient(guarded.url, token=SECRET) as client:
            return await client.world()

    assert asyncio.run(world())["token"] == "SIM-TOKEN"
    arguments = ["clock", "--url", guarded.url]
    monkeypatch.delenv("WA_SIM_CONTROL_TOKEN", raising=False)
    assert main(arguments) != 0
    monkeypatch.setenv("WA_SIM_CONTROL_TOKEN", SECRET)
    assert main(arguments) == 0
    assert SECRET not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ("", b"101"),
        ("Origin: http://127.0.0.1:{port}\r\n", b"101"),
        ("Origin: https://evil.test\r\n", b"403"),
        ("Origin: null\r\n", b"403"),
    ],
)
def test_the_event_stream_is_not_for_other_pages(
    server: ThreadedServer, wire: socket.socket, extra: str, status: bytes
) -> None:
    port = server.ready["port"]
    wire.sendall(
        (
            f"GET /_sim/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"{extra.format(port=port)}\r\n"
        ).encode()
    )
    assert wire.recv(65536).split()[1] == status
