"""The address of a callback, taken apart once."""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from ..engine.errors import BadRequest

PORTS = {"http": 80, "https": 443}
#: A name, an address, or an address with its zone.
HOST = re.compile(r"[A-Za-z0-9._:%-]{1,253}")
#: What stays as it is in a path or query; the rest is percent-encoded.
SAFE = "/%:@!$&'()*+,;=~-._?[]"


@dataclass(frozen=True)
class Target:
    """Where a request goes.

    ``origin`` is the key of the connection pool; ``head`` are the first lines of a
    request behind its method.
    """

    scheme: str
    host: str
    port: int
    head: bytes

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port


@lru_cache(maxsize=1024)
def target_of(url: str) -> Target:
    """Take an address apart.  BadRequest when it is no http(s) address."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError as exc:
        raise BadRequest(f"callback_url '{url}': {exc}") from exc
    if parts.scheme not in PORTS or not HOST.fullmatch(host):
        raise BadRequest(f"callback_url: expected http(s)://host/…, got '{url}'")
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port == PORTS[parts.scheme] else f"{shown}:{port}"
    path = quote(parts.path or "/", safe=SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=SAFE)
    lines = [f" {path} HTTP/1.1", f"Host: {authority}"]
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    return Target(parts.scheme, host, port, "\r\n".join(lines).encode() + b"\r\n")
