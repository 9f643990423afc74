"""Every test of this folder runs where sockets, threads and clocks raise."""

import random
import secrets
import socket
import threading
import time
from typing import NoReturn

import pytest

from wa_simulator.engine.clock import FrozenClock
from wa_simulator.engine.engine import Engine
from wa_simulator.engine.ids import IdSource

FORBIDDEN = [
    (socket, "socket"),
    (socket, "create_connection"),
    (socket, "getaddrinfo"),
    (time, "time"),
    (time, "time_ns"),
    (time, "monotonic"),
    (time, "perf_counter"),
    (time, "sleep"),
    (random, "random"),
    (secrets, "token_hex"),
    (threading.Thread, "start"),
]


@pytest.fixture(autouse=True)
def _no_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kw: object) -> NoReturn:
        raise AssertionError("the engine touched the outside world")

    for owner, name in FORBIDDEN:
        monkeypatch.setattr(owner, name, refuse)


@pytest.fixture
def engine() -> Engine:
    """A frozen clock and a fixed nonce."""
    return Engine(FrozenClock(), IdSource(1, lambda: "testrun0"))
