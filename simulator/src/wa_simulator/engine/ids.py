"""Identifiers as a function of seed, run, number, person and counter.

Counters are kept per person, so the order in which different people act does
not change anyone's ids.  The run's nonce keeps a second run from repeating the
wamids of the first, which a receiver with a memory would take for redeliveries.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable

INBOUND = b"\x12"
OUTBOUND = b"\x11"

#: Calling code -> ISO country, for the prefix of a business-scoped user id.
COUNTRIES = {
    "57": "CO", "52": "MX", "55": "BR", "54": "AR", "34": "ES", "51": "PE",
    "56": "CL", "58": "VE", "593": "EC", "507": "PA", "506": "CR", "591": "BO",
    "595": "PY", "598": "UY", "502": "GT", "503": "SV", "504": "HN", "505": "NI",
    "44": "GB", "49": "DE", "33": "FR", "39": "IT", "351": "PT", "91": "IN",
    "1": "US",
}  # fmt: skip


def country_of(digits: str) -> str:
    """ISO country of international digits; ``ZZ`` when the table has none."""
    for length in (3, 2, 1):
        if digits[:length] in COUNTRIES:
            return COUNTRIES[digits[:length]]
    return "ZZ"


def country_prefix(digits: str) -> str:
    """The calling code of international digits; empty when the table has none."""
    for length in (3, 2, 1):
        if digits[:length] in COUNTRIES:
            return digits[:length]
    return ""


def encode_wamid(person: str, direction: bytes, key: str) -> str:
    """A message id with the structure seen in public samples.

    ``1C 18 <len> <person> 15 02 00 <11|12> 18 <len> <key> 00``, base64 behind
    ``wamid.``.  Consumers must treat it as opaque.
    """
    who, what = person.encode(), key.encode()
    raw = b"".join(
        [
            b"\x1c\x18",
            bytes([len(who)]),
            who,
            b"\x15\x02\x00",
            direction,
            b"\x18",
            bytes([len(what)]),
            what,
            b"\x00",
        ]
    )
    return "wamid." + base64.b64encode(raw).decode()


class IdSource:
    """Draws every identifier of one run.

    :param seed: chooses the whole sequence.
    :param nonce: draws the nonce of a run; in-process tests pass a fixed one.
    """

    def __init__(self, seed: int, nonce: Callable[[], str]) -> None:
        self.seed = seed
        self._nonce = nonce
        self._counters: Counter[tuple[str, ...]] = Counter()
        self.run = nonce()

    def restart(self) -> None:
        """Begin a new run: a new nonce, counters at zero."""
        self._counters.clear()
        self.run = self._nonce()

    def counters(self) -> Counter[tuple[str, ...]]:
        """How many were drawn, by scope: for snapshots."""
        return self._counters

    def restore(self, counters: Counter[tuple[str, ...]], run: str | None) -> None:
        """Go on from a snapshot; ``run`` None draws a new nonce."""
        self._counters = Counter(counters)
        self.run = run or self._nonce()

    def _count(self, *scope: str) -> int:
        self._counters[scope] += 1
        return self._counters[scope]

    def _digest(self, *parts: str, run: bool = True) -> bytes:
        head = (str(self.seed), self.run if run else "")
        return hashlib.blake2b("|".join((*head, *parts)).encode()).digest()

    def _next(self, *scope: str) -> bytes:
        return self._digest(*scope, str(self._count(*scope)))

    def wamid(self, number: str, person: str, direction: bytes) -> str:
        """Message id; key of 18 (sent) or 20 (received) upper hex characters."""
        digest = self._next("wamid", direction.hex(), number, person).hex().upper()
        key = digest[:18] if direction == OUTBOUND else "3A" + digest[:18]
        return encode_wamid(person, direction, key)

    def digits(self, kind: str, *scope: str) -> str:
        """An object id of sixteen digits that begins with no zero."""
        value = int.from_bytes(self._next(kind, *scope)[:8])
        return str(10**15 + value % (9 * 10**15))

    def hexadecimal(self, kind: str, *scope: str) -> str:
        """Thirty-two lower hex characters, as a conversation's id."""
        return self._next(kind, *scope).hex()[:32]

    def webhook(self, person: str) -> str:
        """Id of one webhook item."""
        return "wh_" + self._next("webhook", person).hex()[:16]

    def trace(self) -> str:
        """An ``fbtrace_id``."""
        return "A" + base64.urlsafe_b64encode(self._next("trace")[:16]).decode()[:22]

    def user_id(self, wa_id: str) -> str:
        """Business-scoped user id of a phone: the same in every run of a seed."""
        value = int.from_bytes(self._digest("user", wa_id, run=False)[:8])
        return f"{country_of(wa_id)}.{10**16 + value % (9 * 10**16)}"

    def signature(self, *parts: str) -> str:
        """A short keyed hash, for download addresses."""
        return base64.urlsafe_b64encode(self._digest(*parts)[:24]).decode()
