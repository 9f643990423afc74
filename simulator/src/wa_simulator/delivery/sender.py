"""Posts webhooks and does the handshake."""

import time

import httpx

from ..engine.clock import Clock
from ..engine.errors import BadRequest
from .guard import CallbackGuard
from .queue import Attempt, Delivery
from .wire import HANDSHAKE_USER_AGENT

ANSWER_KEPT = 500


class HandshakeFailed(BadRequest):
    """The callback did not prove itself; the text says expected and got."""


class Sender:
    """An HTTP client that ignores the proxies of the environment."""

    def __init__(self, clock: Clock, guard: CallbackGuard) -> None:
        self._clock = clock
        self._guard = guard
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def post(self, delivery: Delivery, timeout: float) -> Attempt:
        """One attempt; failures are values."""
        at, start = self._clock.now(), time.perf_counter()
        status, error, answer = None, None, ""
        try:
            await self._guard.check(delivery.url)
            response = await self._client.post(
                delivery.url,
                content=delivery.body,
                headers=delivery.headers,
                timeout=timeout,
            )
        except (httpx.HTTPError, httpx.InvalidURL, BadRequest) as exc:
            error = f"{type(exc).__name__}: {exc}"
        else:
            status = response.status_code
            answer = response.text[:ANSWER_KEPT]
        took = round((time.perf_counter() - start) * 1000)
        return Attempt(at, status, error, took, answer)

    async def handshake(
        self, url: str, verify_token: str, challenge: str, timeout: float
    ) -> None:
        """GET the callback as Meta does; HandshakeFailed unless it echoes."""
        await self._guard.check(url)
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": verify_token,
        }
        expected = f"expected 200 with the body '{challenge}'"
        try:
            response = await self._client.get(
                url,
                params=query,
                headers={"User-Agent": HANDSHAKE_USER_AGENT, "Accept": "*/*"},
                timeout=timeout,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            got = f"{type(exc).__name__}: {exc}"
            raise HandshakeFailed(
                f"handshake with {url}: {expected}, got {got}"
            ) from exc
        if response.status_code != 200 or response.text != challenge:
            got = f"{response.status_code} with '{response.text[:200]}'"
            raise HandshakeFailed(f"handshake with {url}: {expected}, got {got}")
