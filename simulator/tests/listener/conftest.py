"""A Graph client on each of the three listeners."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests

from wa_simulator.server import ThreadedServer

if TYPE_CHECKING:
    from conftest import Graph

LISTENERS = ("plain", "tls", "connect")


@pytest.fixture(params=LISTENERS)
def listener(request: pytest.FixtureRequest) -> str:
    """The name of the listener."""
    return str(request.param)


@pytest.fixture
def through(listener: str, server: ThreadedServer, graph: "Graph") -> Iterator["Graph"]:
    """A client on that listener."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = server.ready["ca"]
        base = {
            "plain": server.url,
            "tls": f"https://localhost:{server.ready['tls_port']}",
            "connect": "https://graph.facebook.com",
        }[listener]
        if listener == "connect":
            session.proxies = {"http": server.url, "https": server.url}
        yield type(graph)(session, base)
