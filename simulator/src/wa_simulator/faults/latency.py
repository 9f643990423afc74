"""Meta is slow."""

from typing import Any, ClassVar

from .base import API, Call, Delay, Effect, positive


class Latency:
    """``seconds`` of wall time (default 1)."""

    NAME: ClassVar[str] = "latency"
    PARAMS: ClassVar[dict[str, Any]] = {"seconds": 1.0}
    DIRECTIONS: ClassVar[tuple[str, ...]] = (API,)

    def __init__(self, **params: Any) -> None:
        self._seconds = positive(self.NAME, "seconds", params.get("seconds", 1.0))

    def effect(self, call: Call) -> Effect:
        """The delay."""
        return Delay(self._seconds)
