"""Runs the engine's timers and the queue on one event loop."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..engine.advice import of_webhook
from ..engine.engine import Engine
from .queue import Attempt, Delivery, DeliveryQueue
from .sender import Sender

_logger = logging.getLogger(__name__)

T = TypeVar("T")


def _report(task: asyncio.Task[None]) -> None:
    """A defect of the simulator must be loud: nothing is delivered after it."""
    if not task.cancelled() and task.exception() is not None:
        _logger.critical("webhooks have stopped", exc_info=task.exception())


class Pump:
    """Wakes when something is due or when told so.

    What is due now runs also when the clock is frozen.
    """

    def __init__(self, engine: Engine, queue: DeliveryQueue, sender: Sender) -> None:
        self._engine = engine
        self._queue = queue
        self._sender = sender
        self._wake = asyncio.Event()
        self._pulse: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._main: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start on the running loop."""
        self._main = asyncio.get_running_loop().create_task(self._run())
        self._main.add_done_callback(_report)

    async def stop(self) -> None:
        """Stop; what is in flight is abandoned."""
        tasks = [*self._tasks, *([self._main] if self._main else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sender.close()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()
        self._notify()

    def step(self) -> list[Delivery]:
        """Run what is due and start what may go; returns the new deliveries."""
        self._engine.tick()
        made = self._queue.absorb()
        for delivery in self._queue.claim():
            self.spawn(self._send(delivery))
        self._notify()
        return made

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside; it is cancelled with the pump."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_report)

    def idle(self) -> bool:
        """Whether nothing is in flight, being fetched or due now."""
        if self._engine.world.business.fetching:
            return False
        due = self._engine.timers.next_due()
        waiting = due is not None and due <= self._engine.clock.now()
        return not (waiting or self._engine.outbox or self._queue.busy())

    async def until(self, found: Callable[[], T | None], timeout: float) -> T | None:
        """Wait until ``found`` gives something; None after ``timeout`` seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            result = found()
            left = deadline - loop.time()
            if result or left <= 0:
                return result
            try:
                await asyncio.wait_for(self.changed(), left)
            except TimeoutError:
                return found()

    def changed(self) -> asyncio.Future[None]:
        """The next step, to be awaited, whatever it brings.

        Not a coroutine: one that has not begun yet would miss a step in between.
        """
        if self._pulse is None:
            self._pulse = asyncio.get_running_loop().create_future()
        # Shielded: many wait for one future, and one of them may give up.
        return asyncio.shield(self._pulse)

    def _notify(self) -> None:
        if self._pulse is not None:
            self._pulse.set_result(None)
            self._pulse = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            self.step()
            pause = self._pause()
            alarm = None if pause is None else loop.call_later(pause, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if alarm is not None:
                    alarm.cancel()

    def _pause(self) -> float | None:
        if self._engine.clock.frozen:
            return None
        dues = [self._engine.timers.next_due(), self._queue.next_due()]
        known = [due for due in dues if due is not None]
        if not known:
            return None
        wait = min(known) - self._engine.clock.now()
        return wait if wait > 0 else None

    async def _send(self, delivery: Delivery) -> None:
        attempt = await self._sender.post(
            delivery.as_posted(), self._engine.settings.answer_timeout
        )
        self._journal(delivery, attempt)
        self._queue.finish(delivery, attempt)
        self.wake()

    def _journal(self, delivery: Delivery, attempt: Attempt) -> None:
        if delivery.run != self._engine.ids.run:
            return
        first = delivery.items[0] if delivery.items else None
        self._engine.journal.add(
            "webhook",
            advice=of_webhook(attempt.status, attempt.duration_ms),
            webhook=delivery.id,
            what=first.kind if first else "raw",
            wamid=first.wamid if first else None,
            message_status=first.status if first else None,
            number=first.number_id if first else None,
            url=delivery.url,
            attempt=len(delivery.attempts) + 1,
            status=attempt.status,
            error=attempt.error,
            duration_ms=attempt.duration_ms,
            faults=[*delivery.faults, *delivery.posted_by],
            body=delivery.as_posted().body.decode("utf-8", "replace"),
        )
        if attempt.status != 200:
            _logger.info(
                "webhook %s: attempt %d gave %s",
                delivery.id,
                len(delivery.attempts) + 1,
                attempt.status or attempt.error,
            )
