"""Meta is slow, or does not answer at all."""

from typing import Any, ClassVar

from .base import Call, Delay, Effect, Fault, Hang, Reset, positive


class Latency(Fault):
    """The answer takes ``seconds`` of wall time more (default 1), and up to
    ``jitter`` beyond, drawn by the seed."""

    NAME: ClassVar[str] = "latency"
    PARAMS: ClassVar[dict[str, Any]] = {"seconds": 1.0, "jitter": 0.0}

    def check(self) -> None:
        """Seconds above zero."""
        positive(self.NAME, "seconds", self.params["seconds"])
        self.number("jitter")

    def effect(self, call: Call) -> Effect:
        """The delay."""
        return Delay(float(self.params["seconds"]), float(self.params["jitter"]))


class Timeout(Fault):
    """No answer: the connection stays open for ``seconds`` of wall time (default
    90, longer than clients wait), then it is reset."""

    NAME: ClassVar[str] = "timeout"
    PARAMS: ClassVar[dict[str, Any]] = {"seconds": 90.0}

    def check(self) -> None:
        """Seconds above zero."""
        positive(self.NAME, "seconds", self.params["seconds"])

    def effect(self, call: Call) -> Effect:
        """The silence."""
        return Hang(float(self.params["seconds"]))


class ConnectionReset(Fault):
    """The connection is reset instead of an answer."""

    NAME: ClassVar[str] = "reset"

    def effect(self, call: Call) -> Effect:
        """The reset."""
        return Reset()
