"""A thin HTTP/1.1 client for webhooks: one pool, keep-alive, nothing else.

It writes a request in one piece and parses the answer with httptools.  It knows no
proxies, redirects, cookies or compression, because Meta's sender shows none.  Why
it exists: docs/adr/0120.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httptools

from .target import Target, target_of

#: A connection that was idle for longer is not used again, seconds: a receiver
#: that closes idle connections would else lose one POST now and then.
IDLE_LIMIT = 1.0
BODY_LIMIT = 64 * 1024

Resolve = Callable[[Target], Awaitable[list[str]]]


class HttpFailed(Exception):
    """No answer.  The subclass says how far the request came."""


class ConnectError(HttpFailed):
    """The connection was not made."""


class ReadTimeout(HttpFailed):
    """The answer did not come in time."""


class BrokenAnswer(HttpFailed):
    """The connection ended, or what came is not HTTP."""


@dataclass(frozen=True)
class HttpAnswer:
    """An answer; the body is cut at 64 KiB."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._waiter: asyncio.Future[HttpAnswer] | None = None
        self._body = bytearray()
        self._framed = self._headers_done = False
        self.reusable = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # No isinstance: uvloop's transports are not asyncio's.
        self._transport = transport

    def send(self, data: bytes) -> asyncio.Future[HttpAnswer]:
        """Write a request; the future gives its answer."""
        self._waiter = self._loop.create_future()
        self.reusable = False
        if self._transport is None or self._transport.is_closing():
            self._fail("the connection was closed before the request")
        else:
            self._transport.write(data)
        return self._waiter

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._transport is None or self._transport.is_closing()

    def close(self) -> None:
        """Cut it."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as exc:
            self._fail(f"not an HTTP answer: {exc}")
            self.close()

    def eof_received(self) -> None:
        if self._headers_done and not self._framed:
            self._finish(keep_alive=False)

    def connection_lost(self, exc: Exception | None) -> None:
        self.reusable = False
        self._fail(str(exc) if exc else "closed without a complete answer")

    def on_message_begin(self) -> None:
        self._body.clear()
        self._framed = self._headers_done = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() in (b"content-length", b"transfer-encoding"):
            self._framed = True

    def on_headers_complete(self) -> None:
        self._headers_done = True

    def on_body(self, body: bytes) -> None:
        if len(self._body) < BODY_LIMIT:
            self._body += body[: BODY_LIMIT - len(self._body)]

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() >= 200:
            self._finish(keep_alive=self._parser.should_keep_alive())

    def _finish(self, *, keep_alive: bool) -> None:
        if self._waiter is None or self._waiter.done():
            return
        self.reusable = keep_alive
        self.idle_since = self._loop.time()
        status = self._parser.get_status_code()
        self._waiter.set_result(HttpAnswer(status, bytes(self._body)))

    def _fail(self, words: str) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(BrokenAnswer(words))


class HttpPool:
    """Connections by origin.

    :param resolve: the addresses of a target's host; may refuse with an exception
        of its own.  Asked for new connections only: a kept one stays where it was
        allowed to go.
    """

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._idle: dict[tuple[str, str, int], list[_Connection]] = {}
        self._open: set[_Connection] = set()
        self._tls: ssl.SSLContext | None = None

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        timeout: float,
    ) -> HttpAnswer:
        """One request.  HttpFailed within ``timeout`` seconds."""
        target = target_of(url)
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}\r\n")
        lines.append("\r\n")
        head = b"".join((method.encode(), target.head, "".join(lines).encode()))
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        connection = self._kept(target, loop.time())
        if connection is None:
            connection = await self._connect(target, timeout)
        answer = connection.send(head + (body or b""))
        alarm = loop.call_at(deadline, _late, answer, timeout)
        try:
            return await answer
        finally:
            alarm.cancel()
            self._give_back(target, connection)

    def _kept(self, target: Target, now: float) -> _Connection | None:
        kept = self._idle.get(target.origin, [])
        while kept:
            connection = kept.pop()
            if not connection.closed and now - connection.idle_since < IDLE_LIMIT:
                return connection
            self._discard(connection)
        return None

    def _give_back(self, target: Target, connection: _Connection) -> None:
        if connection.reusable and not connection.closed:
            self._idle.setdefault(target.origin, []).append(connection)
        else:
            self._discard(connection)

    def _discard(self, connection: _Connection) -> None:
        connection.close()
        self._open.discard(connection)

    async def _connect(self, target: Target, timeout: float) -> _Connection:
        """Try the host's addresses in turn."""
        loop = asyncio.get_running_loop()
        secure = self._context() if target.scheme == "https" else None
        words = "no address"
        try:
            async with asyncio.timeout(timeout):
                for address in await self._resolve(target):
                    try:
                        _, made = await loop.create_connection(
                            lambda: _Connection(loop),
                            address,
                            target.port,
                            flags=socket.AI_NUMERICHOST,
                            ssl=secure,
                            server_hostname=target.host if secure else None,
                        )
                    except OSError as exc:
                        words = str(exc)
                        continue
                    self._open.add(made)
                    return made
        except TimeoutError as exc:
            words = f"no connection within {timeout:g} s"
            raise ConnectError(words) from exc
        raise ConnectError(f"{target.host}:{target.port}: {words}")

    def _context(self) -> ssl.SSLContext:
        """Made when the first https callback comes: it costs 20 ms."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls

    def close(self) -> None:
        """Cut all connections."""
        for connection in list(self._open):
            self._discard(connection)
        self._idle.clear()


def _late(answer: asyncio.Future[HttpAnswer], timeout: float) -> None:
    if not answer.done():
        answer.set_exception(ReadTimeout(f"no answer within {timeout:g} s"))
