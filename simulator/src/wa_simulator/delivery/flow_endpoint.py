"""Data exchange with a flow's endpoint: encrypted as a phone does it.

Source: guide on the endpoint of flows as mirrored 2025-12-11.  The AES key of 128
bits goes by RSA-OAEP (SHA-256), the data by AES-GCM; the answer comes under the
same key with every bit of the initial vector turned.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ..engine.errors import BadRequest
from .http1 import HttpFailed
from .sender import Sender
from .wire import USER_AGENT, sign

KEY_BYTES = 16
#: A common report; Meta's page was not read.
TIMEOUT = 10.0
OK = 200


@dataclass(frozen=True)
class Exchange:
    """What an endpoint answered: decrypted, or why it could not be."""

    status: int | None
    answer: Any = None
    error: str | None = None


def encrypt(data: dict[str, Any], public_key: str, key: bytes, iv: bytes) -> bytes:
    """The body of a request.  BadRequest when the key is no RSA public key."""
    try:
        rsa = load_pem_public_key(public_key.encode())
    except ValueError as exc:
        raise BadRequest(f"business_public_key: {exc}") from exc
    if not isinstance(rsa, RSAPublicKey):
        raise BadRequest("business_public_key: expected an RSA key")
    padding = OAEP(MGF1(SHA256()), SHA256(), None)
    body = {
        "encrypted_flow_data": AESGCM(key).encrypt(iv, json.dumps(data).encode(), None),
        "encrypted_aes_key": rsa.encrypt(key, padding),
        "initial_vector": iv,
    }
    shown = {name: base64.b64encode(value).decode() for name, value in body.items()}
    return json.dumps(shown).encode()


def decrypt(content: bytes, key: bytes, iv: bytes) -> Any:
    """The answer of an endpoint.  ValueError with words."""
    turned = bytes(byte ^ 0xFF for byte in iv)
    try:
        raw = base64.b64decode(content, validate=True)
        return json.loads(AESGCM(key).decrypt(turned, raw, None))
    except (binascii.Error, InvalidTag, ValueError) as exc:
        words = (
            str(exc) or "the tag does not fit: another key, or the vector not turned"
        )
        raise ValueError(f"the answer cannot be decrypted: {words}") from exc


async def exchange(
    url: str, data: dict[str, Any], public_key: str, secret: str, sender: Sender
) -> Exchange:
    """Ask an endpoint as a phone does.

    :raises BadRequest: no usable key, or an address that may not be called.
    """
    key, iv = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
    body = encrypt(data, public_key, key, iv)
    sent = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        **sign(body, secret, sha1=False),
    }
    try:
        got = await sender.ask(url, sent, body, TIMEOUT)
    except HttpFailed as exc:
        return Exchange(None, error=f"{type(exc).__name__}: {exc}")
    if got.status != OK:
        return Exchange(got.status, error=MEANINGS.get(got.status))
    try:
        return Exchange(got.status, decrypt(got.text.encode(), key, iv))
    except ValueError as exc:
        return Exchange(got.status, error=str(exc))


#: What a status of an endpoint tells the phone.
MEANINGS = {
    421: "the endpoint cannot decrypt: the client fetches the key again",
    427: "the flow token is no longer valid: the client disables the button",
    432: "the endpoint rejects the signature",
}
