"""What went over the wire, both directions, bounded, without foreign secrets."""

import re
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from .clock import Clock
from .entities import Json

REDACTED = "EAA… (refused, not stored)"
_SECRET_KEYS = {
    "access_token",
    "input_token",
    "fb_exchange_token",
    "token",
    "verify_token",
    "hub.verify_token",
    "app_secret",
    "client_secret",
    "pin",
}
#: Real tokens are longer than 100 characters.  The look behind leaves base64 alone:
#: one message id in 5,000 holds these letters somewhere.
_REAL_TOKEN = re.compile(r"(?<![A-Za-z0-9+_-])EAA[A-Za-z0-9]{8,}")
#: Longer strings are cut: ten thousand entries must fit into memory.
LONGEST = 256 * 1024


def looks_real(text: str) -> bool:
    """Whether a text holds what looks like one of Meta's own access tokens."""
    return text.startswith("EAA") or _REAL_TOKEN.search(text) is not None


def hide(text: str) -> str:
    """The text without what looks like an access token of Meta's."""
    if "EAA" not in text:
        return text
    return _REAL_TOKEN.sub(REDACTED, text)


def shorten(secret: str) -> str:
    """A secret that is not ours: prefix and last four."""
    if len(secret) <= 8:
        return "…"
    return f"{secret[:3]}…{secret[-4:]}"


class Journal:
    """Append-only; the oldest entries fall out and are counted.

    :param shown: secrets that may be printed (the world's own fakes).
    """

    def __init__(
        self, clock: Clock, shown: Callable[[], set[str]], limit: int = 10_000
    ) -> None:
        self._clock = clock
        self._shown = shown
        self._entries: deque[Json] = deque(maxlen=limit)
        self._seq = 0
        self.dropped = 0

    @property
    def seq(self) -> int:
        """Number of the last entry."""
        return self._seq

    def add(self, kind: str, /, **fields: Any) -> Json:
        """Record; returns the entry.  Values are redacted by key and by shape."""
        if len(self._entries) == self._entries.maxlen:
            self.dropped += 1
        self._seq += 1
        entry = {"seq": self._seq, "at": self._clock.now(), "kind": kind}
        entry.update({key: self.redact(value, key) for key, value in fields.items()})
        self._entries.append(entry)
        return entry

    def since(self, seq: int = 0, limit: int | None = None) -> list[Json]:
        """Copies of the entries after ``seq``, oldest first."""
        found = [dict(e) for e in self._entries if e["seq"] > seq]
        return found if limit is None else found[:limit]

    def clear(self) -> None:
        """Forget the entries; numbers go on, so that ``since`` stays true."""
        self._entries.clear()
        self.dropped = 0

    def keep(self, wanted: Callable[[Json], bool]) -> None:
        """Forget the entries that are not wanted."""
        kept = [e for e in self._entries if wanted(e)]
        self._entries.clear()
        self._entries.extend(kept)

    def redact(self, value: Any, key: str = "") -> Any:
        """A copy without secrets that are not the world's own."""
        if isinstance(value, dict):
            return {k: self.redact(v, str(k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self.redact(v, key) for v in value]
        if not isinstance(value, str):
            return value
        if key.lower() == "authorization":
            scheme, _, secret = value.partition(" ")
            return f"{scheme} {self._secret(secret)}"
        if key.lower() in _SECRET_KEYS:
            return self._secret(value)
        value = hide(value)
        if len(value) > LONGEST:
            return f"{value[:LONGEST]}… ({len(value)} characters)"
        return value

    def _secret(self, value: str) -> str:
        if value.startswith("EAA"):
            return REDACTED
        return value if value in self._shown() else shorten(value)


def matching(entries: Iterable[Json], wanted: Json) -> list[Json]:
    """Entries whose keys equal the wanted ones; None means 'any'."""
    return [
        e for e in entries if all(v is None or e.get(k) == v for k, v in wanted.items())
    ]
