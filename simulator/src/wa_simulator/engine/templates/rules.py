"""What Meta checks when a template is created or edited.

Sources: the pages on template components, carousels, limited-time offers and
authentication templates as mirrored 2025-12-11; subcodes as listed by whelx
(2026-09) from captured answers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..entities import Json
from ..errors import bad_parameter
from . import buttons as template_buttons
from . import texts as template_texts
from .texts import refused, required

CATEGORIES = ("AUTHENTICATION", "MARKETING", "UTILITY")
FORMATS = ("POSITIONAL", "NAMED")
_NAME = re.compile(r"[a-z0-9_]+")
MAX_NAME = 512
MAX_OFFER = 16
MAX_CARDS, MIN_CARDS = 10, 2
MAX_EXPIRATION = 90
HEADER_FORMATS = (
    "TEXT", "IMAGE", "VIDEO", "DOCUMENT", "GIF", "LOCATION", "PRODUCT",
)  # fmt: skip

#: Codes of the page on supported languages.
_CODES = (
    "af sq ar ar_EG ar_AE ar_LB ar_MA ar_QA az be_BY bn bn_IN bg ca zh_CN zh_HK zh_TW "
    "hr cs da prs_AF nl nl_BE en en_GB en_US en_AE en_AU en_CA en_GH en_IE en_IN en_JM "
    "en_MY en_NZ en_QA en_SG en_UG en_ZA et fil fi fr fr_BE fr_CA fr_CH fr_CI fr_MA ka "
    "de de_AT de_CH el gu ha he hi hu id ga it ja kn kk rw_RW ko ky_KG lo lv lt mk ms "
    "ml mr nb ps_AF fa pl pt_BR pt_PT pa ro ru sr si_LK sk sl es es_AR es_CL es_CO "
    "es_CR es_DO es_EC es_HN es_MX es_PA es_PE es_ES es_UY sw sv ta te th tr uk ur uz "
    "vi zu"
)
LANGUAGES = frozenset(_CODES.split())


@dataclass(frozen=True)
class Draft:
    """A template that passed the checks, as it will be stored."""

    name: str
    language: str
    category: str
    parameter_format: str
    components: list[Json]


@dataclass(frozen=True)
class Context:
    """What a component's check may need to know."""

    category: str
    named: bool
    in_card: bool = False


def word(body: Json, key: str, known: tuple[str, ...], default: str = "") -> str:
    """An upper-case word of a closed list.  Refused (100)."""
    value = body.get(key)
    if value is None and default:
        return default
    if value is None:
        raise bad_parameter(f"The parameter {key} is required.")
    if not isinstance(value, str) or value.upper() not in known:
        raise bad_parameter(
            f'Param {key} must be one of {{{", ".join(known)}}} - got "{value}".'
        )
    return value.upper()


def check(body: Json) -> Draft:
    """Check the body of a creation.  Refused, with subcode where one is known."""
    name = body.get("name")
    if not name:
        raise bad_parameter("The parameter name is required.")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_parameter(
            "Param name can only have lowercase alphanumeric characters and "
            f'underscores - got "{name}".'
        )
    if len(name) > MAX_NAME:
        raise refused(2388040, "name", f"at most {MAX_NAME} characters")
    language = body.get("language")
    if not language:
        raise bad_parameter("The parameter language is required.")
    if str(language) not in LANGUAGES:
        raise bad_parameter(
            f'Param language must be one of the supported languages - got "{language}".'
        )
    category = word(body, "category", CATEGORIES)
    parameter_format = word(body, "parameter_format", FORMATS, "POSITIONAL")
    components = check_components(body.get("components"), category, parameter_format)
    return Draft(name, str(language), category, parameter_format, components)


def check_components(given: Any, category: str, parameter_format: str) -> list[Json]:
    """The components as Meta stores them: words in upper case."""
    if given is None:
        raise bad_parameter("The parameter components is required.")
    if not isinstance(given, list) or not all(isinstance(c, dict) for c in given):
        raise bad_parameter("Param components must be an array of objects.")
    context = Context(category, parameter_format == "NAMED")
    made = [_component(component, context) for component in given]
    kinds = [component["type"] for component in made]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise bad_parameter(f"Param components: only one {kind} is allowed.")
    if "BODY" not in kinds:
        raise required("BODY", "text")
    return made


