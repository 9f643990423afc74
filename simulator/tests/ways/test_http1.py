"""The thin client of webhooks against receivers that answer in every legal way."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import pytest
import uvloop

from wa_simulator.delivery.guard import CallbackGuard
from wa_simulator.delivery.http1 import (
    IDLE_LIMIT,
    BrokenAnswer,
    ConnectError,
    HttpAnswer,
    HttpPool,
    ReadTimeout,
)
from wa_simulator.delivery.target import target_of
from wa_simulator.engine.errors import BadRequest

T = TypeVar("T")
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Peer:
    """A server whose answer to each request is written out byte for byte."""

    def __init__(self, *answers: bytes, close: bool = False) -> None:
        self._answers = answers
        self._close = close
        self.connections = 0
        self.heads: list[bytes] = []

    async def __call__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        try:
            while head := await _head(reader):
                self.heads.append(head)
                writer.write(self._answers[(len(self.heads) - 1) % len(self._answers)])
                if self._close:
                    break
        finally:
            writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
    return head


def run(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def _ask(peer: Script, count: int, timeout: float = 5.0) -> list[HttpAnswer]:
    server = await asyncio.start_server(peer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    pool = HttpPool(CallbackGuard().addresses)
    try:
        return [
            await pool.request(
                "POST", f"http://127.0.0.1:{port}/a b?x=1", {"A": "b"}, b"{}", timeout
            )
            for _ in range(count)
        ]
    finally:
        pool.close()
        server.close()


LEGAL = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
    "interim": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
    b"content-length: 2\r\n\r\nok",
}


@pytest.mark.parametrize("answer", LEGAL.values(), ids=LEGAL)
def test_legal_answers_keep_the_connection(answer: bytes) -> None:
    peer = Peer(answer)
    assert run(_ask(peer, 3)) == [HttpAnswer(200, b"ok")] * 3
    assert peer.connections == 1
    assert peer.heads[0].startswith(b"POST /a%20b?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nA: b\r\nContent-Length: 2\r\n\r\n" in peer.heads[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n\r\nok",
    ],
    ids=["says close", "is 1.0", "ends by closing"],
)
def test_answers_that_end_the_connection(answer: bytes) -> None:
    peer = Peer(answer, close=True)
    assert run(_ask(peer, 2)) == [HttpAnswer(200, b"ok")] * 2
    assert peer.connections == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "closed without"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "closed without"),
        (b"220 mail.example ESMTP\r\n", "not an HTTP answer"),
    ],
    ids=["nothing", "half", "mail"],
)
def test_broken_answers_are_told_apart(answer: bytes, words: str) -> None:
    with pytest.raises(BrokenAnswer, match=words):
        run(_ask(Peer(answer, close=True), 1))


def test_silence_ends_with_the_limit() -> None:
    with pytest.raises(ReadTimeout, match=r"within 0\.05 s"):
        run(_ask(Peer(b""), 1, timeout=0.05))


def test_nobody_listens() -> None:
    async def work() -> None:
        server = await asyncio.start_server(Peer(b""), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        pool = HttpPool(CallbackGuard().addresses)
        await pool.request("POST", f"http://127.0.0.1:{port}/", {}, b"", 5)

    with pytest.raises(ConnectError, match=r"127\.0\.0\.1:\d+"):
        run(work())


def test_a_connection_that_was_idle_too_long_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wa_simulator.delivery.http1.IDLE_LIMIT", -1.0)
    peer = Peer(LEGAL["length"])
    run(_ask(peer, 3))
    assert peer.connections == 3
    assert IDLE_LIMIT > 0


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("http://a.example/x", b" /x HTTP/1.1\r\nHost: a.example\r\n"),
        ("http://[::1]:8/", b" / HTTP/1.1\r\nHost: [::1]:8\r\n"),
        ("http://ñandú.example", b" / HTTP/1.1\r\nHost: xn--and-6ma2c.example\r\n"),
        (
            "https://u:p%40@h/ñ",
            b" /%C3%B1 HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dTpwQA==\r\n",
        ),
    ],
)
def test_the_first_lines_of_a_request(url: str, head: bytes) -> None:
    assert target_of(url).head == head


@pytest.mark.parametrize("url", ["ftp://h/", "http://", "/x", "http://h:99999/"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(BadRequest, match="callback_url"):
        target_of(url)


def test_a_public_address_is_judged_where_it_is_used() -> None:
    async def work() -> None:
        pool = HttpPool(CallbackGuard().addresses)
        await pool.request("POST", "http://8.8.8.8/", {}, b"", 5)

    with pytest.raises(BadRequest, match="is public"):
        run(work())
