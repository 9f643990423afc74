"""Where webhooks may go: this machine and private networks, unless told so."""

import asyncio
import ipaddress
from collections.abc import Iterable

from ..engine.errors import BadRequest
from .target import Target, target_of


class CallbackGuard:
    """Refuses callbacks that resolve to a global address.

    :param allowed: host names that may be global all the same.
    :param what: what the address is, for the words.
    :param flag: the option that allows a host.
    """

    def __init__(
        self,
        allowed: Iterable[str] = (),
        what: str = "callback",
        flag: str = "--allow-callbacks",
    ) -> None:
        self._what = what
        self._flag = flag
        self._allowed = {host.lower() for host in allowed}

    async def check(self, url: str) -> None:
        """BadRequest with the address and what to do."""
        await self.addresses(target_of(url))

    async def addresses(self, target: Target) -> list[str]:
        """Where the host is; the caller connects to one of these, not to the name.

        So the answer that was judged is the one that is used: a name server that
        changes its mind gains nothing.  BadRequest.
        """
        loop = asyncio.get_running_loop()
        host = target.host
        try:
            found = await loop.getaddrinfo(host, target.port)
        except OSError as exc:
            raise BadRequest(
                f"{self._what} host '{host}' does not resolve: {exc}"
            ) from exc
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        if host.lower() in self._allowed:
            return addresses
        for address in addresses:
            if _foreign(address):
                raise BadRequest(
                    f"{self._what} host '{host}' is public ({address}): a fake must "
                    f"not go there; start with {self._flag} {host} if it is yours"
                )
        return addresses


def _foreign(address: str) -> bool:
    """Whether an address is outside this machine and private networks.

    Link-local ones are too: 169.254.169.254 hands out credentials in clouds.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        # Written as IPv6, an IPv4 address counts as private before Python 3.13.
        found = found.ipv4_mapped or found.sixtofour or found
    return found.is_global or found.is_link_local or found.is_multicast
