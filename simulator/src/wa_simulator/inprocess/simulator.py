"""The engine, the dialect and the control API on a loop of their own thread.

Everything that touches the engine runs on that one thread: the loop is the lock.
Webhooks are delivered in the thread that pumps, outside of it, so a delivery may
call the simulator again, and other threads go on meanwhile (docs/adr/0121).
"""

import asyncio
import inspect
import queue
import re
import socket
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from ..config import ServeConfig
from ..control.app import make_control
from ..control.state import Simulation
from ..delivery.pump import Pump
from ..delivery.queue import DeliveryQueue
from ..engine.clock import FROZEN_START
from ..engine.engine import Engine
from ..engine.entities import Subscription
from ..engine.ids import IdSource
from ..engine.settings import Settings, realistic
from ..faults import FaultBook
from ..graph.app import make_graph
from ..graph.hosts import META_HOSTS
from ..system_clock import SystemClock, draw_nonce
from .adopted import AdoptedConnections
from .asgi import Answered, Lost, ask
from .handover import CALLBACK, Deliver, HandOver, Waiting

T = TypeVar("T")

BASE = "http://localhost"
STEP = 0.02
#: Control calls that answer only when something was delivered.
WAITING = re.compile(r"/_sim/wait$|/(flush|raw|redeliver)$|[?&]wait=")


class _Inside(threading.local):
    """Whether this thread is in a delivery."""

    delivering = False


class InProcess:
    """One simulator.  Start it, or use it as a context."""

    def __init__(self, config: ServeConfig | None = None) -> None:
        config = config or ServeConfig()
        nonce = config.nonce
        clock = SystemClock(FROZEN_START if config.clock == "frozen" else None)
        ids = IdSource(config.seed, (lambda: nonce) if nonce else draw_nonce)
        engine = Engine(clock, ids, realistic() if config.realistic else Settings())
        faults = FaultBook(clock, config.seed)
        self._sender = HandOver(clock)
        waiting = DeliveryQueue(engine, faults=faults)
        pump = Pump(engine, waiting, self._sender)
        self._simulation = Simulation(engine, faults, waiting, pump, self._sender, b"")
        self._graph = make_graph(engine, faults, pump)
        self._connections = AdoptedConnections(self._graph)
        self._control = make_control(self._simulation, ())
        self._deliver: Deliver | None = None
        self._inside = _Inside()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="wa-simulator", daemon=True
        )

    def start(self) -> Self:
        """Start the thread."""
        self._thread.start()
        self.on_loop(self._start())
        return self

    async def _start(self) -> None:
        self._simulation.addresses = {"url": BASE, "port": 0, "tls_port": None}
        self._simulation.pump.start()

    def stop(self) -> None:
        """Stop it and wait for the thread."""
        self.on_loop(self._simulation.pump.stop())
        self.on_loop(self._connections.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something where the engine lives."""
        return self._submit(work).result()

    # The two applications

    def graph(
        self, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Answered:
        """A call of Meta's hosts.  Lost when a fault takes the answer away."""
        return self.on_loop(self._ask_graph(method, url, list(headers), body))

    async def _ask_graph(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes
    ) -> Answered:
        struck = self._simulation.faults.refuses()
        if struck:
            self.note_refused(method, url, struck)
            raise Lost("refused")
        return await ask(self._graph, method, url, headers, body)

    def control(
        self, method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Answered:
        """A call of the control API.

        One that waits for deliveries makes them, unless it is made by a delivery.
        """
        work = ask(self._control, method, url, headers, body, patient=True)
        future = self._submit(work)
        path, _, query = url.partition("?")
        waits = WAITING.search(path) or WAITING.search(f"?{query}")
        if not waits or self._inside.delivering:
            return future.result()
        while True:
            try:
                return future.result(STEP)
            except TimeoutError:
                if future.done():
                    raise
                self._deliver_some()

    def serve(self, sock: socket.socket) -> Future[None]:
        """Serve one end of a socket pair as a connection of Meta's hosts."""
        return self._submit(self._connections.adopt(sock))

    def submit_refusal(self, url: str) -> Future[bool]:
        """Whether a fault refuses a new connection; journalled when it does."""

        async def judge() -> bool:
            struck = self._simulation.faults.refuses()
            if struck:
                self.note_refused("CONNECT", url, struck)
            return bool(struck)

        return self._submit(judge())

    def refuse(self, method: str, url: str) -> None:
        """Journal a call to a host that is not Meta's."""

        async def note() -> None:
            self.note_refused(method, url, [])

        self.on_loop(note())

    def note_refused(self, method: str, url: str, faults: list[str]) -> None:
        """On the loop: a connection that was not made."""
        parts = urlsplit(url)
        self._simulation.engine.journal.add(
            "refused", method=method, host=parts.netloc, path=parts.path or "/",
            listener="in-process", status=None, faults=faults,
        )  # fmt: skip

    # Webhooks

    def deliver_to(self, deliver: Deliver | None) -> None:
        """Subscribe a callable: ``(body, headers) -> status``; None for nobody."""
        self._deliver = deliver
        self.on_loop(self._subscribe(subscribed=deliver is not None))

    async def _subscribe(self, *, subscribed: bool) -> None:
        world = self._simulation.engine.world
        app = world.credentials.app_id
        if not subscribed:
            world.subscriptions.pop(("app", app), None)
            return
        token = world.credentials.verify_token
        world.subscriptions["app", app] = Subscription("app", app, CALLBACK, token)
        world.subscribed_wabas.update(world.wabas)

    def pump(self) -> int:
        """Deliver until nothing is due; how many were delivered by this thread.

        What the callable raises is recorded as a failed attempt and raised here.
        Called by a delivery it does nothing: what came up waits for the pump that
        runs already.
        """
        if self._inside.delivering:
            return 0
        count = 0
        while True:
            count += self._deliver_some()
            if not self.on_loop(self._due()):
                return count
            try:
                count += self._hand(self._sender.line.get(timeout=STEP))
            except queue.Empty:
                continue

    async def _due(self) -> bool:
        """Whether something is to come: another thread may be delivering."""
        self._simulation.pump.step()
        return not self._simulation.pump.idle()

    def _deliver_some(self) -> int:
        count = 0
        while True:
            try:
                waiting = self._sender.line.get_nowait()
            except queue.Empty:
                return count
            count += self._hand(waiting)

    def _hand(self, waiting: Waiting) -> int:
        """Call the callable in this thread; the engine is free meanwhile."""
        delivery = waiting.delivery
        if self._deliver is None:
            waiting.settle(None, "nobody is subscribed: deliver_to() first")
            return 0
        self._inside.delivering = True
        try:
            status = _status(self._deliver(delivery.body, dict(delivery.headers)))
        except BaseException as exc:
            waiting.settle(None, f"{type(exc).__name__}: {exc}")
            raise
        finally:
            self._inside.delivering = False
        waiting.settle(status, None)
        return 1


def _status(returned: object) -> int:
    """The status that a callable returned.  TypeError when it is none."""
    # True and False are no statuses, though they are integers below 100.
    if isinstance(returned, int) and returned in range(100, 600):
        return int(returned)
    shown = repr(returned)
    if inspect.iscoroutine(returned):
        returned.close()
        shown = "a coroutine: run it to its end first"
    raise TypeError(
        "the callable of deliver_to() must return the HTTP status of its answer, 200 "
        f"when it took the webhook; it returned {shown}"
    )


def stands_in_for(url: str | None) -> bool:
    """Whether an address is one of Meta's hosts."""
    return (urlsplit(url or "").hostname or "") in META_HOSTS
