"""What a fault makes of an answer, by the type of its effect."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..engine.entities import Message
from ..engine.errors import Refused
from ..faults import Answer, Body, Cut, Effect, Fired, Hang, Reset, Spoil

#: What is cut when nothing was to be answered yet (phase ``before``).
UNANSWERED = {"messaging_product": "whatsapp", "contacts": [], "messages": []}


@dataclass
class Handled:
    """What came of a call, for the answer and the journal.

    :param lost: ``hang``, ``reset``: no answer; ``hold`` says after how long.
    :param told: the engine knows that the answer is out.
    :param cut: share of the answer that leaves before the connection closes.
    """

    status: int = 0
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = ""
    message: Message | None = None
    fired: Fired = field(default_factory=Fired)
    lost: str | None = None
    hold: float | None = None
    cut: float | None = None
    told: bool = False
    #: Of the call: what the rendering of errors depends on.
    version: float | None = None
    waba: str | None = None


Refuse = Callable[[Handled, Refused, int | None], None]


def strike(handled: Handled, effect: Effect | None, refuse: Refuse) -> bool:
    """Let a fault replace the answer; whether the call ends here.

    :param refuse: renders an error as Meta does.
    """
    if effect is None:
        return False
    strikers.get(type(effect), _reset)(handled, effect, refuse)
    return True


def _answer(handled: Handled, effect: Answer, refuse: Refuse) -> None:
    handled.content, handled.headers = None, {}
    refused = Refused(
        effect.code,
        effect.details,
        subcode=effect.subcode,
        message=effect.message,
        kind=effect.kind,
    )
    refuse(handled, refused, effect.http)
    for name in effect.without:
        handled.headers.pop(name, None)
    handled.headers.update(dict(effect.headers))


def _body(handled: Handled, effect: Body, refuse: Refuse) -> None:
    handled.status, handled.content = effect.http, effect.content
    handled.content_type, handled.headers = effect.content_type, {}


def _cut(handled: Handled, effect: Cut, refuse: Refuse) -> None:
    handled.cut = effect.share
    if not handled.status:
        handled.status, handled.body = 200, UNANSWERED


def _spoil(handled: Handled, effect: Spoil, refuse: Refuse) -> None:
    if handled.content is None or handled.status >= 400:
        return
    handled.content = effect.change(handled.content)
    handled.content_type = effect.content_type or handled.content_type
    for name in ("content-range", "content-length"):
        handled.headers.pop(name, None)


def _hang(handled: Handled, effect: Hang, refuse: Refuse) -> None:
    handled.lost, handled.hold = "hang", effect.seconds
    handled.status, handled.body, handled.content = 0, None, None


def _reset(handled: Handled, effect: Reset, refuse: Refuse) -> None:
    handled.lost = "reset"
    handled.status, handled.body, handled.content = 0, None, None


#: A type that is not listed ends the connection (a refusal that came too late).
strikers: dict[type, Callable[[Handled, Any, Refuse], None]] = {
    Answer: _answer,
    Body: _body,
    Cut: _cut,
    Spoil: _spoil,
    Hang: _hang,
    Reset: _reset,
}
