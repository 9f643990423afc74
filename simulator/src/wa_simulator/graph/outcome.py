"""What an operation gives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Message, Subscription
from .request import GraphCall

OK = {"success": True}


@dataclass(frozen=True)
class Proof:
    """A callback that must prove itself before the operation is done."""

    subscription: Subscription
    done: Callable[[], object]


@dataclass(frozen=True)
class Outcome:
    """The answer.  ``message`` is set when one was accepted."""

    body: Any
    message: Message | None = None
    proof: Proof | None = None


Operation = Callable[[Engine, GraphCall, str], Outcome]


def success() -> Outcome:
    """``{"success": true}``."""
    return Outcome(dict(OK))
