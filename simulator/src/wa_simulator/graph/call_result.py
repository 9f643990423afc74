"""What came of a call: from an operation, through faults, to answer and journal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Message, Subscription
from ..faults import Fired
from .request import GraphCall

OK = {"success": True}


@dataclass(frozen=True)
class CallbackVerification:
    """A callback that must pass Meta's handshake before the operation is done."""

    subscription: Subscription
    done: Callable[[], object]


@dataclass
class CallResult:
    """The answer.  ``message`` is set when one was accepted.

    :param status: 0 when there is none, or none yet.
    :param lost: ``hang``, ``reset``: no answer; ``hold`` says after how long.
    :param answered: the engine knows that the answer is out.
    :param cut: share of the answer that leaves before the connection closes.
    """

    body: Any = None
    message: Message | None = None
    verification: CallbackVerification | None = None
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = ""
    fired: Fired = field(default_factory=Fired)
    lost: str | None = None
    hold: float | None = None
    cut: float | None = None
    answered: bool = False
    #: Of the call: what the rendering of errors depends on.
    version: float | None = None
    waba: str | None = None


Operation = Callable[[Engine, GraphCall, str], CallResult]


def success() -> CallResult:
    """``{"success": true}``."""
    return CallResult(dict(OK))
