"""What would leave the process raises and says so."""

import re
import socket
from collections.abc import Callable
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from ..graph.hosts import META_HOSTS, bare_host

LOOPBACK = re.compile(r"(localhost|127(\.\d+){3}|::1)$")


def is_meta(host: str) -> bool:
    """Whether the simulator stands in for a host."""
    return host.lower() in META_HOSTS


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: a test's own server is reached."""
    return bool(LOOPBACK.match(host))


def words_for(host: str) -> str:
    """Why a call to a host is not made."""
    if is_meta(host):
        return (
            f"a call to {host} would leave this process: wa-simulator answers httpx, "
            "aiohttp, and requests with the extra wa-simulator[responses]; this client "
            "is none of them"
        )
    return (
        f"a call to {host} would leave this process: wa-simulator stands in for "
        f"{', '.join(META_HOSTS)} only"
    )


class NameGuard:
    """Refuses to resolve Meta's names while it is started.

    Whatever client asks, even one that the simulator does not know.
    """

    def __init__(self, note: Callable[[str, str], None]) -> None:
        self._note = note
        self._real = socket.getaddrinfo
        self._patch = mock.patch.object(socket, "getaddrinfo", self._getaddrinfo)

    def start(self) -> None:
        """Begin."""
        self._patch.start()

    def stop(self) -> None:
        """End."""
        self._patch.stop()

    def _getaddrinfo(self, host: Any, *args: Any, **kw: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and is_meta(bare_host(name)):
            self._note("CONNECT", f"https://{name}/")
            raise socket.gaierror(socket.EAI_FAIL, words_for(name))
        return self._real(host, *args, **kw)


def host_of(url: str) -> str:
    """The host of an address."""
    return urlsplit(url).hostname or ""
