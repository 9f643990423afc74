"""The simulator of a test without a server: HTTP clients end in this process.

    with WaInProcess() as wa:
        wa.deliver_to(lambda body, headers: my_webhook(body, headers))
        my_software_sends()                     # httpx, aiohttp or requests
        wa.assert_sent(to="573012345678", contains="hola")
        wa.customer_message("573012345678", body="gracias")
        wa.pump()                               # the webhooks are delivered here

httpx is always there; aiohttp is answered when it is installed, requests with the
extra ``[responses]``.  What would leave the process raises and says so.
"""

from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from .config import ServeConfig
from .expect import CheckedClient
from .inprocess.client import InProcessTransport
from .inprocess.handover import Deliver
from .inprocess.httpx_mock import GraphTransport, HttpxPatch
from .inprocess.leaving import NameGuard
from .inprocess.simulator import BASE, InProcess

if TYPE_CHECKING:
    from .inprocess.aiohttp_mock import SimulatorConnector

__all__ = ["Deliver", "WaInProcess"]

#: Module of a library that may be missing -> module and class of its patch.
OPTIONAL = {
    "responses": ("requests_mock", "RequestsMock"),
    "aiohttp": ("aiohttp_mock", "AiohttpPatch"),
}


class Patch(Protocol):
    """Sends the calls of one HTTP library here."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


class WaInProcess(CheckedClient):
    """All control calls, without a socket; assertions; webhooks on demand.

    :param config: seed, nonce, clock, realistic.  Ports mean nothing here.
    :param patch: False: clients are given ``httpx_transport()`` or
        ``aiohttp_connector()`` by hand, and nothing else changes.
    """

    def __init__(
        self, config: ServeConfig | None = None, *, patch: bool = True, **kw: Any
    ) -> None:
        self._simulator = InProcess(config).start()
        super().__init__(BASE, transport=InProcessTransport(self._simulator), **kw)
        self._patches = self._make_patches() if patch else []
        self._started = False

    def _make_patches(self) -> list[Patch]:
        patches: list[Patch] = [
            NameGuard(self._simulator.refuse),
            HttpxPatch(self._simulator),
        ]
        for library, (module, name) in OPTIONAL.items():
            try:
                import_module(library)
            except ImportError:
                # The guard of names refuses what such a client would send.
                continue
            made = import_module(f"{__package__}.inprocess.{module}")
            patches.append(getattr(made, name)(self._simulator))
        return patches

    def httpx_transport(self) -> GraphTransport:
        """A transport for ``httpx.Client`` and ``httpx.AsyncClient``."""
        return GraphTransport(self._simulator)

    def aiohttp_connector(self) -> "SimulatorConnector":
        """A connector for ``aiohttp.ClientSession``; made inside a running loop.

        :raises ImportError: without aiohttp.
        """
        try:
            import_module("aiohttp")
        except ImportError as exc:
            raise ImportError(
                "aiohttp_connector() needs aiohttp: pip install wa-simulator[aiohttp]"
            ) from exc
        module = import_module(f"{__package__}.inprocess.aiohttp_mock")
        connector: SimulatorConnector = module.SimulatorConnector(self._simulator)
        return connector

    def start(self) -> Self:
        """Begin to intercept."""
        if not self._started:
            for patch in self._patches:
                patch.start()
            self._started = True
        return self

    def stop(self) -> None:
        """Let clients through again; the world stays."""
        if self._started:
            for patch in reversed(self._patches):
                patch.stop()
            self._started = False

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        super().close()
        self._simulator.stop()

    def deliver_to(self, deliver: Deliver | None) -> None:
        """Webhooks go to a callable ``(body, headers) -> status``, when pumped.

        There is no handshake.  None: nobody is subscribed any more.
        """
        self._simulator.deliver_to(deliver)

    def pump(self) -> int:
        """Deliver what is due, in this thread, until nothing is; how many.

        Never called by the simulator itself, so a webhook never runs inside the
        call that caused it.  An exception of the callable is raised here, after the
        attempt was recorded as failed; a callable that returns no HTTP status is a
        TypeError.
        """
        return self._simulator.pump()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
