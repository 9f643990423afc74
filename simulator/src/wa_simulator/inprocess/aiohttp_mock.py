"""``aiohttp`` answered in-process: a connector, and a patch of aiohttp's own one.

aiohttp writes HTTP onto a transport, so its end of a socket pair is given to it; the
other end is served like any accepted connection.  Nothing is bound or resolved.
"""

import asyncio
import socket
from typing import Any
from unittest import mock

import aiohttp
from aiohttp.client_proto import ResponseHandler

from .leaving import is_loopback, is_meta, words_for
from .simulator import InProcess


async def _connect(
    simulator: InProcess, connector: aiohttp.BaseConnector, request: Any
) -> ResponseHandler:
    """The client's end of a new connection.  ClientConnectorError."""
    host = str(request.url.host)
    loop = asyncio.get_running_loop()
    if not is_meta(host):
        simulator.refuse(request.method, str(request.url))
        raise aiohttp.ClientConnectorError(
            request.connection_key, ConnectionRefusedError(111, words_for(host))
        )
    if await asyncio.wrap_future(simulator.submit_refusal(str(request.url))):
        words = "Connection refused (a fault in-process)"
        raise aiohttp.ClientConnectorError(
            request.connection_key, ConnectionRefusedError(111, words)
        )
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    await asyncio.wrap_future(simulator.serve(theirs))
    _, protocol = await loop.create_connection(connector._factory, sock=ours)
    return protocol


class SimulatorConnector(aiohttp.BaseConnector):
    """For ``aiohttp.ClientSession(connector=…)``; any other host than Meta's raises."""

    def __init__(self, simulator: InProcess) -> None:
        super().__init__()
        self._simulator = simulator

    async def _create_connection(
        self, req: Any, traces: Any, timeout: Any
    ) -> ResponseHandler:
        return await _connect(self._simulator, self, req)


class AiohttpPatch:
    """While it is started, new connections to Meta end here.  Loopback passes."""

    def __init__(self, simulator: InProcess) -> None:
        real = aiohttp.TCPConnector._create_connection

        async def create(
            connector: aiohttp.TCPConnector, req: Any, traces: Any, timeout: Any
        ) -> ResponseHandler:
            if is_loopback(str(req.url.host)):
                return await real(connector, req, traces, timeout)
            return await _connect(simulator, connector, req)

        self._patch = mock.patch.object(
            aiohttp.TCPConnector, "_create_connection", create
        )

    def start(self) -> None:
        """Begin."""
        self._patch.start()

    def stop(self) -> None:
        """End."""
        self._patch.stop()
