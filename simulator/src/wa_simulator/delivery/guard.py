"""Where webhooks may go: this machine and private networks, unless told so."""

import asyncio
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from ..engine.errors import BadRequest


class CallbackGuard:
    """Refuses callbacks that resolve to a global address.

    :param allowed: host names that may be global all the same.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = {host.lower() for host in allowed}

    async def check(self, url: str) -> None:
        """BadRequest with the address and what to do."""
        parts = urlsplit(url)
        host = parts.hostname
        if parts.scheme not in ("http", "https") or not host:
            raise BadRequest(f"callback_url: expected http(s)://host/…, got '{url}'")
        if host.lower() in self._allowed:
            return
        port = parts.port or (443 if parts.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port)
        except OSError as exc:
            raise BadRequest(f"callback host '{host}' does not resolve: {exc}") from exc
        for *_, address in found:
            if ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
                raise BadRequest(
                    f"callback host '{host}' is public ({address[0]}): a fake must not "
                    f"post there; start with --allow-callbacks {host} if it is yours"
                )
