"""Typed clients of the control API, one that blocks and one that is awaited.

    sim = SimulatorClient("http://127.0.0.1:4004")
    sim.subscribe("http://127.0.0.1:8069/gateway/whatsapp/key/update")
    sim.customer_message("573012345678", body="hola")
    sim.wait_message(direction="outbound", to="573012345678")

``AsyncSimulatorClient`` has the same calls, each to be awaited.  Their errors print
what was expected, what was got and what came nearest.
"""

from collections.abc import Awaitable
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from .calls import PhoneCalls
from .conversions import ConversionCalls
from .errors import SimulatorError, WaitTimeout
from .flows import FlowCalls
from .groups import GroupCalls
from .management import ManagementCalls
from .request import Request
from .routing import RoutingCalls
from .state import StateCalls
from .traffic import TrafficCalls
from .world import WorldCalls

__all__ = ["AsyncSimulatorClient", "SimulatorClient", "SimulatorError", "WaitTimeout"]

T = TypeVar("T")


def _headers(token: str | None) -> dict[str, str]:
    """What a simulator started with ``--control-token`` asks for."""
    return {"X-Sim-Token": token} if token else {}


class AllCalls(
    WorldCalls,
    ManagementCalls,
    TrafficCalls,
    StateCalls,
    PhoneCalls,
    RoutingCalls,
    FlowCalls,
    GroupCalls,
    ConversionCalls,
):
    """Every call of the control API, described once."""


class SimulatorClient(AllCalls):
    """All control calls of one simulator.

    :param url: as in the ready line, e.g. ``http://127.0.0.1:4004``.
    :param timeout: seconds for an ordinary call.
    :param transport: of httpx; the in-process simulator passes its own.
    :param token: of a simulator started with ``--control-token``.
    """

    def __init__(
        self,
        url: str,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        token: str | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._http = httpx.Client(
            base_url=self.url,
            timeout=timeout,
            trust_env=False,
            transport=transport,
            headers=_headers(token),
        )

    def run(self, request: Request[T]) -> T:
        """Make a described call.  SimulatorError."""
        return _answer(request, self._http.request(**request.arguments(self._timeout)))

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return self._http.get("/_sim/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncSimulatorClient(AllCalls):
    """The same calls, to be awaited; parameters as of ``SimulatorClient``."""

    def __init__(
        self,
        url: str,
        timeout: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
        token: str | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            base_url=self.url,
            timeout=timeout,
            trust_env=False,
            transport=transport,
            headers=_headers(token),
        )

    def start(self, request: Request[T]) -> Awaitable[T]:
        """Make a described call.  SimulatorError."""
        return self._make(request)

    async def _make(self, request: Request[T]) -> T:
        arguments: dict[str, Any] = request.arguments(self._timeout)
        return _answer(request, await self._http.request(**arguments))

    async def ready(self) -> bool:
        """Whether it answers."""
        try:
            return (await self._http.get("/_sim/readyz")).status_code == 200
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _answer(request: Request[T], response: httpx.Response) -> T:
    kind = response.headers.get("content-type", "")
    decoded = response.json() if kind.startswith("application/json") else None
    return request.answer(response.status_code, kind, response.content, decoded)
