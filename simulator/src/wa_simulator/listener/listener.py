"""Accepts, looks at the first bytes without taking them, and hands over.

The bytes are peeked (MSG_PEEK), so the TLS layer and uvicorn's protocol get the
connection from its first byte; an answered CONNECT is consumed exactly.
"""

import asyncio
import logging
import socket
import ssl
from contextlib import suppress

from uvicorn.config import Config
from uvicorn.server import ServerState

from ..engine.journal import Journal
from ..faults import FaultBook
from ..graph.hosts import META_HOSTS, bare_host
from .connection import CONNECT, PLAIN, TLS, Connection, quick_ack, reset_socket
from .protocol import ListenerProtocol
from .router import refusal

_logger = logging.getLogger(__name__)

HANDSHAKE_BYTE = 0x16
CONNECT_VERB = b"CONNECT "
HEAD_LIMIT = 16 * 1024
FIRST_BYTES_TIMEOUT = 60.0
HEAD_TIMEOUT = 10.0
HEAD_END = b"\r\n\r\n"


class Listener:
    """One port.

    :param always_tls: the port speaks TLS only (for network aliases of Meta's
        hosts); otherwise plain HTTP, TLS and CONNECT are told apart.
    """

    def __init__(
        self,
        config: Config,
        context: ssl.SSLContext,
        faults: FaultBook,
        journal: Journal,
        *,
        always_tls: bool = False,
    ) -> None:
        self._config = config
        self._context = context
        self._faults = faults
        self._journal = journal
        self.always_tls = always_tls
        self.state = ServerState()
        self.host, self.port = "", 0
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, host: str, port: int) -> int:
        """Bind and listen; port 0 picks one.  OSError when it is taken."""
        self._socket = _bind(host, port)
        self._socket.listen(512)
        self.host, self.port = host, self._socket.getsockname()[1]
        self._accepting = asyncio.get_running_loop().create_task(self._accept())
        return self.port

    def set_closed(self, closed: bool) -> None:
        """Stop listening, so that connects are really refused, or listen again.

        The port stays bound, so nobody else can take it meanwhile.
        """
        if self._socket is None or closed == (self._accepting is None):
            return
        if self._accepting is not None:
            self._accepting.cancel()
            self._accepting = None
        self._socket.close()
        self._socket = _bind(self.host, self.port)
        if not closed:
            self._socket.listen(512)
            self._accepting = asyncio.get_running_loop().create_task(self._accept())

    async def close(self, grace: float = 0.3) -> None:
        """Stop listening, let answers finish for ``grace`` seconds, cut the rest."""
        tasks = [*self._tasks, *([self._accepting] if self._accepting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()
        for connection in list(self.state.connections):
            connection.shutdown()
        await self._finish(grace)
        for connection in list(self.state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await self._finish(grace)
        for work in list(self.state.tasks):
            work.cancel()

    async def _finish(self, limit: float) -> None:
        if self.state.tasks:
            await asyncio.wait(set(self.state.tasks), timeout=limit)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        listening = self._socket
        if listening is None:
            return
        while True:
            try:
                sock, _ = await loop.sock_accept(listening)
            except OSError as exc:
                _logger.warning("accept failed: %s", exc)
                if listening.fileno() < 0:
                    return
                await asyncio.sleep(0.05)
                continue
            sock.setblocking(False)
            quick_ack(sock)
            task = loop.create_task(self._welcome(sock))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _welcome(self, sock: socket.socket) -> None:
        """Find out what the peer speaks; any trouble ends with a closed socket."""
        try:
            await self._route(sock)
        except (OSError, ssl.SSLError, TimeoutError) as exc:
            _logger.debug("connection ended early: %s", exc)
            sock.close()
        except asyncio.CancelledError:
            sock.close()
            raise

    async def _route(self, sock: socket.socket) -> None:
        if self.always_tls:
            if self._faults.refuses():
                reset_socket(sock)
                sock.close()
                return
            await self._serve(sock, TLS, None, judged=True)
            return
        first = await self._peek(sock, len(CONNECT_VERB))
        if not first:
            sock.close()
        elif first[0] == HANDSHAKE_BYTE:
            await self._serve(sock, TLS, None, judged=False)
        elif first == CONNECT_VERB:
            await self._connect(sock)
        else:
            await self._serve(sock, PLAIN, None, judged=False)

    async def _peek(self, sock: socket.socket, wanted: int) -> bytes:
        """The first bytes, left in place; fewer when they decide already."""
        async with asyncio.timeout(FIRST_BYTES_TIMEOUT):
            while True:
                await _readable(sock)
                seen = sock.recv(wanted, socket.MSG_PEEK)
                if len(seen) == wanted or not CONNECT_VERB.startswith(seen) or not seen:
                    return seen
                await asyncio.sleep(0.005)

    async def _connect(self, sock: socket.socket) -> None:
        """Answer a CONNECT; only Meta's hosts get a tunnel, into ourselves."""
        authority = await self._read_connect(sock)
        host = bare_host(authority)
        loop = asyncio.get_running_loop()
        if host not in META_HOSTS:
            self._journal.add(
                "refused",
                method="CONNECT",
                host=authority,
                path=None,
                listener=CONNECT,
                status=403,
            )
            await loop.sock_sendall(sock, _short_answer(403, refusal(authority)))
            sock.close()
            return
        struck = self._faults.refuses()
        if struck:
            self._journal.add(
                "refused",
                method="CONNECT",
                host=authority,
                path=None,
                listener=CONNECT,
                status=502,
                faults=struck,
            )
            words = f"{host} refused the connection (a fault of the simulator)"
            await loop.sock_sendall(sock, _short_answer(502, words))
            sock.close()
            return
        await loop.sock_sendall(sock, b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._serve(sock, CONNECT, host, judged=True)

    async def _read_connect(self, sock: socket.socket) -> str:
        """Take exactly the CONNECT's head; the authority.  OSError when it is bad."""
        async with asyncio.timeout(HEAD_TIMEOUT):
            while True:
                await _readable(sock)
                seen = sock.recv(HEAD_LIMIT, socket.MSG_PEEK)
                end = seen.find(HEAD_END)
                if end >= 0:
                    break
                if not seen or len(seen) >= HEAD_LIMIT:
                    raise OSError("no end of the CONNECT's head")
                await asyncio.sleep(0.005)
        head = sock.recv(end + len(HEAD_END))
        words = head.split(b"\r\n", 1)[0].split()
        if len(words) != 3:
            raise OSError("a CONNECT needs host:port and a version")
        return words[1].decode("latin-1")

    async def _serve(
        self, sock: socket.socket, listener: str, host: str | None, *, judged: bool
    ) -> None:
        loop = asyncio.get_running_loop()
        connection = Connection(sock, listener, host, judged=judged)

        def protocol() -> asyncio.Protocol:
            return ListenerProtocol(self._config, self.state, loop, connection)

        if listener == PLAIN:
            await loop.connect_accepted_socket(protocol, sock)
            return
        await loop.connect_accepted_socket(
            protocol,
            sock,
            ssl=self._context,
            ssl_handshake_timeout=30.0,
            ssl_shutdown_timeout=2.0,
        )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


async def _readable(sock: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(sock.fileno(), ready.set)
    try:
        await ready.wait()
    finally:
        with suppress(OSError, ValueError):
            loop.remove_reader(sock.fileno())


def _short_answer(status: int, words: str) -> bytes:
    phrase = {403: "Forbidden", 502: "Bad Gateway"}[status]
    body = words.encode()
    head = (
        f"HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
