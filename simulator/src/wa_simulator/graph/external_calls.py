"""What Graph operations need of the world external: proofs and media by link.

The engine never fetches: it says which addresses it needs and is told what came.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from ..delivery.guard import CallbackGuard
from ..delivery.target import target_of
from ..engine.engine import Engine
from ..engine.entities import Message, Subscription
from ..engine.errors import BadRequest, Refused

#: For one piece, and for the whole: a file that drips must end some day.
TIMEOUT = 10.0
WHOLE_SECONDS = 60.0
MAX_BYTES = 100 * 1024 * 1024
MAX_HOPS = 3
USER_AGENT = "facebookexternalua"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CALLBACK_FAILED = 2200


@dataclass(frozen=True)
class Fetched:
    """What an address gave."""

    content: bytes
    mime_type: str


class FetchFailed(Exception):
    """An address gave nothing; the text says why."""


class Fetcher(Protocol):
    """The port behind media by link."""

    async def fetch(self, url: str) -> Fetched:
        """The bytes.  FetchFailed."""


class NoFetcher:
    """Where nothing may be fetched."""

    async def fetch(self, url: str) -> Fetched:
        """See ``Fetcher``."""
        raise FetchFailed("nothing here fetches addresses")


VerifyCallback = Callable[[Subscription], Awaitable[None]]


class ExternalCalls:
    """Verifies callbacks, fetches media; both end in the journal."""

    def __init__(
        self,
        engine: Engine,
        verify_callback: VerifyCallback | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._engine = engine
        self._verify_callback = verify_callback
        self._fetcher = fetcher or NoFetcher()

    async def verify_callback(self, subscription: Subscription) -> None:
        """Meta's handshake.  Refused (2200) when the callback fails it."""
        if self._verify_callback is None:
            return
        try:
            await self._verify_callback(subscription)
        except BadRequest as exc:
            raise Refused(
                CALLBACK_FAILED,
                str(exc),
                message="(#2200) Callback verification failed with the following "
                f"errors: {exc}",
            ) from exc

    async def fetch(self, message: Message, links: list[str]) -> None:
        """Fetch a message's media and tell the engine what came of it."""
        for url in links:
            note = {"url": url, "wamid": message.wamid, "number": message.number_id}
            try:
                got = await self._fetcher.fetch(url)
            except FetchFailed as exc:
                self._engine.media.not_fetched(url, str(exc))
                self._engine.journal.add("fetch", ok=False, error=str(exc), **note)
            else:
                self._engine.media.fetched(
                    message.number_id, url, got.content, got.mime_type
                )
                self._engine.journal.add(
                    "fetch", ok=True, bytes=len(got.content), type=got.mime_type, **note
                )


class HttpFetcher:
    """Fetches from this machine, private networks and registered hosts only.

    It connects to the address that was judged, not to the name again, and judges
    every redirect.
    """

    def __init__(self, guard: CallbackGuard) -> None:
        self._guard = guard

    async def fetch(self, url: str) -> Fetched:
        """See ``Fetcher``."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._follow(url)
        except TimeoutError as exc:
            raise FetchFailed(f"not there within {WHOLE_SECONDS:g} s") from exc
        except BadRequest as exc:
            raise FetchFailed(str(exc)) from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise FetchFailed(f"{type(exc).__name__}: {exc}") from exc

    async def _follow(self, url: str) -> Fetched:
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
            for _ in range(MAX_HOPS + 1):
                got, onward = await self._hop(client, url)
                if got is not None:
                    return got
                url = onward
        raise FetchFailed(f"more than {MAX_HOPS} redirects")

    async def _hop(
        self, client: httpx.AsyncClient, url: str
    ) -> tuple[Fetched | None, str]:
        target = target_of(url)
        (address, *_) = await self._guard.addresses(target)
        parts = urlsplit(url)
        shown = f"[{address}]" if ":" in address else address
        pinned = urlunsplit(parts._replace(netloc=f"{shown}:{target.port}"))
        async with client.stream(
            "GET",
            pinned,
            headers={"Host": parts.netloc.rpartition("@")[2], "User-Agent": USER_AGENT},
            extensions={"sni_hostname": target.host},
        ) as answer:
            if answer.status_code in REDIRECTS:
                return None, urljoin(url, answer.headers.get("location", ""))
            if answer.status_code != httpx.codes.OK:
                raise FetchFailed(f"{url} answered {answer.status_code}")
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > MAX_BYTES:
                    raise FetchFailed(f"{url} has more than {MAX_BYTES} bytes")
            kind = answer.headers.get("content-type", "application/octet-stream")
            return Fetched(bytes(content), kind), ""
