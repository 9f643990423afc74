"""Gateways that somebody must decide about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..classify.gateways import Gateway
from ..classify.origins import NEW, OLD, OPEN, Origin
from ..findings import NOTE, WARNING, Finding, Question, Remark
from ..options import Options
from .view import Check, View

# Why somebody must decide, by code of ``Gateway.why``.
QUESTIONS = {
    "twilio": "Gateway %(id)s '%(name)s' is of Twilio, %(messages)s messages. Twilio"
    " has no counterpart here: 'map' its history to the gateway that its number has"
    " today, or 'skip' it.",
    "custom": "Gateway %(id)s '%(name)s' is of another provider, %(messages)s messages."
    " It has no counterpart here: 'map' its history to a gateway of today, or 'skip'.",
    "address": "Gateway %(id)s '%(name)s' has an address that is not one of the Cloud"
    " API, %(messages)s messages. 'create' a gateway without number to be completed,"
    " 'map' it to one of today, or 'skip'.",
    "archived": "Gateway %(id)s '%(name)s' is archived, %(messages)s messages. 'create'"
    " a gateway for its history, 'map' it to one of today, or 'skip'.",
    "token": "Gateway %(id)s '%(name)s' has the token of gateway %(other)s,"
    " %(messages)s messages. Two numbers of one account: 'create'. The same number"
    " twice: 'join' it with the other. Or 'map', or 'skip'.",
    "number": "Gateway %(id)s '%(name)s' has the number of gateway %(other)s,"
    " %(messages)s messages. 'join' it with the other, 'map' it, or 'skip'.",
}
OPTIONS = {
    "twilio": ("map", "skip"),
    "custom": ("map", "skip"),
    "address": ("create", "map", "skip"),
    "archived": ("create", "map", "skip"),
    "token": ("create", "join", "map", "skip"),
    "number": ("join", "map", "skip"),
}
# Answers that cannot be used, by code of ``Gateway.problem``.
PROBLEMS = {
    "target": "The answer about gateway %(id)s cannot be used: it names a gateway that"
    " does not exist or is not of type WhatsApp.",
    "join": "The answer about gateway %(id)s cannot be used: the gateway that it shall"
    " join is not taken along.",
    "action": "The answer about gateway %(id)s cannot be used: no gateway can be made"
    " of it.",
}
SUGGESTIONS = {"archived": "create", "number": "join"}


# Of the generations that messages are of.
GENERATIONS = {
    "1": "The messages are of the first generation: they name gateways of the old"
    " module.",
    "2": "The messages are of the second generation: they name gateways of OCA, and"
    " what was sent stands in conversations of Discuss already.",
    "mixed": "The messages are of both generations: the old module was upgraded while"
    " they were written.",
}


def generation_of(origins: Sequence[Origin]) -> str:
    """``1``, ``2`` or ``mixed``, by what messages name; ``?`` without any."""
    named = {source for origin in origins for source in origin.counts}
    if OPEN in named or {OLD, NEW} <= named:
        return "mixed"
    return "1" if OLD in named else "2" if NEW in named else "?"


def check_generation(view: View) -> Iterable[Finding]:
    words = GENERATIONS.get(generation_of(view.origins))
    if words:
        yield Remark("generation", NOTE, words)


def check_gateways(view: View) -> Iterable[Finding]:
    for gateway in view.gateways:
        if gateway.source == OLD and _was_asked(gateway, view.options):
            yield from _question(gateway, view.options)


def _was_asked(gateway: Gateway, options: Options) -> bool:
    return gateway.action == "open" or str(gateway.id) in options.decisions.gateways


def _question(gateway: Gateway, options: Options) -> Iterable[Finding]:
    why = gateway.why or _why_of_answered(gateway)
    values: dict[str, Any] = {
        "id": gateway.id,
        "name": gateway.name,
        "messages": gateway.messages,
        "other": gateway.number_of if why == "number" else gateway.token_of,
    }
    yield Question(
        f"gateway_{why}",
        ("gateways", str(gateway.id), "action"),
        QUESTIONS[why],
        values,
        OPTIONS[why],
        None if gateway.action == "open" else gateway.action,
        SUGGESTIONS.get(why),
    )
    if gateway.problem:
        yield Remark(
            "gateway_answer", WARNING, PROBLEMS[gateway.problem], {"id": gateway.id}
        )


def _why_of_answered(gateway: Gateway) -> str:
    if gateway.provider != "whatsapp_business":
        return "twilio" if gateway.provider == "twilio" else "custom"
    if gateway.number_of not in (None, gateway.id):
        return "number"
    if gateway.token_of not in (None, gateway.id):
        return "token"
    return "address" if not gateway.number_id else "archived"


def check_mixed(view: View) -> Iterable[Finding]:
    """Rows that nothing in the database decides: an upgraded one (LEGACY.md)."""
    for origin in view.origins:
        if not origin.asked:
            continue
        yield Question(
            "mixed_gateway",
            ("mixed_gateways", str(origin.gateway_id)),
            "Of %(rows)s messages that name gateway %(id)s nothing tells whether the"
            " old module's gateway of that id or OCA's is meant. Answer"
            " 'whatsapp_gateway', 'mail_gateway', 'reject', or the date on which the"
            " old module was upgraded: those made before it are of the old gateway.",
            {"id": origin.gateway_id, "rows": origin.asked},
            ("whatsapp_gateway", "mail_gateway", "reject", "2026-01-23"),
            origin.answer,
            origin.upgraded and origin.upgraded.isoformat(" ", "seconds"),
        )


def check_missing(view: View) -> Iterable[Finding]:
    for gateway in view.gateways:
        if gateway.action == "missing" and gateway.messages:
            yield Remark(
                "gateway_missing",
                WARNING,
                "%(messages)s messages name gateway %(id)s, which does not exist any"
                " more. They are rejected, unless you map it:"
                " --gateway-map %(id)s:<id of a gateway of today>.",
                {"id": gateway.id, "messages": gateway.messages},
            )


def check_plain(view: View) -> Iterable[Finding]:
    """What happens without being asked."""
    words = {
        "create": "Gateway %(id)s '%(name)s' is made anew as a gateway of OCA,"
        " %(messages)s messages.",
        "same": "Gateway %(id)s '%(name)s' has the number of today's gateway"
        " %(gateway)s and is joined with it, %(messages)s messages.",
        "skip": "Gateway %(id)s '%(name)s' is left behind, %(messages)s messages.",
        "keep": "Gateway %(id)s '%(name)s' is one of OCA already, %(messages)s"
        " messages.",
    }
    for gateway in view.gateways:
        if gateway.action in words and gateway.source in (OLD, NEW):
            yield Remark(
                f"gateway_{gateway.action}",
                NOTE,
                words[gateway.action],
                {
                    "id": gateway.id,
                    "name": gateway.name,
                    "messages": gateway.messages,
                    "gateway": gateway.gateway,
                },
            )


CHECKS: tuple[Check, ...] = (
    check_generation,
    check_gateways,
    check_mixed,
    check_missing,
    check_plain,
)
