"""What a fault sees and what it may bring about.  Values only, no transport."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from ..engine.errors import BadRequest
from ..engine.nearest import unknown

API = "api"
WEBHOOK = "webhook"
BEFORE = "before"
AFTER = "after"


@dataclass(frozen=True)
class Call:
    """One call (direction ``api``) or delivery (``webhook``), as rules match it.

    :param path: without the version prefix.
    :param number: phone number id; None when the call names none.
    """

    direction: str
    path: str = ""
    number: str | None = None
    to: str | None = None
    type: str | None = None


@dataclass(frozen=True)
class Answer:
    """Answer with a Graph error instead of the truth."""

    code: int
    details: str = ""
    http: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Delay:
    """Wait, seconds of wall time, then go on."""

    seconds: float


@dataclass(frozen=True)
class Hang:
    """Never answer; the connection stays open."""


@dataclass(frozen=True)
class Reset:
    """Reset the connection after the request was read."""


@dataclass(frozen=True)
class Refuse:
    """Refuse the connection; nothing is read."""


Effect = Answer | Delay | Hang | Reset | Refuse


class Fault(Protocol):
    """A fault: built from its params, gives one effect for a call it meets.

    ``PARAMS`` maps the name of each param to its default.  Raise BadRequest for
    a value that makes no sense.
    """

    NAME: ClassVar[str]
    PARAMS: ClassVar[dict[str, Any]]
    DIRECTIONS: ClassVar[tuple[str, ...]]

    def __init__(self, **params: Any) -> None: ...

    def effect(self, call: Call) -> Effect:
        """What happens to this call."""


def choice(fault: str, name: str, value: Any, allowed: tuple[str, ...]) -> str:
    """A param out of a fixed list; BadRequest names the nearest."""
    if value not in allowed:
        raise BadRequest(f"{fault}: " + unknown(name, str(value), allowed))
    return str(value)


def positive(fault: str, name: str, value: Any) -> float:
    """A param that is a number above zero."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise BadRequest(f"{fault}: '{name}' expects a number above 0, got {value!r}")
    return float(value)
