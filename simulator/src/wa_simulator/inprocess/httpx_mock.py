"""``httpx`` answered in-process: a transport, and a patch of httpx's own ones."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from unittest import mock

import anyio.to_thread
import httpx

from .asgi import Answered, Lost
from .leaving import is_loopback, is_meta, words_for
from .simulator import InProcess


class _Torn(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends before its length."""

    def __init__(self, body: bytes, expected: int) -> None:
        self._body = body
        self._error = httpx.RemoteProtocolError(
            "peer closed connection without sending complete message body (received "
            f"{len(body)} bytes, expected {expected})"
        )

    def __iter__(self) -> Iterator[bytes]:
        yield self._body
        raise self._error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body
        raise self._error


def _lost(request: httpx.Request, lost: Lost) -> httpx.TransportError:
    """What httpx raises on a connection to Meta that ends this way."""
    how = str(lost)
    if how == "silent":
        return httpx.ReadTimeout("timed out (a fault in-process)", request=request)
    if how == "refused":
        words = "[Errno 111] Connection refused (a fault in-process)"
        return httpx.ConnectError(words, request=request)
    words = "[Errno 104] Connection reset by peer (a fault in-process)"
    return httpx.ReadError(words, request=request)


def _response(request: httpx.Request, got: Answered) -> httpx.Response:
    headers = httpx.Headers(got.headers)
    body = b"" if request.method == "HEAD" else got.body
    expected = int(headers.get("content-length", len(body)))
    if len(body) < expected and request.method != "HEAD":
        return httpx.Response(got.status, headers=headers, stream=_Torn(body, expected))
    return httpx.Response(got.status, headers=headers, content=body)


class GraphTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers Meta's hosts out of the simulator; any other host raises.

    For ``httpx.Client(transport=…)`` and ``httpx.AsyncClient(transport=…)``.
    """

    def __init__(self, simulator: InProcess) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call.  ConnectError for a host that is not Meta's."""
        self._check(request)
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One call, the loop of the caller free meanwhile."""
        self._check(request)
        body = await request.aread()
        return await anyio.to_thread.run_sync(self._answer, request, body)

    def _check(self, request: httpx.Request) -> None:
        if not is_meta(request.url.host):
            self._simulator.refuse(request.method, str(request.url))
            raise httpx.ConnectError(words_for(request.url.host), request=request)

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        headers = [(k.lower(), v) for k, v in request.headers.multi_items()]
        try:
            got = self._simulator.graph(request.method, str(request.url), headers, body)
        except Lost as lost:
            raise _lost(request, lost) from lost
        return _response(request, got)


class HttpxPatch:
    """While it is started, every client's calls to Meta end here.

    Clients that were made before are concerned too.  Loopback passes.
    """

    def __init__(self, simulator: InProcess) -> None:
        self._transport = GraphTransport(simulator)
        real = httpx.HTTPTransport.handle_request
        real_async = httpx.AsyncHTTPTransport.handle_async_request

        def handle(client: Any, request: httpx.Request) -> httpx.Response:
            if is_loopback(request.url.host):
                return real(client, request)
            return self._transport.handle_request(request)

        async def handle_async(client: Any, request: httpx.Request) -> httpx.Response:
            if is_loopback(request.url.host):
                return await real_async(client, request)
            return await self._transport.handle_async_request(request)

        self._patches = (
            mock.patch.object(httpx.HTTPTransport, "handle_request", handle),
            mock.patch.object(
                httpx.AsyncHTTPTransport, "handle_async_request", handle_async
            ),
        )

    def start(self) -> None:
        """Begin."""
        for patch in self._patches:
            patch.start()

    def stop(self) -> None:
        """End."""
        for patch in self._patches:
            patch.stop()
