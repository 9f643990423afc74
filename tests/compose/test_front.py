"""The front proxy, really run: its own program, its own configuration."""

from __future__ import annotations

import http.server
import json
import os
import re
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import stack, waiting

UPSTREAMS = ("ODOO_HTTP", "ODOO_LIVE", "SIMULATOR_HTTP")


class _Upstream(http.server.BaseHTTPRequestHandler):
    """Says who it is and what it was asked; accepts an upgrade and echoes a word."""

    name = ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.wfile.write(self.name.encode() + b":" + self.rfile.read(4))
            self.close_connection = True
            return
        body = json.dumps(
            {"who": self.name, "path": self.path, "host": self.headers["Host"]}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def upstream(name: str) -> Iterator[int]:
    """A server that answers with its name; gives its port."""
    handler = type(name, (_Upstream,), {"name": name})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def front(
    caddy: str, free_port: Callable[[], int], tmp_path: Path
) -> Iterator[dict[str, int]]:
    """The proxy with the file's configuration; port of the file -> port here."""
    ports = {str(number): free_port() for number in published()}
    text = stack.CADDYFILE.read_text()
    for number, port in ports.items():
        text = text.replace(f"\n:{number} {{", f"\n:{port} {{\n\tbind 127.0.0.1")
    config = tmp_path / "Caddyfile"
    config.write_text(text)
    with upstream("odoo") as odoo, upstream("live") as live, upstream("sim") as sim:
        addresses = dict(zip(UPSTREAMS, (odoo, live, sim), strict=True))
        env = {name: f"127.0.0.1:{port}" for name, port in addresses.items()}
        with (tmp_path / "caddy.log").open("wb") as log:
            process = subprocess.Popen(
                [caddy, "run", "--config", str(config), "--adapter", "caddyfile"],
                env={**os.environ, **env, "HOME": str(tmp_path)},
                stdout=log,
                stderr=log,
            )
            try:
                waiting.until(
                    lambda: (
                        "serving initial configuration"
                        in (tmp_path / "caddy.log").read_text()
                    ),
                    "caddy serves",
                )
                yield ports
            finally:
                process.terminate()
                process.wait(10)


def published() -> list[int]:
    """Ports inside the container that the compose file publishes."""
    ports = stack.services()["front"]["ports"]
    return [int(port.rsplit(":", 1)[1]) for port in ports]


def get(port: int, path: str, host: str) -> dict[str, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": host}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_its_configuration_is_valid_and_in_form(caddy: str, tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path)}
    command = [caddy, "validate", "--config", str(stack.CADDYFILE)]
    done = subprocess.run(
        [*command, "--adapter", "caddyfile"], capture_output=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    done = subprocess.run(
        [caddy, "fmt", str(stack.CADDYFILE)], capture_output=True, env=env, check=False
    )
    assert done.stdout.decode() == stack.CADDYFILE.read_text()


def test_it_listens_where_the_file_publishes() -> None:
    listened = re.findall(r"^:(\d+) \{$", stack.CADDYFILE.read_text(), re.MULTILINE)
    assert sorted(map(int, listened)) == sorted(published())


def test_its_variables_are_given_and_read_and_name_services() -> None:
    given = stack.services()["front"]["environment"]
    read = dict(re.findall(r"\{\$(\w+):([\w.:]+)\}", stack.CADDYFILE.read_text()))
    assert given == read
    assert sorted(given) == sorted(UPSTREAMS)
    assert {value.split(":")[0] for value in given.values()} <= set(stack.services())


def test_a_page_comes_from_odoo(front: dict[str, int]) -> None:
    answer = get(front["8069"], "/odoo/crm?x=1", "localhost:8069")

    assert answer == {"who": "odoo", "path": "/odoo/crm?x=1", "host": "localhost:8069"}


def test_a_live_connection_goes_to_the_event_port(front: dict[str, int]) -> None:
    assert upgrade(front["8069"], "/websocket?version=18.0-1") == b"live:ping"


def test_the_simulator_is_reached_under_the_name_the_browser_uses(
    front: dict[str, int],
) -> None:
    answer = get(front["8025"], "/_sim/world", "127.0.0.1:8025")

    assert answer == {"who": "sim", "path": "/_sim/world", "host": "127.0.0.1:8025"}


def test_the_consoles_live_connection_reaches_the_simulator(
    front: dict[str, int],
) -> None:
    assert upgrade(front["8025"], "/_sim/events") == b"sim:ping"


def upgrade(port: int, path: str) -> bytes:
    """Upgrade a connection to a websocket, send a word, give what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        stream = connection.makefile("rb")
        assert stream.readline() == b"HTTP/1.1 101 Switching Protocols\r\n"
        while stream.readline() not in {b"\r\n", b""}:
            pass
        connection.sendall(b"ping")
        return stream.read()
