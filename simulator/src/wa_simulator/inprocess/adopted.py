"""Connections of the same process: one end of a socket pair, served with HTTP."""

import asyncio
import socket

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import ServerState

from ..listener.connection import Connection
from ..listener.protocol import ListenerProtocol

IN_PROCESS = "in-process"


class AdoptedConnections:
    """Serves sockets that were never accepted."""

    def __init__(self, app: ASGIApp) -> None:
        self._config = Config(
            app, http="httptools", ws="none", lifespan="off", log_config=None,
            access_log=False, server_header=False, proxy_headers=False,
        )  # fmt: skip
        self._config.load()
        self._state = ServerState()

    async def adopt(self, sock: socket.socket) -> None:
        """Serve one end; the refusing faults have judged the connection."""
        loop = asyncio.get_running_loop()
        connection = Connection(sock, IN_PROCESS, None, judged=True)
        await loop.connect_accepted_socket(
            lambda: ListenerProtocol(self._config, self._state, loop, connection), sock
        )

    async def close(self) -> None:
        """Cut what is open."""
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
