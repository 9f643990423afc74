"""Where the simulator goes by itself: callbacks and media by link, nowhere public."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing, suppress
from typing import Any, TypeVar

import pytest

from wa_simulator.delivery.guard import CallbackGuard
from wa_simulator.delivery.http1 import ConnectError, HttpPool
from wa_simulator.delivery.target import target_of
from wa_simulator.engine.errors import BadRequest
from wa_simulator.graph.external_calls import FetchFailed, HttpFetcher

T = TypeVar("T")
Resolved = Callable[[str], None]


def run(work: Coroutine[Any, Any, T]) -> T:
    """On asyncio's own loop, whose resolver the tests replace."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(work)


@asynccontextmanager
async def peer(answer: bytes, drip: float = 0.0) -> AsyncIterator[str]:
    """A server with one answer; ``drip``: then a byte now and then, without end."""
    closed = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            while drip and not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), drip)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        closed.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.wait_for(closed.wait(), 5)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Host -> the addresses of each further look-up; the last one stays."""
    book: dict[str, list[str]] = {}
    original = asyncio.base_events.BaseEventLoop.getaddrinfo

    async def getaddrinfo(self: Any, host: Any, port: Any, **kw: Any) -> Any:
        if host not in book:
            return await original(self, host, port, **kw)
        held = book[host]
        address = held.pop(0) if len(held) > 1 else held[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return book


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port that answers nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("192.168.1.1", True),
        ("::1", True),
        ("fd00::1", True),
        ("8.8.8.8", False),
        ("157.240.1.1", False),
        ("2001:4860:4860::8888", False),
        ("::ffff:8.8.8.8", False),
        ("::ffff:10.0.0.1", True),
        ("2002:808:808::1", False),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("224.0.0.1", False),
    ],
)
def test_addresses(names: dict[str, list[str]], address: str, allowed: bool) -> None:
    names["callback.test"] = [address]
    guard = CallbackGuard()
    if allowed:
        run(guard.check("http://callback.test/x"))
        return
    with pytest.raises(BadRequest, match=r"is public|may not"):
        run(guard.check("http://callback.test/x"))
    run(CallbackGuard(["Callback.Test"]).check("http://callback.test/x"))


@pytest.mark.parametrize(
    "url",
    [
        "http://[", "http://[::1", "ftp://localhost/", "file:///etc/passwd", "http://",
        "javascript:1", "http://a:99999/", "http://a:x/", "//localhost/", "", "\x00",
        "http://" + "a" * 300 + "/", "http://\u2603.\u0000/", "gopher://localhost:70/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_words(url: str) -> None:
    with pytest.raises(BadRequest):
        target_of(url)


def test_lines_cannot_be_smuggled_into_a_request() -> None:
    for url in (
        "http://localhost/a\r\nX-Evil: 1",
        "http://localhost/a?b=\r\nX-Evil: 1",
        "http://localhost\r\nX-Evil: 1/",
        "http://u\r\nX-Evil:1@localhost/",
    ):
        try:
            head = target_of(url).head
        except BadRequest:
            continue
        assert b"\nX-Evil" not in head


def test_a_name_that_changes_its_mind_gains_nothing(
    names: dict[str, list[str]], listening: socket.socket
) -> None:
    """DNS rebinding: private when judged, public when connected."""
    port = listening.getsockname()[1]
    names["rebind.test"] = ["127.0.0.1", "8.8.8.8"]
    connected: list[str] = []

    async def post() -> None:
        loop = asyncio.get_running_loop()
        connect = loop.create_connection

        async def noted(factory: Any, host: str, *args: Any, **kw: Any) -> Any:
            connected.append(host)
            return await connect(factory, host, *args, **kw)

        loop.create_connection = noted  # type: ignore[method-assign,assignment]
        pool = HttpPool(CallbackGuard().addresses)
        url = f"http://rebind.test:{port}/"
        with pytest.raises(Exception, match="no answer"):
            await pool.request("POST", url, {}, b"{}", 0.2)
        with pytest.raises(BadRequest, match="is public"):
            await pool.request("POST", url, {}, b"{}", 0.2)
        pool.close()

    run(post())
    assert connected == ["127.0.0.1"]


def test_a_public_callback_is_refused_at_delivery_too(
    names: dict[str, list[str]],
) -> None:
    names["moved.test"] = ["8.8.4.4"]

    async def post() -> None:
        pool = HttpPool(CallbackGuard().addresses)
        await pool.request("POST", "http://moved.test/", {}, b"{}", 1)

    with pytest.raises(BadRequest, match="is public"):
        run(post())


def test_the_fetcher_judges_the_first_address_and_every_redirect(
    names: dict[str, list[str]],
) -> None:
    names["public.test"] = ["8.8.8.8"]
    fetcher = HttpFetcher(CallbackGuard())
    with pytest.raises(FetchFailed, match="is public"):
        run(fetcher.fetch("http://public.test/a.jpg"))
    for bad in ("file:///etc/passwd", "ftp://localhost/a", "http://["):
        with pytest.raises(FetchFailed):
            run(fetcher.fetch(bad))

    redirect = (
        b"HTTP/1.1 302 Found\r\nLocation: http://public.test/a\r\n"
        b"Content-Length: 0\r\nConnection: close\r\n\r\n"
    )

    async def redirected() -> None:
        async with peer(redirect) as url:
            await fetcher.fetch(f"{url}/a.jpg")

    with pytest.raises(FetchFailed, match="is public"):
        run(redirected())


def test_a_fetch_ends_even_when_the_other_side_never_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wa_simulator.graph.external_calls.WHOLE_SECONDS", 0.2)

    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"

    async def dripping() -> None:
        async with peer(head, drip=0.02) as url:
            await HttpFetcher(CallbackGuard()).fetch(url)

    with pytest.raises(FetchFailed, match=r"0\.2 s"):
        run(asyncio.wait_for(dripping(), 3))


def test_nothing_answers() -> None:
    async def post() -> None:
        pool = HttpPool(CallbackGuard().addresses)
        await pool.request("POST", "http://127.0.0.1:1/", {}, b"", 1)

    with pytest.raises(ConnectError):
        run(post())
