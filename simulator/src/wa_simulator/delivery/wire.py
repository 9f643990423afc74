r"""The bytes of a webhook exactly as Meta writes them, and their signature.

ASCII JSON as PHP's encoder makes it: no spaces, other characters as ``\uXXXX``
with lower-case digits (surrogate pairs above the BMP) and ``/`` as ``\/``.
The signature is over these bytes; a receiver that re-serialises fails on the
first accent.  Source: Graph webhooks documentation and a public capture of May
2026.
"""

import hashlib
import hmac
import json
from typing import Any

USER_AGENT = "facebookexternalua"
HANDSHAKE_USER_AGENT = "facebookplatform/1.0 (+http://developers.facebook.com)"


def serialise(body: Any) -> bytes:
    r"""JSON with ``\/`` and lower-case ``\uXXXX``."""
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode("ascii")


def sign(body: bytes, secret: str, *, sha1: bool = True) -> dict[str, str]:
    """The signature headers over exact bytes."""
    key = secret.encode()
    headers = {}
    if sha1:
        digest = hmac.new(key, body, hashlib.sha1).hexdigest()
        headers["X-Hub-Signature"] = f"sha1={digest}"
    digest = hmac.new(key, body, hashlib.sha256).hexdigest()
    headers["X-Hub-Signature-256"] = f"sha256={digest}"
    return headers


def headers() -> dict[str, str]:
    """What stands beside the signature."""
    return {
        "Accept": "*/*",
        "Accept-Encoding": "deflate, gzip",
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
