"""What may happen to a webhook on its way, once per webhook."""

from typing import Any, ClassVar

from .base import (
    BEFORE,
    QUEUED,
    WEBHOOK,
    Call,
    DelayDelivery,
    Drop,
    DuplicateDelivery,
    Effect,
    Fault,
    ReorderDelivery,
)


class WebhookFault(Fault):
    """A fault that strikes a webhook when it is queued."""

    DIRECTIONS: ClassVar[tuple[str, ...]] = (WEBHOOK,)
    PHASES: ClassVar[tuple[str, ...]] = (BEFORE,)
    STAGE: ClassVar[str] = QUEUED


class WebhookDrop(WebhookFault):
    """The webhook is lost: never posted, no retry."""

    NAME: ClassVar[str] = "webhook_drop"

    def effect(self, call: Call) -> Effect:
        """The loss."""
        return Drop()


class WebhookDuplicate(WebhookFault):
    """The webhook comes ``copies`` times more (default 1), each ``apart`` seconds
    of the engine's clock later (default 0); ``at_once``: beside each other, not one
    after the answer to the other."""

    NAME: ClassVar[str] = "webhook_duplicate"
    PARAMS: ClassVar[dict[str, Any]] = {
        "copies": 1,
        "apart": 0.0,
        "at_once": False,
    }

    def check(self) -> None:
        """How many, how far apart."""
        self.number("copies", 1, 100, whole=True)
        self.number("apart")
        self.flag("at_once")

    def effect(self, call: Call) -> Effect:
        """The copies."""
        p = self.params
        return DuplicateDelivery(
            int(p["copies"]), float(p["apart"]), at_once=p["at_once"]
        )


class WebhookDelay(WebhookFault):
    """The webhook comes ``seconds`` of the engine's clock later (default 30); those
    behind it do not wait."""

    NAME: ClassVar[str] = "webhook_delay"
    PARAMS: ClassVar[dict[str, Any]] = {"seconds": 30.0}

    def check(self) -> None:
        """Seconds."""
        self.number("seconds")

    def effect(self, call: Call) -> Effect:
        """The delay."""
        return DelayDelivery(float(self.params["seconds"]))


class WebhookReorder(WebhookFault):
    """The webhook is overtaken by the next ``behind`` ones of the same number
    (default 1); when they do not come it goes after ``wait`` seconds of the
    engine's clock (default 60)."""

    NAME: ClassVar[str] = "webhook_reorder"
    PARAMS: ClassVar[dict[str, Any]] = {"behind": 1, "wait": 60.0}

    def check(self) -> None:
        """How many overtake it, how long it waits for them."""
        self.number("behind", 1, 1000, whole=True)
        self.number("wait")

    def effect(self, call: Call) -> Effect:
        """Its place in the line."""
        return ReorderDelivery(int(self.params["behind"]), float(self.params["wait"]))
