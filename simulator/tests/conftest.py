"""A receiver of webhooks and a server with a frozen clock."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.config import ServeConfig
from wa_simulator.server import ThreadedServer

NUMBER = "100000000000001"
ANA = "573012345678"


@dataclass
class Received:
    """One POST as it came over the wire."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A webhook receiver with a script: ``status`` answers each POST."""

    url: str
    posts: list[Received] = field(default_factory=list)
    gets: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    status: Callable[[int], int] = lambda count: 200
    challenge: Callable[[dict[str, str]], tuple[int, str]] = lambda query: (
        200,
        query["hub.challenge"],
    )
    gate: threading.Event | None = None
    inside: int = 0
    most_inside: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
            receiver.gets.append((query, dict(self.headers)))
            self._answer(*receiver.challenge(query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with receiver.lock:
                receiver.posts.append(Received(dict(self.headers), body))
                count = len(receiver.posts)
                receiver.inside += 1
                receiver.most_inside = max(receiver.most_inside, receiver.inside)
            if receiver.gate is not None:
                receiver.gate.wait(10)
            with receiver.lock:
                receiver.inside -= 1
            self._answer(receiver.status(count), "")

        def _answer(self, status: int, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port."""
    made = Receiver("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    made.url = f"http://127.0.0.1:{server.server_port}/webhook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    if made.gate is not None:
        made.gate.set()
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="session")
def wa_simulator_config() -> ServeConfig:
    """The plugin's server with a frozen clock and a TLS port."""
    return ServeConfig(port=0, tls_port=0, clock="frozen")


@pytest.fixture
def server(wa_simulator_server: ThreadedServer) -> ThreadedServer:
    """The running server."""
    return wa_simulator_server


@pytest.fixture
def sim(wa_simulator: SimulatorClient) -> SimulatorClient:
    """The plugin's client after a reset."""
    return wa_simulator


@pytest.fixture
def subscribed(sim: SimulatorClient, receiver: Receiver) -> SimulatorClient:
    """The client, with the receiver subscribed."""
    sim.subscribe(receiver.url)
    return sim


@dataclass
class Graph:
    """A Graph client on one of the listeners, as an integrator writes it."""

    session: requests.Session
    base: str
    token: str = "SIM-TOKEN"

    def call(self, method: str, path: str, **kw: Any) -> requests.Response:
        """One call with the token."""
        headers = {"Authorization": f"Bearer {self.token}", **kw.pop("headers", {})}
        return self.session.request(
            method,
            self.base + path,
            headers=headers,
            timeout=kw.pop("timeout", 5),
            **kw,
        )

    def send(self, to: str = ANA, **kw: Any) -> requests.Response:
        """Send a message; text by default."""
        timeout = kw.pop("timeout", 5)
        body = {"messaging_product": "whatsapp", "to": to, **kw}
        if "type" not in body:
            body.update(type="text", text={"body": "hola"})
        return self.call(
            "POST", f"/v23.0/{NUMBER}/messages", json=body, timeout=timeout
        )


@pytest.fixture
def graph(server: ThreadedServer) -> Iterator[Graph]:
    """On the plain listener."""
    with requests.Session() as session:
        session.trust_env = False
        yield Graph(session, server.url)
