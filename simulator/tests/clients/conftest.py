"""The environment of an unmodified client, as ``wa-simulator env`` prints it."""

import shlex
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from wa_simulator.cli.env import export_lines
from wa_simulator.server import ThreadedServer

Serve = Callable[[Any], str]


@pytest.fixture
def intercepted(
    server: ThreadedServer, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The exports, set; the client knows nothing else of the simulator."""
    values = {}
    for line in export_lines(server.url, Path(server.ready["ca"])):
        name, _, value = line.removeprefix("export ").partition("=")
        values[name] = shlex.split(value)[0]
        monkeypatch.setenv(name, values[name])
    return values


@pytest.fixture
def serve_app() -> Iterator[Serve]:
    """Runs an ASGI application of a client's own webhook; its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(app: Any) -> str:
        config = uvicorn.Config(app, port=0, log_config=None, ws="none", lifespan="off")
        sock = config.bind_socket()
        sock.listen()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{sock.getsockname()[1]}"

    yield serve
    for server, thread in running:
        server.should_exit = True
        thread.join(10)
