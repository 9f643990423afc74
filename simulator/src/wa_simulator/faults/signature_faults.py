"""Webhooks whose signature does not fit their bytes, at each POST they strike."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

from .base import BEFORE, POSTED, WEBHOOK, Call, Effect, Fault, Rewrite, Sign


class PostFault(Fault):
    """A fault that strikes a single POST: a retry is a new chance."""

    DIRECTIONS: ClassVar[tuple[str, ...]] = (WEBHOOK,)
    PHASES: ClassVar[tuple[str, ...]] = (BEFORE,)
    STAGE: ClassVar[str] = POSTED


class BadSignature(PostFault):
    """The signature fits nothing: ``how`` wrong (64 other digits; default) or
    missing (no signature header)."""

    NAME: ClassVar[str] = "webhook_bad_signature"
    PARAMS: ClassVar[dict[str, Any]] = {"how": "wrong"}
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {"how": ("wrong", "missing")}

    def effect(self, call: Call) -> Effect:
        """No secret at all."""
        return Sign(None, headers=self.params["how"] == "wrong")


class WrongSecret(PostFault):
    """The POST is signed well, with another app's ``secret``."""

    NAME: ClassVar[str] = "webhook_wrong_secret"
    PARAMS: ClassVar[dict[str, Any]] = {"secret": "not-the-app-secret"}

    def check(self) -> None:
        """A string."""
        self.text("secret")

    def effect(self, call: Call) -> Effect:
        """The other secret."""
        return Sign(self.params["secret"])


def _pretty(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=2).encode()


def _utf8(body: bytes) -> bytes:
    made = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
    # Lone surrogates cannot be UTF-8; a receiver may well get them.
    return made.encode("utf-8", "surrogatepass")


def _slashes(body: bytes) -> bytes:
    return json.dumps(json.loads(body), separators=(",", ":")).encode()


STYLES: dict[str, Callable[[bytes], bytes]] = {
    "utf8": _utf8,
    "slashes": _slashes,
    "pretty": _pretty,
}


class Reserialised(PostFault):
    """A proxy has parsed and written the body anew, the signature is the old one:
    ``style`` utf8 (bare accents; default), slashes (no ``\\/``), pretty.  Plain
    ASCII without slash may come out the same, as in life."""

    NAME: ClassVar[str] = "webhook_reserialised"
    PARAMS: ClassVar[dict[str, Any]] = {"style": "utf8"}
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {"style": tuple(STYLES)}

    def effect(self, call: Call) -> Effect:
        """The new bytes."""
        return Rewrite(STYLES[self.params["style"]])
