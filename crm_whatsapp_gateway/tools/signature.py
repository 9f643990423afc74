"""Signature of a webhook: HMAC-SHA256 over the exact bytes that arrived.

Source: Meta, "Webhooks: validating payloads" (header ``X-Hub-Signature-256``,
``sha256=`` and 64 lowercase hexadecimal digits, keyed with the app secret).
"""

import hashlib
import hmac


def is_signed_by(secret: str | None, body: bytes, header: str | None) -> bool:
    """Tell in constant time whether ``header`` signs ``body`` with ``secret``.

    Without a secret nothing is signed: an empty one would let anybody in.
    """
    if not secret or not header:
        return False
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.strip().encode())
