"""uvicorn's HTTP protocol on a connection that the listener has prepared."""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ..graph.connection import EXTENSION
from .connection import PLAIN, Connection, quick_ack
from .timeouts import HEAD_BYTES, LARGE, ConnectionTimeouts

#: Paths under which a connection may become a WebSocket.
CONTROL = b"/_sim/"
#: Scope key: the target of a request in absolute form (a proxied plain request).
TARGET = "wa_simulator.target"


class ListenerProtocol(HttpToolsProtocol):
    """Puts the connection into each request's scope and keeps TCP quick."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        loop: asyncio.AbstractEventLoop,
        connection: Connection,
    ) -> None:
        super().__init__(config, server_state, {}, loop)
        # Its lines hold whole addresses, tokens included; the journal holds neither.
        self.access_log = False
        self._connection = connection
        self._calls = 0
        self._timeouts = ConnectionTimeouts(loop, self._give_up, self._reading_paused)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport: a reset needs it."""
        self._connection.transport = transport
        super().connection_made(transport)
        self._timeouts.begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._timeouts.stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, and ask the kernel for an early acknowledgement next time too."""
        quick_ack(self._connection.sock)
        self._timeouts.received(len(data))
        super().data_received(data)
        self._timeouts.judge()

    def on_headers_complete(self) -> None:
        """Complete the scope before the application sees it."""
        self._timeouts.head_ended()
        if len(self.url) + sum(len(n) + len(v) for n, v in self.headers) > HEAD_BYTES:
            self._give_up(LARGE)
            raise ValueError("the head is too large")
        self._calls += 1
        if self._calls > 1:
            self._connection.judged = False
        extensions: dict[str, Any] = {EXTENSION: self._connection}
        if not self.url.startswith(b"/"):
            extensions[TARGET] = self.url.decode("latin-1")
        self.scope["extensions"] = extensions
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; what takes long now is our doing."""
        self._timeouts.message_ended()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A WebSocket may stay silent."""
        self._timeouts.stop()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Unless the connection has had its last answer."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _give_up(self, answer: bytes) -> None:
        """Say why, as far as nothing was answered yet, and cut."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()

    def _reading_paused(self) -> bool:
        return self.flow is not None and self.flow.read_paused

    def _should_upgrade_to_ws(self) -> bool:
        """The control API's event stream only: Meta has no WebSocket."""
        ours = self.url.startswith(CONTROL) and self._connection.listener == PLAIN
        return ours and super()._should_upgrade_to_ws()
