"""The event stream: what a watcher is told, and who may watch."""

import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Message,
    RejectConnection,
    Request,
    TextMessage,
)

from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

ANA = "573012345678"


class Watcher:
    """A WebSocket client of a few lines."""

    def __init__(self, url: str, target: str, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), 5)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        extra = [(k.encode(), v.encode()) for k, v in headers.items() if k != "host"]
        host = headers.get("host", parts.netloc)
        self._send(Request(host=host, target=target, extra_headers=extra))
        self._events: list[Any] = []
        self._text = ""
        self.opening = self._next()

    def _send(self, event: Any) -> None:
        self._socket.sendall(self._protocol.send(event))

    def _next(self) -> Any:
        while not self._events:
            data = self._socket.recv(65536)
            self._protocol.receive_data(data or None)
            self._events = list(self._protocol.events())
        return self._events.pop(0)

    def frame(self) -> dict[str, Any]:
        """The next frame."""
        while True:
            event = self._next()
            assert isinstance(event, Message), event
            assert isinstance(event, TextMessage)
            self._text += event.data
            if event.message_finished:
                text, self._text = self._text, ""
                found: dict[str, Any] = json.loads(text)
                return found

    def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The next frame of a type whose keys are as wanted."""
        while True:
            frame = self.frame()
            if frame["type"] == kind and all(frame[k] == v for k, v in wanted.items()):
                return frame

    def close(self) -> None:
        """Leave."""
        self._socket.close()


@pytest.fixture
def watch(server: ThreadedServer) -> Iterator[Any]:
    """Opens watchers."""
    opened = []

    def make(target: str = "/_sim/events", **headers: str) -> Watcher:
        watcher = Watcher(server.url, target, headers)
        opened.append(watcher)
        return watcher

    yield make
    for watcher in opened:
        watcher.close()


def test_a_watcher_is_told_the_world_and_then_what_changes(
    sim: SimulatorClient, watch: Any
) -> None:
    """First all there is, then news."""
    sim.customer_message(ANA, body="antes")
    watcher = watch()
    assert isinstance(watcher.opening, AcceptConnection)
    hello = watcher.frame()
    assert (hello["type"], hello["since"]) == ("hello", 0)
    assert watcher.until("world")["token"] == "SIM-TOKEN"
    assert watcher.until("messages")["messages"][0]["text"] == "antes"
    sim.customer_message(ANA, body="después")
    assert watcher.until("messages")["messages"][0]["text"] == "después"
    sim.set_fault("latency", params={"seconds": 1})
    assert watcher.until("faults")["faults"][0]["name"] == "latency"


def test_a_change_of_status_is_told_before_the_webhook_was_answered(
    sim: SimulatorClient, watch: Any, graph: Any
) -> None:
    """Ticks do not wait for the receiver."""
    sim.set_customer(ANA, presence="manual")
    wamid = graph.send(ANA).json()["messages"][0]["id"]
    watcher = watch()
    watcher.until("messages")
    sim.set_status(wamid, "sent")
    (told,) = watcher.until("messages")["messages"]
    assert (told["wamid"], told["status"]) == (wamid, "sent")


def test_rows_are_slim_and_go_on_where_a_watcher_was(
    sim: SimulatorClient, watch: Any, graph: Any
) -> None:
    """``since`` and ``run``: nothing twice, nothing lost."""
    graph.send(ANA)
    first = watch()
    run = first.frame()["run"]
    rows = first.until("journal")["entries"]
    api = next(row for row in rows if row["kind"] == "api")
    assert (api["message_type"], api["to"]) == ("text", ANA)
    assert not {"request", "answer", "headers", "body"} & api.keys()
    seen = rows[-1]["seq"]
    graph.send("573158765432")
    again = watch(f"/_sim/events?since={seen}&run={run}")
    assert again.frame()["since"] == seen
    assert again.until("journal")["entries"][0]["seq"] > seen
    stranger = watch(f"/_sim/events?since={seen}&run=another")
    assert stranger.frame()["since"] == 0


def test_a_reset_begins_anew(sim: SimulatorClient, watch: Any) -> None:
    """A new run says hello again, so that a watcher forgets."""
    watcher = watch()
    run = watcher.frame()["run"]
    sim.reset()
    assert watcher.until("hello")["run"] != run


def test_a_scoped_reset_names_what_has_gone(sim: SimulatorClient, watch: Any) -> None:
    """The run goes on; the messages do not."""
    wamid = sim.customer_message(ANA, body="hola")["wamid"]
    watcher = watch()
    watcher.until("messages")
    sim.reset(scope="waba", id=sim.world()["waba_id"])
    assert watcher.until("messages")["gone"] == [wamid]


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.test"}, {"origin": "http://evil.test"}],
    ids=["host", "origin"],
)
def test_a_foreign_page_may_not_watch(
    sim: SimulatorClient, watch: Any, headers: dict[str, str]
) -> None:
    """The gate holds for the WebSocket as for the rest."""
    opening = watch(**headers).opening
    assert isinstance(opening, (CloseConnection, RejectConnection))


def test_the_dialect_has_no_websocket(server: ThreadedServer, graph: Any) -> None:
    """An upgrade anywhere else is an ordinary call."""
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    answer = graph.call("GET", "/v23.0/100000000000001", headers=headers)
    assert answer.status_code == 200
