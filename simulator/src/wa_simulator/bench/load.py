"""Sends prepared requests over kept connections as fast as they are answered."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httptools
import uvloop


@dataclass
class Load:
    """What came of it: seconds, and how often each HTTP status."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Answers per second."""
        return sum(self.statuses.values()) / self.seconds


class _Client(asyncio.Protocol):
    """One connection: the next request leaves when an answer is complete."""

    def __init__(
        self, requests: Iterator[bytes], load: Load, done: asyncio.Future[None]
    ) -> None:
        self._requests = requests
        self._load = load
        self._done = done
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if self._transport is None:
            return
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        self._load.statuses[status] = self._load.statuses.get(status, 0) + 1
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


def run(host: str, port: int, requests: Iterator[bytes], connections: int) -> Load:
    """Send all requests; returns when each is answered."""

    async def work() -> Load:
        loop = asyncio.get_running_loop()
        load = Load()
        ends = [loop.create_future() for _ in range(connections)]
        start = time.perf_counter()
        for end in ends:
            await loop.create_connection(
                lambda end=end: _Client(requests, load, end),  # type: ignore[misc]
                host,
                port,
            )
        await asyncio.gather(*ends)
        load.seconds = time.perf_counter() - start
        return load

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work())
