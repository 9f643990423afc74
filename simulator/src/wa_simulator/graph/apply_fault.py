"""What a fault makes of an answer, by the type of its effect."""

from collections.abc import Callable
from typing import Any

from ..engine.errors import Refused
from ..faults import Answer, Body, CorruptBody, Cut, Effect, Hang, Reset
from .call_result import CallResult

#: What is cut when nothing was to be answered yet (phase ``before``).
UNANSWERED = {"messaging_product": "whatsapp", "contacts": [], "messages": []}

Refuse = Callable[[CallResult, Refused, int | None], None]


def apply_fault(result: CallResult, effect: Effect | None, refuse: Refuse) -> bool:
    """Let a fault replace the answer; whether the call ends here.

    :param refuse: renders an error as Meta does.
    """
    if effect is None:
        return False
    appliers.get(type(effect), _reset)(result, effect, refuse)
    return True


def _answer(result: CallResult, effect: Answer, refuse: Refuse) -> None:
    result.content, result.headers = None, {}
    refused = Refused(
        effect.code,
        effect.details,
        subcode=effect.subcode,
        message=effect.message,
        kind=effect.kind,
    )
    refuse(result, refused, effect.http)
    for name in effect.without:
        result.headers.pop(name, None)
    result.headers.update(dict(effect.headers))


def _body(result: CallResult, effect: Body, refuse: Refuse) -> None:
    result.status, result.content = effect.http, effect.content
    result.content_type, result.headers = effect.content_type, {}


def _cut(result: CallResult, effect: Cut, refuse: Refuse) -> None:
    result.cut = effect.share
    if not result.status:
        result.status, result.body = 200, UNANSWERED


def _corrupt(result: CallResult, effect: CorruptBody, refuse: Refuse) -> None:
    if result.content is None or result.status >= 400:
        return
    result.content = effect.change(result.content)
    result.content_type = effect.content_type or result.content_type
    for name in ("content-range", "content-length"):
        result.headers.pop(name, None)


def _hang(result: CallResult, effect: Hang, refuse: Refuse) -> None:
    result.lost, result.hold = "hang", effect.seconds
    result.status, result.body, result.content = 0, None, None


def _reset(result: CallResult, effect: Reset, refuse: Refuse) -> None:
    result.lost = "reset"
    result.status, result.body, result.content = 0, None, None


#: A type that is not listed ends the connection (a refusal that came too late).
appliers: dict[type, Callable[[CallResult, Any, Refuse], None]] = {
    Answer: _answer,
    Body: _body,
    Cut: _cut,
    CorruptBody: _corrupt,
    Hang: _hang,
    Reset: _reset,
}
