"""Posts webhooks and does the handshake."""

import time
from urllib.parse import urlencode

from ..engine.clock import Clock
from ..engine.errors import BadRequest
from .guard import CallbackGuard
from .http1 import HttpAnswer, HttpFailed, HttpPool
from .queue import Attempt, Delivery
from .wire import HANDSHAKE_USER_AGENT

ANSWER_KEPT = 500


class HandshakeFailed(BadRequest):
    """The callback did not prove itself; the text says expected and got."""


class Sender:
    """Speaks to callbacks; ignores the proxies of the environment."""

    def __init__(self, clock: Clock, guard: CallbackGuard) -> None:
        self._clock = clock
        self._guard = guard
        self._pool = HttpPool(guard.addresses)

    async def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    async def post(self, delivery: Delivery, timeout: float) -> Attempt:
        """One attempt; failures are values."""
        at, start = self._clock.now(), time.perf_counter()
        status, error, answer = None, None, ""
        try:
            got = await self._pool.request(
                "POST", delivery.url, delivery.headers, delivery.body, timeout
            )
        except (HttpFailed, BadRequest) as exc:
            error = f"{type(exc).__name__}: {exc}"
        else:
            status, answer = got.status, got.text[:ANSWER_KEPT]
        took = round((time.perf_counter() - start) * 1000)
        return Attempt(at, status, error, took, answer)

    async def ask(
        self, url: str, headers: dict[str, str], body: bytes, timeout: float
    ) -> HttpAnswer:
        """POST and read the whole answer.  HttpFailed, BadRequest."""
        return await self._pool.request("POST", url, headers, body, timeout)

    async def handshake(
        self, url: str, verify_token: str, challenge: str, timeout: float
    ) -> None:
        """GET the callback as Meta does; HandshakeFailed unless it echoes."""
        await self._guard.check(url)
        query = urlencode(
            {
                "hub.mode": "subscribe",
                "hub.challenge": challenge,
                "hub.verify_token": verify_token,
            }
        )
        asked = f"{url}{'&' if '?' in url else '?'}{query}"
        headers = {"User-Agent": HANDSHAKE_USER_AGENT, "Accept": "*/*"}
        expected = f"expected 200 with the body '{challenge}'"
        try:
            got = await self._pool.request("GET", asked, headers, None, timeout)
        except HttpFailed as exc:
            words = f"{type(exc).__name__}: {exc}"
            raise HandshakeFailed(
                f"handshake with {url}: {expected}, got {words}"
            ) from exc
        if got.status != 200 or got.text != challenge:
            words = f"{got.status} with '{got.text[:200]}'"
            raise HandshakeFailed(f"handshake with {url}: {expected}, got {words}")
