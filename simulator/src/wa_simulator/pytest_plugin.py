"""pytest fixtures.  Imports are lazy: a pytest11 entry loads in every run.

``wa_simulator_config``  session: options; override it to freeze the clock…
``wa_simulator_server``  session: a server of this process, on free ports
``wa_simulator``         function: its client, after a reset to the first start

A failing test that used ``wa_simulator`` shows the journal in its report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .client import SimulatorClient
    from .config import ServeConfig
    from .server import ThreadedServer

FIXTURE = "wa_simulator"
SHOWN = 40


@pytest.fixture(scope="session")
def wa_simulator_config() -> ServeConfig:
    """Options of the session's server: free ports, real clock."""
    from .config import ServeConfig  # noqa: PLC0415

    return ServeConfig(port=0, tls_port=0)


@pytest.fixture(scope="session")
def wa_simulator_server(wa_simulator_config: ServeConfig) -> Iterator[ThreadedServer]:
    """One server per session (and per xdist worker)."""
    from .server import ThreadedServer  # noqa: PLC0415

    with ThreadedServer(wa_simulator_config) as server:
        yield server


@pytest.fixture
def wa_simulator(wa_simulator_server: ThreadedServer) -> Iterator[SimulatorClient]:
    """A client of the session's server; the world is as at the first start."""
    from .client import SimulatorClient  # noqa: PLC0415

    with SimulatorClient(wa_simulator_server.url) as client:
        client.reset(everything=True)
        yield client


def _line(entry: dict[str, Any]) -> str:
    kind = entry["kind"]
    words = {
        k: v for k, v in entry.items() if k not in ("seq", "at", "kind", "headers")
    }
    return f"{entry['seq']:>5} {kind:<9} {json.dumps(words, ensure_ascii=False)[:400]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Add the journal to the report of a failing test."""
    report = yield
    client = getattr(item, "funcargs", {}).get(FIXTURE)
    if report.when == "call" and report.failed and client is not None:
        entries = client.journal(allow_dropped=True)[-SHOWN:]
        lines = [_line(entry) for entry in entries] or ["(empty)"]
        report.sections.append(("wa-simulator journal", "\n".join(lines)))
    return report
