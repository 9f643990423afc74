"""What a fault sees and what it may bring about.  Values only, no transport."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from ..engine.errors import BadRequest
from ..engine.messages.status_anomalies import AnomalousStatuses
from ..engine.nearest import unknown

API = "api"
WEBHOOK = "webhook"
BEFORE = "before"
AFTER = "after"

#: Where a webhook fault strikes: once when it is queued, or at each POST.
QUEUED = "queued"
POSTED = "posted"

DOWNLOAD = "download"
MEDIA = "media"


@dataclass(frozen=True)
class Call:
    """One call (direction ``api``) or delivery (``webhook``), as rules match it.

    :param path: of the API call without version prefix; of the callback's address.
    :param number: phone number id; None when the call names none.
    :param to: the person.
    :param type: of the message.
    :param types: further words that ``match.type`` may be: ``message``, ``status``,
        a status, a field.
    :param object: ``media`` (descriptor) or ``download``; else empty.
    """

    direction: str
    path: str = ""
    number: str | None = None
    to: str | None = None
    type: str | None = None
    waba: str | None = None
    types: frozenset[str] = frozenset()
    object: str = ""
    stage: str = ""


# Effects on an API call


@dataclass(frozen=True)
class Answer:
    """Answer with a Graph error instead of the truth.

    :param without: headers that the dialect adds to such an error, left out.
    """

    code: int
    details: str = ""
    http: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    subcode: int | None = None
    message: str | None = None
    kind: str = "OAuthException"
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Body:
    """Answer with these bytes instead of the truth."""

    content: bytes
    http: int = 200
    content_type: str = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Cut:
    """Announce the whole answer, send this share of it, close."""

    share: float


@dataclass(frozen=True)
class CorruptBody:
    """Change the bytes of a download."""

    change: Callable[[bytes], bytes]
    content_type: str | None = None


@dataclass(frozen=True)
class Delay:
    """Wait, seconds of wall time, then go on.

    :param jitter: up to so many seconds more, drawn by the rule's seed.
    """

    seconds: float
    jitter: float = 0.0


@dataclass(frozen=True)
class Hang:
    """Do not answer; the connection stays open.

    :param seconds: of wall time, then it is reset; None: until the caller goes.
    """

    seconds: float | None = None


@dataclass(frozen=True)
class Reset:
    """Reset the connection after the request was read."""


@dataclass(frozen=True)
class Refuse:
    """Refuse the connection; nothing is read."""


@dataclass(frozen=True)
class StatusAnomaly:
    """The answer is true, what follows is odd.

    :param statuses: instead of the usual ones.
    :param early: seconds to wait for the statuses' webhooks before answering.
    """

    statuses: AnomalousStatuses | None = None
    early: float = 0.0


# Effects on a webhook


@dataclass(frozen=True)
class Drop:
    """It is lost: never posted."""


@dataclass(frozen=True)
class DuplicateDelivery:
    """Post it so many times more, each ``apart`` seconds later (engine's clock).

    :param at_once: copies do not wait for each other's answer.
    """

    count: int
    apart: float = 0.0
    at_once: bool = False


@dataclass(frozen=True)
class DelayDelivery:
    """Post it so many seconds later (engine's clock)."""

    seconds: float


@dataclass(frozen=True)
class ReorderDelivery:
    """Post it after the next ``count`` ones, or after ``wait`` seconds."""

    count: int
    wait: float


@dataclass(frozen=True)
class Sign:
    """Sign the POST as said; ``secret`` None: with digits that fit nothing."""

    secret: str | None = None
    headers: bool = True


@dataclass(frozen=True)
class Rewrite:
    """Change the bytes after signing."""

    change: Callable[[bytes], bytes]


ApiEffect = (
    Answer | Body | Cut | CorruptBody | Delay | Hang | Reset | Refuse | StatusAnomaly
)
WebhookEffect = (
    Drop | DuplicateDelivery | DelayDelivery | ReorderDelivery | Sign | Rewrite
)
Effect = ApiEffect | WebhookEffect

#: Effects that leave the answer as it is.
GENTLE = (Delay, StatusAnomaly)


class Fault:
    """A fault: built from its params, gives one effect for a call it meets.

    ``PARAMS``      name of each param -> its default
    ``CHOICES``     name of a param -> the values it may have
    ``DIRECTIONS``  ``api``, ``webhook``; the first one unless the rule says
    ``PHASES``      before or after acceptance; the first one unless the rule says
    ``STAGE``       of a webhook: ``queued`` (once) or ``posted`` (each POST)

    Raise BadRequest in ``check`` for a param that makes no sense.
    """

    NAME: ClassVar[str]
    PARAMS: ClassVar[dict[str, Any]] = {}
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {}
    DIRECTIONS: ClassVar[tuple[str, ...]] = (API,)
    PHASES: ClassVar[tuple[str, ...]] = (BEFORE, AFTER)
    STAGE: ClassVar[str] = ""

    def __init__(self, **params: Any) -> None:
        self.params = {**self.PARAMS, **params}
        for name, allowed in self.CHOICES.items():
            self.params[name] = self._chosen(name, allowed)
        self.check()

    def _chosen(self, name: str, allowed: tuple[Any, ...]) -> Any:
        """A param out of a fixed list; "503" is as good as 503."""
        words = {str(one): one for one in allowed}
        got = str(self.params[name])
        if got not in words:
            raise BadRequest(f"{self.NAME}: " + unknown(name, got, words))
        return words[got]

    def check(self) -> None:
        """Refuse params that make no sense."""

    def check_phase(self, phase: str) -> None:
        """Refuse a phase that makes no sense with these params."""

    def meets(self, call: Call) -> bool:
        """Whether the fault is about such a call at all."""
        return True

    def effect(self, call: Call) -> Effect:
        """What happens to this call."""
        raise NotImplementedError

    def number(
        self,
        name: str,
        low: float = 0.0,
        high: float = float("inf"),
        *,
        whole: bool = False,
    ) -> float:
        """A param that is a number between two bounds (inclusive)."""
        value = self.params[name]
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not fits or not low <= value <= high or (whole and value != int(value)):
            what = "a whole number" if whole else "a number"
            bounds = f"from {low:g}" if high == float("inf") else f"{low:g} to {high:g}"
            raise BadRequest(
                f"{self.NAME}: '{name}' expects {what} {bounds}, got {value!r}"
            )
        return float(value)

    def flag(self, name: str) -> bool:
        """A param that is true or false."""
        value = self.params[name]
        if not isinstance(value, bool):
            raise BadRequest(
                f"{self.NAME}: '{name}' expects true or false, got {value!r}"
            )
        return value

    def text(self, name: str) -> str:
        """A param that is a string."""
        value = self.params[name]
        if not isinstance(value, str):
            raise BadRequest(f"{self.NAME}: '{name}' expects a string, got {value!r}")
        return value


def choice(fault: str, name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """A param out of a fixed list; BadRequest names the nearest."""
    if str(value) not in allowed:
        raise BadRequest(f"{fault}: " + unknown(name, str(value), allowed))
    return str(value)


def positive(fault: str, name: str, value: Any) -> float:
    """A param that is a number above zero."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise BadRequest(f"{fault}: '{name}' expects a number above 0, got {value!r}")
    return float(value)
