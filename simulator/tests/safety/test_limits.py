"""Bodies, heads and time are bounded before anything is stored."""

import asyncio
import socket
import time
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.listener import timeouts
from wa_simulator.listener.limits import MB, BodyLimit, limit_of
from wa_simulator.listener.timeouts import LATE, ConnectionTimeouts
from wa_simulator.server import ThreadedServer

NUMBER = "100000000000001"
MESSAGES = f"/v23.0/{NUMBER}/messages"


@pytest.mark.parametrize(
    ("path", "kind", "most"),
    [
        (MESSAGES, "application/json", 4 * MB),
        (MESSAGES, "application/json; charset=utf-8", 4 * MB),
        (MESSAGES, "", 4 * MB),
        (f"/v23.0/{NUMBER}/media", "multipart/form-data; boundary=x", 101 * MB),
        ("/v23.0/upload:x", "image/jpeg", 101 * MB),
        ("/_sim/webhooks/raw", "application/json", 6 * MB),
        ("/_sim/customers/1/messages", "application/json", 160 * MB),
    ],
)
def test_limits_by_path_and_kind(path: str, kind: str, most: int) -> None:
    assert limit_of(path, kind).bytes == most


def test_a_promised_giant_is_refused_before_it_is_read(
    sim: SimulatorClient, wire: socket.socket
) -> None:
    wire.sendall(
        f"POST {MESSAGES} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {5 * MB}\r\n\r\n".encode()
    )
    answer = wire.recv(65536)
    assert answer.split()[1] == b"413"
    assert b'"code":100' in answer
    assert b"at most 4 MB" in answer
    refused = [e for e in sim.journal() if e["kind"] == "refused"]
    assert [e["status"] for e in refused] == [413]


def test_a_giant_without_a_promise_is_cut_on_the_way(
    sim: SimulatorClient, graph: Any
) -> None:
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for _ in range(64):
            sent += MB
            yield b"x" * MB

    try:
        answer = graph.call(
            "POST",
            MESSAGES,
            data=pieces(),
            headers={"Content-Type": "application/json"},
        )
    except requests.ConnectionError:
        pass
    else:
        assert answer.status_code == 413
    assert sent < 32 * MB


def test_the_control_api_refuses_a_giant_webhook(sim: SimulatorClient) -> None:
    body = '{"body": "' + "x" * (7 * MB) + '"}'
    answer = requests.post(
        f"{sim.url}/_sim/webhooks/raw",
        data=body,
        headers={"Content-Type": "application/json"},
        timeout=10,
    )
    assert answer.status_code == 413
    assert "at most 3 MB" in answer.json()["error"]["message"]


def test_too_large_after_the_answer_has_begun_is_no_second_answer() -> None:
    sent: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        assert (await receive())["type"] == "http.disconnect"
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * (5 * MB), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {"type": "http", "path": "/x", "method": "POST", "headers": []}
    wrapped = BodyLimit(app, journal=None)  # type: ignore[arg-type]
    asyncio.run(wrapped(scope, receive, send))
    assert sent == ["http.response.start", "http.response.body"]


def test_a_giant_head_is_refused(server: ThreadedServer, wire: socket.socket) -> None:
    wire.sendall(b"GET /_sim/readyz HTTP/1.1\r\nHost: localhost\r\n")
    filler = b"X-Filler: " + b"x" * 8000 + b"\r\n"
    try:
        for _ in range(64):
            wire.sendall(filler)
    except OSError:
        # The other side had enough and cut: that is what is wanted.
        return
    try:
        answer = wire.recv(65536)
    except ConnectionResetError:
        return
    assert answer.split()[1] in (b"431", b"400")


def test_many_headers_at_once_are_refused(
    server: ThreadedServer, wire: socket.socket
) -> None:
    filler = "".join(f"X-{n}: {'x' * 100}\r\n" for n in range(1000))
    wire.sendall(f"GET /_sim/readyz HTTP/1.1\r\n{filler}\r\n".encode())
    try:
        answer = wire.recv(65536)
    except ConnectionResetError:
        return
    assert answer.split()[1] == b"431"


class Peer:
    """A connection as its timeouts see it, on a loop of its own."""

    def __init__(self, *, paused: bool = False) -> None:
        self.answers: list[bytes] = []
        self.paused = paused

    async def watch(self, *steps: tuple[float, str]) -> list[bytes]:
        """Do each step after its wait; what it answered in the end."""
        loop = asyncio.get_running_loop()
        watched = ConnectionTimeouts(
            loop, self.answers.append, lambda: self.paused, 0.05, 0.05
        )
        for wait, what in steps:
            await asyncio.sleep(wait)
            if what == "byte":
                watched.received(1)
            elif what == "much":
                watched.received(timeouts.HEAD_BYTES + 1)
                watched.judge()
            elif what:
                getattr(watched, what)()
        watched.stop()
        return self.answers


@pytest.mark.parametrize(
    ("steps", "answers"),
    [
        # A head byte by byte: the time runs from the first one.
        ([(0, "byte"), (0.03, "byte"), (0.04, "byte")], [LATE]),
        ([(0, "byte"), (0.01, "head_ended"), (0.01, "message_ended"), (0.1, "")], []),
        # A body may come slowly, but not stop.
        ([(0, "head_ended"), (0.03, "byte"), (0.03, "byte"), (0.03, "byte")], []),
        ([(0, "head_ended"), (0.03, "byte"), (0.1, "")], [LATE]),
        ([(0, "much")], [timeouts.LARGE]),
        ([(0, "begin"), (0.1, "byte"), (0.1, "")], [LATE]),
    ],
)
def test_timeouts(steps: list[tuple[float, str]], answers: list[bytes]) -> None:
    assert asyncio.run(Peer().watch(*steps)) == answers


def test_whoever_is_not_read_is_not_late() -> None:
    peer = Peer(paused=True)
    assert asyncio.run(peer.watch((0, "head_ended"), (0.12, ""))) == []


def test_a_slow_loris_is_cut_and_others_are_served(
    server: ThreadedServer, wire: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own timers are checked above; here they are wired in."""
    assert timeouts.HEAD_SECONDS <= 10
    monkeypatch.setattr(
        timeouts.ConnectionTimeouts.__init__, "__defaults__", (0.1, 0.1)
    )
    with socket.create_connection(wire.getpeername(), 10) as slow:
        slow.sendall(b"GET /_sim/readyz HT")
        start = time.monotonic()
        assert requests.get(f"{server.url}/_sim/readyz", timeout=5).status_code == 200
        assert slow.recv(100).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - start < 5
        assert slow.recv(100) == b""
