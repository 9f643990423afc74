r"""The bytes of a webhook exactly as Meta writes them, and their signature.

ASCII JSON as PHP's encoder makes it: no spaces, other characters as ``\uXXXX``
with lower-case digits (surrogate pairs above the BMP) and ``/`` as ``\/``.
The signature is over these bytes; a receiver that re-serialises fails on the
first accent.  Source: Graph webhooks documentation and a public capture of May
2026.
"""

import hmac
import json
from typing import Any

USER_AGENT = "facebookexternalua"
HANDSHAKE_USER_AGENT = "facebookplatform/1.0 (+http://developers.facebook.com)"


#: Made once: ``json.dumps`` would make one per call.
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def serialise(body: Any) -> bytes:
    r"""JSON with ``\/`` and lower-case ``\uXXXX``."""
    return _ENCODER.encode(body).replace("/", "\\/").encode("ascii")


def sign(body: bytes, secret: str, *, sha1: bool = True) -> dict[str, str]:
    """The signature headers over exact bytes."""
    key = secret.encode()
    headers = {}
    if sha1:
        headers["X-Hub-Signature"] = f"sha1={hmac.digest(key, body, 'sha1').hex()}"
    made = hmac.digest(key, body, "sha256").hex()
    headers["X-Hub-Signature-256"] = f"sha256={made}"
    return headers


def headers() -> dict[str, str]:
    """What stands beside the signature."""
    return {
        "Accept": "*/*",
        "Accept-Encoding": "deflate, gzip",
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
