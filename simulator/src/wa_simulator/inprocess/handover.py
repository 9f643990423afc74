"""Webhooks that wait for the test to take them."""

import asyncio
import queue
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..delivery.guard import CallbackGuard
from ..delivery.queue import Attempt, Delivery
from ..delivery.sender import Sender
from ..engine.clock import Clock

#: The address that stands for the callable in subscriptions and journal.
CALLBACK = "http://in-process.localhost/webhook"

Deliver = Callable[[bytes, Mapping[str, str]], int]


@dataclass
class Waiting:
    """A delivery and the future of its outcome."""

    delivery: Delivery
    outcome: asyncio.Future[tuple[int | None, str | None]]
    loop: asyncio.AbstractEventLoop

    def settle(self, status: int | None, error: str | None) -> None:
        """Tell the loop what came of it, from any thread."""

        def tell() -> None:
            if not self.outcome.done():
                self.outcome.set_result((status, error))

        self.loop.call_soon_threadsafe(tell)


class HandOver(Sender):
    """Puts each POST into a line instead of onto a socket."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, CallbackGuard())
        self._clock_now = clock.now
        self.line: queue.SimpleQueue[Waiting] = queue.SimpleQueue()

    async def post(self, delivery: Delivery, timeout: float) -> Attempt:
        """One attempt; it lasts until the test pumps, whatever the timeout is."""
        at, start = self._clock_now(), time.perf_counter()
        if delivery.url != CALLBACK:
            words = "in-process webhooks go to deliver_to() only, not to an address"
            return Attempt(at, None, words, 0)
        loop = asyncio.get_running_loop()
        waiting = Waiting(delivery, loop.create_future(), loop)
        self.line.put(waiting)
        status, error = await waiting.outcome
        took = round((time.perf_counter() - start) * 1000)
        return Attempt(at, status, error, took)
