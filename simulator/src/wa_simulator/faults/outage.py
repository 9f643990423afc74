"""Meta is down."""

from typing import Any, ClassVar

from ..engine.errors import BadRequest
from .base import AFTER, Answer, Call, Effect, Fault, Hang, Refuse, Reset

MODES: dict[str, Effect] = {
    "503": Answer(2, "Service temporarily unavailable"),
    "refuse": Refuse(),
    "hang": Hang(),
    "reset": Reset(),
}


class Outage(Fault):
    """``mode``: 503 (at once; default), refuse, hang, reset."""

    NAME: ClassVar[str] = "outage"
    PARAMS: ClassVar[dict[str, Any]] = {"mode": "503"}
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {"mode": tuple(MODES)}

    def check_phase(self, phase: str) -> None:
        """Nothing is accepted over a connection that was refused."""
        if phase == AFTER and self.params["mode"] == "refuse":
            raise BadRequest(
                "outage: a refused connection accepts nothing: phase 'before'"
            )

    def effect(self, call: Call) -> Effect:
        """The effect of the mode."""
        return MODES[self.params["mode"]]
