"""What lies outside the simulator: a callback that keeps webhooks, and files."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wa_simulator.engine.samples import SAMPLES


class Outside:
    """A server on loopback.  ``/callback`` answers the handshake and keeps bodies;
    ``/files/<kind>`` serves a small file of that kind."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def callback(self) -> str:
        """The address for webhooks."""
        return f"{self.base}/callback"

    def link(self, kind: str) -> str:
        """The address of a file."""
        return f"{self.base}/files/{kind}"

    def __enter__(self) -> Outside:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def _handler(outside: Outside) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            kind = parts.path.rpartition("/")[2]
            if kind in SAMPLES:
                mime, _, content = SAMPLES[kind]
                self._answer(content, mime)
                return
            asked = parse_qs(parts.query).get("hub.challenge", [""])[0]
            self._answer(asked.encode(), "text/plain")

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            outside.bodies.append(json.loads(body))
            self._answer(b"", "text/plain")

        def _answer(self, content: bytes, mime: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", mime)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    return Handler
