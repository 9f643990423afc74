"""Sending a template: parameters against placeholders, the hydrated text.

Details of 132000 as in captured traffic (whaloc); the rest after the error code
page as mirrored 2025-12-11.
"""

import re
from dataclasses import dataclass
from typing import Any

from ..entities import Json, Template
from ..errors import Refused
from . import send_buttons as template_send_buttons
from .texts import variables

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_BAD_TEXT = re.compile(r"[\n\r\t]| {5,}")
_MEDIA_FORMATS = ("IMAGE", "VIDEO", "DOCUMENT", "GIF")
_FORMAT_OF = {"GIF": "VIDEO"}
MAX_HYDRATED = 1024
MAX_HEADER = 60
#: Version from which a bad parameter text is 132018 (changelog, May 2025).
DETAILED_SINCE = 23.0
#: Components that a send may name -> the component of the template.
SENDABLE = (
    "HEADER", "BODY", "BUTTON", "CAROUSEL", "LIMITED_TIME_OFFER", "ORDER_STATUS",
    "FOOTER", "TAP_TARGET_CONFIGURATION",
)  # fmt: skip


@dataclass(frozen=True)
class Manner:
    """How a send is judged.

    :param named: parameters bear names.
    :param bad_text: the code for new lines, tabs and runs of spaces.
    """

    named: bool
    bad_text: int


def require_sendable(template: Template | None, name: str, language: str) -> Template:
    """The template when it can be sent now; else 132001, 132015 or 132016."""
    if template is None or template.status not in ("APPROVED", "PAUSED", "DISABLED"):
        raise Refused(132001, f"template name ({name}) does not exist in {language}")
    if template.status == "PAUSED":
        raise Refused(132015, f"template ({name}) is paused due to low quality")
    if template.status == "DISABLED":
        raise Refused(132016, f"template ({name}) is disabled")
    return template


def placeholders(text: str) -> list[str]:
    """Names of the variables in order, each once."""
    return variables(text)


def bad_text_code(switch: str, version: float | None) -> int:
    """132007, or by version: 100 before v23.0, 132018 since."""
    if switch == "132007":
        return 132007
    return 132018 if version is None or version >= DETAILED_SINCE else 100


def hydrate(
    template: Template,
    components: list[Json],
    version: float | None,
    switch: str = "version",
) -> str:
    """Check the parameters and give the body as the customer reads it.

    :param version: of the path, e.g. ``23.0``; None means newest.
    :param switch: ``Settings.bad_parameter_code``.
    """
    manner = Manner(
        template.parameter_format == "NAMED", bad_text_code(switch, version)
    )
    return _fit(template.components, components, manner)


def _fit(made: list[Json], sent: list[Json], manner: Manner) -> str:
    given = _by_type(sent)
    _check_extra(made, given)
    body = ""
    for component in made:
        kind = str(component["type"]).upper()
        if kind == "HEADER":
            _header(component, given.get("HEADER", []), manner)
        elif kind == "BODY":
            body = _fill("body", component["text"], given.get("BODY", []), manner)
        elif kind == "BUTTONS":
            template_send_buttons.check(component.get("buttons", []), sent)
        elif kind == "CAROUSEL":
            _carousel(component, sent, manner)
        elif kind == "LIMITED_TIME_OFFER":
            _offer(component, given.get("LIMITED_TIME_OFFER", []))
    if len(body) > MAX_HYDRATED:
        raise Refused(
            132005,
            f"Translated text too long: body has {len(body)} of {MAX_HYDRATED} "
            "characters",
        )
    return body


