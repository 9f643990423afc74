"""uvicorn's HTTP protocol on a connection that the listener has prepared."""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ..graph.line import EXTENSION
from .connection import PLAIN, Connection, quick_ack

#: Paths under which a connection may become a WebSocket.
CONTROL = b"/_sim/"
#: Scope key: the target of a request in absolute form (a proxied plain request).
TARGET = "wa_simulator.target"


class DoorProtocol(HttpToolsProtocol):
    """Puts the connection into each request's scope and keeps TCP quick."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        loop: asyncio.AbstractEventLoop,
        connection: Connection,
    ) -> None:
        super().__init__(config, server_state, {}, loop)
        self._connection = connection
        self._calls = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport: a reset needs it."""
        self._connection.transport = transport
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Read, and ask the kernel for an early acknowledgement next time too."""
        quick_ack(self._connection.sock)
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Complete the scope before the application sees it."""
        self._calls += 1
        if self._calls > 1:
            self._connection.judged = False
        extensions: dict[str, Any] = {EXTENSION: self._connection}
        if not self.url.startswith(b"/"):
            extensions[TARGET] = self.url.decode("latin-1")
        self.scope["extensions"] = extensions
        super().on_headers_complete()

    def _should_upgrade_to_ws(self) -> bool:
        """The control API's event stream only: Meta has no WebSocket."""
        ours = self.url.startswith(CONTROL) and self._connection.door == PLAIN
        return ours and super()._should_upgrade_to_ws()
