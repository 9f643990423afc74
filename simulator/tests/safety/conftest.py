"""A server with a control token, and bare sockets."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from wa_simulator.config import ServeConfig
from wa_simulator.server import ThreadedServer

SECRET = "only-the-tester"


@pytest.fixture(scope="session")
def guarded() -> Iterator[ThreadedServer]:
    """A server that asks for a control token."""
    with ThreadedServer(
        ServeConfig(port=0, clock="frozen", control_token=SECRET)
    ) as server:
        yield server


@pytest.fixture
def wire(server: ThreadedServer) -> Iterator[socket.socket]:
    """A TCP connection to the plain listener."""
    address = ("127.0.0.1", int(server.ready["port"]))
    with closing(socket.create_connection(address, 10)) as sock:
        yield sock