def _by_type(components: list[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for component in components:
        if not isinstance(component, dict) or not isinstance(
            component.get("type"), str
        ):
            raise Refused(
                100,
                message="(#100) The parameter template['components']['type'] "
                "is required.",
            )
        kind = component["type"].upper()
        if kind not in SENDABLE:
            raise Refused(
                100,
                message="(#100) Param template['components']['type'] must be one of {"
                f'{", ".join(SENDABLE)}}} - got "{component["type"]}".',
            )
        parameters = component.get("parameters") or []
        if not isinstance(parameters, list) or not all(
            isinstance(parameter, dict) for parameter in parameters
        ):
            raise Refused(
                100,
                message="(#100) Param template['components']['parameters'] must be "
                "an array of objects.",
            )
        found[kind] = parameters
    return found


def _check_extra(made: list[Json], given: dict[str, list[Json]]) -> None:
    """Parameters for a component that the template has not are a mismatch."""
    kinds = {str(component["type"]).upper() for component in made}
    for kind in ("HEADER", "BODY"):
        if kind not in kinds and given.get(kind):
            raise _mismatch(kind.lower(), len(given[kind]), 0)


def _mismatch(where: str, got: int, expected: int) -> Refused:
    return Refused(
        132000,
        f"{where}: number of localizable_params ({got}) does not match the expected "
        f"number of params ({expected})",
    )


def _header(component: Json, parameters: list[Json], manner: Manner) -> None:
    expected = str(component.get("format", "TEXT")).upper()
    if expected == "TEXT":
        text = _fill("header", component.get("text", ""), parameters, manner)
        if len(text) > MAX_HEADER:
            raise Refused(
                132005,
                f"Translated text too long: header has {len(text)} of {MAX_HEADER} "
                "characters",
            )
        return
    expected = _FORMAT_OF.get(expected, expected)
    kinds = [str(p.get("type", "")).upper() for p in parameters]
    if expected not in (*_MEDIA_FORMATS, "LOCATION"):
        return
    if kinds != [expected]:
        got = kinds[0] if kinds else "UNKNOWN"
        raise Refused(
            132012, f"header: Format mismatch, expected {expected}, received {got}"
        )
    inner = parameters[0].get(expected.lower())
    needed = ("latitude", "longitude") if expected == "LOCATION" else ("id", "link")
    present = [isinstance(inner, dict) and bool(inner.get(key)) for key in needed]
    if not (all(present) if expected == "LOCATION" else any(present)):
        raise Refused(
            131008, f"header: {expected.lower()} requires {' and '.join(needed)}"
            if expected == "LOCATION"
            else f"header: {expected.lower()} requires id or link",
        )  # fmt: skip


def _fill(where: str, text: str, parameters: list[Json], manner: Manner) -> str:
    names = placeholders(text)
    if len(parameters) != len(names):
        raise _mismatch(where, len(parameters), len(names))
    values: dict[str, str] = {}
    for position, parameter in enumerate(parameters, start=1):
        name = str(position)
        if manner.named:
            name = str(parameter.get("parameter_name") or "")
            if name not in names:
                raise Refused(
                    100,
                    f"{where}: Parameter name is missing or empty"
                    if not name
                    else f"{where}: parameter_name '{name}' is not in the template",
                )
        values[name] = _value(where, parameter, manner)
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _value(where: str, parameter: Json, manner: Manner) -> str:
    kind = parameter.get("type")
    if kind in ("currency", "date_time"):
        inner = parameter.get(kind)
        fallback = inner.get("fallback_value") if isinstance(inner, dict) else None
        if not fallback:
            raise Refused(131008, f"{where}: {kind} requires fallback_value")
        return str(fallback)
    if kind != "text":
        raise Refused(
            132012, f"{where}: Format mismatch, expected TEXT, received {kind}"
        )
    text = parameter.get("text")
    if not isinstance(text, str) or not text:
        raise Refused(131008, "Parameter of type text is missing text value")
    if _BAD_TEXT.search(text):
        raise Refused(
            manner.bad_text,
            "Param text cannot have new-line/tab characters or more than 4 "
            "consecutive spaces",
        )
    return text


def _sent(components: list[Json], kind: str) -> Json:
    return next((c for c in components if str(c.get("type", "")).upper() == kind), {})


def _carousel(component: Json, sent: list[Json], manner: Manner) -> None:
    """Each card of the template needs one of the message, by ``card_index``."""
    cards: Any = _sent(sent, "CAROUSEL").get("cards") or []
    made = component["cards"]
    if not isinstance(cards, list) or len(cards) != len(made):
        got = len(cards) if isinstance(cards, list) else 0
        raise Refused(132012, f"carousel: expected {len(made)} cards, received {got}")
    for position, card in enumerate(cards):
        index = card.get("card_index", position) if isinstance(card, dict) else None
        parts = card.get("components") or [] if isinstance(card, dict) else None
        if not isinstance(index, int) or not 0 <= index < len(made):
            raise Refused(131009, f"carousel: card_index '{index}' is not valid")
        if not isinstance(parts, list):
            raise Refused(131008, "carousel: a card requires components")
        _fit(made[index]["components"], parts, manner)


def _offer(component: Json, parameters: list[Json]) -> None:
    """An expiring offer needs its end in milliseconds."""
    if not component["limited_time_offer"].get("has_expiration"):
        return
    inner = parameters[0].get("limited_time_offer") if parameters else None
    ends = inner.get("expiration_time_ms") if isinstance(inner, dict) else None
    if not str(ends or "").isdigit():
        raise Refused(131008, "limited_time_offer requires expiration_time_ms")
