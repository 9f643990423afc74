"""Meta is down."""

from typing import Any, ClassVar

from .base import API, Answer, Call, Effect, Hang, Refuse, Reset, choice

MODES: dict[str, Effect] = {
    "503": Answer(2, "Service temporarily unavailable"),
    "refuse": Refuse(),
    "hang": Hang(),
    "reset": Reset(),
}


class Outage:
    """``mode``: 503 (at once; default), refuse, hang, reset."""

    NAME: ClassVar[str] = "outage"
    PARAMS: ClassVar[dict[str, Any]] = {"mode": "503"}
    DIRECTIONS: ClassVar[tuple[str, ...]] = (API,)

    def __init__(self, **params: Any) -> None:
        mode = str(params.get("mode", "503"))
        self.mode = choice(self.NAME, "mode", mode, tuple(MODES))

    def effect(self, call: Call) -> Effect:
        """The effect of the mode."""
        return MODES[self.mode]
