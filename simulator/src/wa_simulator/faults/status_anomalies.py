"""Meta's oddities: the answer is true, what follows is not what one expects."""

from typing import Any, ClassVar

from ..engine.codes import CODES
from ..engine.errors import BadRequest
from ..engine.messages.status_anomalies import PLANS, AnomalousStatuses
from .base import AFTER, Call, Effect, Fault, StatusAnomaly


class StatusAnomalyFault(Fault):
    """A message is accepted and answered; its statuses are odd."""

    PHASES: ClassVar[tuple[str, ...]] = (AFTER,)

    def meets(self, call: Call) -> bool:
        """Calls that send a message."""
        return call.path.endswith("/messages") and call.to is not None

    def effect(self, call: Call) -> Effect:
        """The plan of its name."""
        code = int(self.params.get("code", 131026))
        return StatusAnomaly(
            AnomalousStatuses(PLANS[self.NAME], code, CODES[code].title)
        )

    def check(self) -> None:
        """A code of the table, where there is one."""
        code = self.params.get("code", 131026)
        if isinstance(code, (dict, list)) or code not in CODES:
            raise BadRequest(
                f"{self.NAME}: 'code' expects one of Meta's codes, got {code!r}"
            )


class StatusBeforeAnswer(StatusAnomalyFault):
    """The statuses' webhooks come before the answer of the send; it waits for them
    ``wait`` seconds of wall time at most (default 5)."""

    NAME: ClassVar[str] = "status_before_answer"
    PARAMS: ClassVar[dict[str, Any]] = {"wait": 5.0}

    def check(self) -> None:
        """Seconds."""
        self.number("wait", 0.001, 60)

    def effect(self, call: Call) -> Effect:
        """The usual statuses, early."""
        return StatusAnomaly(None, float(self.params["wait"]))


class ReadWithoutDelivered(StatusAnomalyFault):
    """``sent``, then ``read``; ``delivered`` never comes."""

    NAME: ClassVar[str] = "read_without_delivered"


class DeliveredAndFailed(StatusAnomalyFault):
    """``delivered`` and ``failed`` for one message (several devices): ``code``."""

    NAME: ClassVar[str] = "delivered_and_failed"
    PARAMS: ClassVar[dict[str, Any]] = {"code": 131026}


class SentAfterFailed(StatusAnomalyFault):
    """``failed``, and ``sent`` afterwards: ``code``."""

    NAME: ClassVar[str] = "sent_after_failed"
    PARAMS: ClassVar[dict[str, Any]] = {"code": 131026}


class ErrorsAlone(StatusAnomalyFault):
    """Instead of statuses a webhook with ``value.errors`` alone: ``code``."""

    NAME: ClassVar[str] = "errors_alone"
    PARAMS: ClassVar[dict[str, Any]] = {"code": 131000}
