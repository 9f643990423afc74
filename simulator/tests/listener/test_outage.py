"""Each outage mode and phase, on each listener, with plain ``requests``."""

from typing import Any

import pytest
import requests
from urllib3.exceptions import NewConnectionError

from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

ANA = "573012345678"


def causes(error: BaseException) -> list[BaseException]:
    """An exception and everything inside it."""
    found: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        one = todo.pop()
        if not isinstance(one, BaseException) or one in found:
            continue
        found.append(one)
        todo += [
            one.__cause__,
            one.__context__,
            getattr(one, "reason", None),
            *one.args,
        ]
    return found


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize("mode", ["503", "hang", "reset"])
def test_outage(
    subscribed: SimulatorClient, receiver: Any, through: Any, mode: str, phase: str
) -> None:
    sim = subscribed
    sim.set_fault("outage", params={"mode": mode}, phase=phase)
    if mode == "503":
        answer = through.send()
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == 2
    elif mode == "hang":
        with pytest.raises(requests.ReadTimeout):
            through.send(timeout=(5, 0.3))
    else:
        with pytest.raises(requests.ConnectionError) as caught:
            through.send()
        assert not any(isinstance(c, NewConnectionError) for c in causes(caught.value))
    accepted = phase == "after"
    (entry,) = sim.journal(kind="api")
    assert entry["accepted"] is accepted
    assert entry["faults"] == ["fault_1"]
    assert entry["lost"] == (None if mode == "503" else mode)
    assert len(sim.messages(direction="outbound")) == int(accepted)
    sim.wait_idle()
    statuses = [w["status"] for w in sim.webhooks()]
    assert statuses == (["sent", "delivered"] if accepted else [])
    sim.clear_faults()
    assert through.send().status_code == 200


def test_refused(
    listener: str, server: ThreadedServer, sim: SimulatorClient, through: Any
) -> None:
    sim.set_fault("outage", params={"mode": "refuse"})
    with pytest.raises(requests.ConnectionError) as caught:
        through.send()
    inside = causes(caught.value)
    if listener == "tls":
        assert any(isinstance(c, NewConnectionError) for c in inside)
        assert any(isinstance(c, ConnectionRefusedError) for c in inside)
    elif listener == "connect":
        assert "Tunnel connection failed: 502" in str(caught.value)
    else:
        assert any(isinstance(c, ConnectionResetError) for c in inside)
    assert sim.messages() == []
    sim.clear_faults()
    sim.wait_idle()
    assert through.send().status_code == 200


def test_refused_twice_then_well(
    listener: str, sim: SimulatorClient, through: Any
) -> None:
    sim.set_fault("outage", params={"mode": "refuse"}, when={"times": 2})
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append(through.send().status_code)
        except requests.ConnectionError:
            outcomes.append(0)
    assert outcomes == [0, 0, 200]
    assert len(sim.messages()) == 1


def test_an_open_connection_is_refused_too(sim: SimulatorClient, through: Any) -> None:
    assert through.send().status_code == 200
    sim.set_fault("outage", params={"mode": "refuse"})
    with pytest.raises(requests.ConnectionError):
        through.send()
    assert len(sim.messages()) == 1


def test_the_control_api_stays_up_during_every_outage(sim: SimulatorClient) -> None:
    for mode in ("503", "refuse", "hang", "reset"):
        sim.set_fault("outage", params={"mode": mode})
        assert sim.ready()


def test_scope_by_type_and_count(sim: SimulatorClient, graph: Any) -> None:
    sim.set_fault("outage", match={"type": "text", "to": ANA}, when={"nth": 2})
    codes = [graph.send(to=to).status_code for to in (ANA, "573018888888", ANA, ANA)]
    assert codes == [200, 200, 503, 200]


def test_error_with_retry_after(sim: SimulatorClient, graph: Any) -> None:
    sim.set_fault("error", params={"code": 130429, "retry_after": 9, "http": 429})
    answer = graph.send()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "9"
    assert answer.json()["error"]["message"] == "(#130429) Rate limit hit"


def test_latency(sim: SimulatorClient, graph: Any) -> None:
    sim.set_fault("latency", params={"seconds": 0.3})
    with pytest.raises(requests.ReadTimeout):
        graph.send(timeout=(5, 0.1))
    assert graph.send().elapsed.total_seconds() >= 0.3


def test_media_and_downloads_are_in_the_outage_too(
    sim: SimulatorClient, graph: Any
) -> None:
    wamid = sim.customer_message(ANA, "image")["wamid"]
    media = sim.message(wamid)["payload"]["id"]
    url = graph.call("GET", f"/v23.0/{media}").json()["url"]
    sim.set_fault("outage")
    assert graph.call("GET", f"/v23.0/{media}").status_code == 503
    path = url.removeprefix(graph.base)
    assert graph.call("GET", path).status_code == 503
    sim.clear_faults()
    assert graph.call("GET", path).status_code == 200


def test_a_new_connection_is_counted_once(sim: SimulatorClient, through: Any) -> None:
    sim.set_fault("outage", params={"mode": "refuse"}, when={"nth": 3})
    through.session.headers["Connection"] = "close"
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append(through.send().status_code)
        except requests.ConnectionError:
            outcomes.append(0)
    assert outcomes == [200, 200, 0, 200]
