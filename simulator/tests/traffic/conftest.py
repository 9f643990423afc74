"""A Graph client on each of the three listeners."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests

from wa_simulator.server import ThreadedServer

if TYPE_CHECKING:
    from conftest import Graph


@pytest.fixture(params=("plain", "tls", "connect"))
def through(
    request: pytest.FixtureRequest, server: ThreadedServer, graph: "Graph"
) -> Iterator["Graph"]:
    """A client on one of the listeners."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = server.ready["ca"]
        base = {
            "plain": server.url,
            "tls": f"https://localhost:{server.ready['tls_port']}",
            "connect": "https://graph.facebook.com",
        }[request.param]
        if request.param == "connect":
            session.proxies = {"http": server.url, "https": server.url}
        yield type(graph)(session, base)