def _component(component: Json, context: Context) -> Json:
    kind = word(component, "type", tuple(CHECKS))
    return {**CHECKS[kind](component, context), "type": kind}


def _header(component: Json, context: Context) -> Json:
    made = {**component, "format": word(component, "format", HEADER_FORMATS)}
    if made["format"] == "TEXT":
        template_texts.header(component, named=context.named)
    elif made["format"] not in ("LOCATION", "PRODUCT"):
        template_texts.examples(component, "HEADER", "header_handle", 1)
    if made["format"] == "LOCATION" and context.category == "AUTHENTICATION":
        raise bad_parameter("Param format: LOCATION is for UTILITY and MARKETING.")
    return made


def _body(component: Json, context: Context) -> Json:
    if context.category == "AUTHENTICATION" and not component.get("text"):
        return template_texts.otp_body(component)
    template_texts.body(component, named=context.named, in_card=context.in_card)
    return component


def _footer(component: Json, context: Context) -> Json:
    minutes = component.get("code_expiration_minutes")
    if context.category == "AUTHENTICATION" and minutes is not None:
        whole = isinstance(minutes, int) and not isinstance(minutes, bool)
        if not whole or not 1 <= minutes <= MAX_EXPIRATION:
            raise bad_parameter(
                f"Param code_expiration_minutes must be 1 to {MAX_EXPIRATION}."
            )
        return {**component, "text": f"This code expires in {minutes} minutes."}
    template_texts.footer(component)
    return component


def _buttons(component: Json, context: Context) -> Json:
    made = template_buttons.check(component.get("buttons"), in_card=context.in_card)
    return {**component, "buttons": made}


def _carousel(component: Json, context: Context) -> Json:
    cards = component.get("cards")
    if not isinstance(cards, list) or not MIN_CARDS <= len(cards) <= MAX_CARDS:
        raise bad_parameter(f"Param cards must have {MIN_CARDS} to {MAX_CARDS} items.")
    inner = Context(context.category, context.named, in_card=True)
    made = []
    for card in cards:
        parts = card.get("components") if isinstance(card, dict) else None
        if not isinstance(parts, list) or not all(isinstance(p, dict) for p in parts):
            raise bad_parameter("The parameter cards['components'] is required.")
        made.append({"components": [_component(part, inner) for part in parts]})
    shapes = {_card_shape(card) for card in made}
    if len(shapes) > 1:
        raise bad_parameter("Param cards: all cards must have the same components.")
    return {**component, "cards": made}


def _card_shape(card: Json) -> tuple[object, ...]:
    parts = []
    for part in card["components"]:
        buttons = tuple(button["type"] for button in part.get("buttons", []))
        parts.append((part["type"], part.get("format"), buttons))
    return tuple(parts)


def _offer(component: Json, context: Context) -> Json:
    offer = component.get("limited_time_offer")
    text = offer.get("text") if isinstance(offer, dict) else None
    if not isinstance(text, str) or not text:
        raise required("LIMITED_TIME_OFFER", "text")
    if len(text) > MAX_OFFER:
        raise refused(2388040, "limited_time_offer", f"at most {MAX_OFFER} characters")
    if context.category != "MARKETING":
        raise bad_parameter("Param components: LIMITED_TIME_OFFER is for MARKETING.")
    return component


def _as_it_is(component: Json, context: Context) -> Json:
    return component


CHECKS: dict[str, Callable[[Json, Context], Json]] = {
    "HEADER": _header,
    "BODY": _body,
    "FOOTER": _footer,
    "BUTTONS": _buttons,
    "CAROUSEL": _carousel,
    "LIMITED_TIME_OFFER": _offer,
    "CALL_PERMISSION_REQUEST": _as_it_is,
    "ORDER_STATUS": _as_it_is,
}
