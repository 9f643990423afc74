"""The listener works the same on asyncio's own loop."""

import asyncio
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.config import ServeConfig
from wa_simulator.server import ThreadedServer

URL = "/v23.0/100000000000001"
TOKEN = {"Authorization": "Bearer SIM-TOKEN"}


def test_listeners_and_faults_on_asyncio(receiver: Any) -> None:
    with (
        ThreadedServer(ServeConfig(tls_port=0), asyncio.new_event_loop) as server,
        SimulatorClient(server.url) as sim,
        requests.Session() as session,
    ):
        session.trust_env = False
        session.verify = server.ready["ca"]
        session.headers.update(TOKEN)
        tls = f"https://localhost:{server.ready['tls_port']}{URL}"
        assert session.get(server.url + URL, timeout=5).status_code == 200
        assert session.get(tls, timeout=5).status_code == 200
        session.proxies = {"https": server.url}
        meta = f"https://graph.facebook.com{URL}"
        assert session.get(meta, timeout=5).status_code == 200
        session.proxies = {}
        sim.set_fault("outage", params={"mode": "reset"}, when={"times": 2})
        for url in (server.url + URL, tls):
            with pytest.raises(requests.ConnectionError):
                session.get(url, timeout=5)
        sim.clear_faults()
        sim.set_fault("outage", params={"mode": "refuse"})
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(tls, verify=session.verify, headers=TOKEN, timeout=5)
        sim.clear_faults()
        assert session.get(tls, timeout=5).status_code == 200
        sim.subscribe(receiver.url)
        assert sim.customer_message("573012345678", body="x", wait=True)["delivered"]
