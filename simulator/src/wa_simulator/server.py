"""Puts the parts together and serves them."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from uvicorn.config import Config

from .config import ServeConfig
from .control.app import make_control
from .control.state import Simulation
from .delivery.guard import CallbackGuard
from .delivery.handshake import verify_callback
from .delivery.pump import Pump
from .delivery.queue import DeliveryQueue
from .delivery.sender import Sender
from .engine.clock import FROZEN_START
from .engine.engine import Engine
from .engine.ids import IdSource
from .engine.settings import Settings, realistic
from .faults import FaultBook
from .graph.app import make_graph
from .graph.external_calls import ExternalCalls, HttpFetcher
from .listener.certs import CA_FILE, Authority, write_atomically
from .listener.limits import BodyLimit
from .listener.listener import Listener
from .listener.router import Router
from .system_clock import SystemClock, draw_nonce

if sys.platform != "win32":
    import uvloop

    _LOOP: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
else:
    _LOOP = None

_logger = logging.getLogger(__name__)

WILDCARDS = ("0.0.0.0", "::")
START_TIMEOUT = 30.0


def new_loop() -> asyncio.AbstractEventLoop:
    """The fastest loop there is."""
    return _LOOP() if _LOOP else asyncio.new_event_loop()


class UnusablePath(Exception):
    """A file or folder of the configuration that cannot be read or written."""

    def __init__(self, flag: str, path: Path, reason: Exception) -> None:
        verb = "use" if flag == "--state-dir" else "write"
        words = reason.strerror if isinstance(reason, OSError) else reason
        super().__init__(f"cannot {verb} {flag} {path}: {words}")


class Server:
    """One simulator on one event loop."""

    def __init__(self, config: ServeConfig) -> None:
        self._config = config
        self._temporary = (
            None if config.state_dir else TemporaryDirectory(prefix="wa-sim-")
        )
        folder = Path(self._temporary.name) if self._temporary else config.state_dir
        self.state_dir = Path(folder or ".")
        try:
            self._authority = Authority(self.state_dir, config.allow_hosts)
        except (OSError, ValueError) as exc:
            raise UnusablePath("--state-dir", self.state_dir, exc) from exc
        nonce = config.nonce
        clock = SystemClock(FROZEN_START if config.clock == "frozen" else None)
        self.engine = Engine(
            clock,
            IdSource(config.seed, (lambda: nonce) if nonce else draw_nonce),
            realistic() if config.realistic else Settings(),
        )
        self.faults = FaultBook(clock, config.seed)
        self._listeners: list[Listener] = []
        self.ready: dict[str, Any] = {}
        self._simulation: Simulation | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> dict[str, Any]:
        """Listen; returns the ready line.  OSError when a port is taken."""
        sender = Sender(self.engine.clock, CallbackGuard(self._config.allow_callbacks))
        queue = DeliveryQueue(self.engine, faults=self.faults)
        pump = Pump(self.engine, queue, sender)
        simulation = Simulation(
            self.engine, self.faults, queue, pump, sender, self._authority.pem
        )
        self._simulation = simulation
        self._listen(simulation)
        pump.start()
        self._watch = asyncio.get_running_loop().create_task(self._watch_faults(pump))
        self.ready = self._ready_line()
        simulation.addresses = {
            key: self.ready[key] for key in ("url", "port", "tls_port", "ca")
        }
        if self._config.ready_file:
            line = json.dumps(self.ready).encode() + b"\n"
            try:
                write_atomically(self._config.ready_file, line)
            except OSError as exc:
                raise UnusablePath(
                    "--ready-file", self._config.ready_file, exc
                ) from exc
        return self.ready

    def _external(self, simulation: Simulation) -> ExternalCalls:
        guard = CallbackGuard(self._config.allow_fetch, "media", "--allow-fetch")
        return ExternalCalls(
            self.engine,
            partial(verify_callback, self.engine, simulation.sender),
            HttpFetcher(guard),
        )

    def _listen(self, simulation: Simulation) -> None:
        hosts = self._config.allow_hosts
        if self._config.host not in WILDCARDS:
            hosts = (*hosts, self._config.host)
        router = Router(
            make_graph(
                self.engine, self.faults, simulation.pump, self._external(simulation)
            ),
            make_control(simulation, hosts, self._config.control_token),
            self.engine.journal,
            frozenset(host.lower() for host in hosts),
        )
        config = Config(
            BodyLimit(router, self.engine.journal),
            http="httptools",
            ws="wsproto",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
        )
        config.load()
        ports = [(self._config.port, False)]
        if self._config.tls_port is not None:
            ports.append((self._config.tls_port, True))
        for port, always_tls in ports:
            listener = Listener(
                config,
                self._authority.context,
                self.faults,
                self.engine.journal,
                always_tls=always_tls,
            )
            listener.open(self._config.host, port)
            self._listeners.append(listener)

    async def _watch_faults(self, pump: Pump) -> None:
        """Close the TLS port while every connection is refused."""
        tls = [each for each in self._listeners if each.always_tls]
        while tls:
            closed = self.faults.closed()
            for listener in tls:
                listener.set_closed(closed)
            await pump.changed()

    def _ready_line(self) -> dict[str, Any]:
        world = self.engine.world
        number = world.number_of(None)
        host = self._config.host
        shown = "127.0.0.1" if host in WILDCARDS else host
        shown = f"[{shown}]" if ":" in shown else shown
        tls = next((each.port for each in self._listeners if each.always_tls), None)
        return {
            "url": f"http://{shown}:{self._listeners[0].port}",
            "port": self._listeners[0].port,
            "tls_port": tls,
            "ca": str((self.state_dir / CA_FILE).resolve()),
            "waba_id": number.waba_id,
            "phone_number_id": number.id,
            "display_phone_number": number.display,
            "token": world.credentials.token,
            "app_secret": world.credentials.app_secret,
            "verify_token": world.credentials.verify_token,
            "app_id": world.credentials.app_id,
            "run": self.engine.ids.run,
            "seed": self._config.seed,
            "clock": self._config.clock,
        }

    async def stop(self) -> None:
        """Stop; within a second."""
        if self._watch is not None:
            self._watch.cancel()
        await asyncio.gather(*(each.close() for each in self._listeners))
        if self._simulation is not None:
            await self._simulation.pump.stop()
        if self._temporary is not None:
            self._temporary.cleanup()


class ThreadedServer:
    """A server on a loop of its own thread, for tests of the same process."""

    def __init__(
        self,
        config: ServeConfig | None = None,
        loop_factory: Callable[[], asyncio.AbstractEventLoop] = new_loop,
    ) -> None:
        self.server = Server(config or ServeConfig())
        self.ready: dict[str, Any] = {}
        self._loop = loop_factory()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="wa-simulator", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.ready["url"])

    def start(self) -> "ThreadedServer":
        """Listen.  OSError when a port is taken."""
        self._thread.start()
        future = asyncio.run_coroutine_threadsafe(self.server.start(), self._loop)
        try:
            self.ready = future.result(START_TIMEOUT)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop and wait for the thread."""
        future = asyncio.run_coroutine_threadsafe(self.server.stop(), self._loop)
        future.result(START_TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_TIMEOUT)
        self._loop.close()

    def __enter__(self) -> "ThreadedServer":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
