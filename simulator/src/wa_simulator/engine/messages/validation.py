"""Checks of ``POST /{phone_number_id}/messages`` by type.

Each check takes the node named like the type and raises ``Refused``.  Limits:
message pages as mirrored 2025-12-11.
"""

from collections.abc import Callable
from typing import Any

from ..entities import Json
from ..errors import Refused
from ..nearest import nearest
from ..schema import is_web_address
from . import contact_cards, interactive, media_rules

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_FILENAME = 1024
MAX_OPAQUE = 512

#: Keys of a medium's node by kind, besides ``id``, ``link`` and ``provider``.
MEDIA_KEYS: dict[str, tuple[str, ...]] = {
    "audio": ("voice",),
    "image": ("caption",),
    "video": ("caption",),
    "document": ("caption", "filename"),
    "sticker": (),
}


def missing(name: str) -> Refused:
    """Meta's words for an absent parameter."""
    return Refused(100, message=f"(#100) The parameter {name} is required.")


def invalid(details: str) -> Refused:
    """131009 with details."""
    return Refused(131009, details)


def text_of(node: Json, key: str, where: str, limit: int) -> str:
    """A required, non-empty string within its limit."""
    value = node.get(key)
    if value is None or value == "":
        raise missing(f"{where}['{key}']")
    if not isinstance(value, str):
        raise Refused(100, message=f"(#100) Param {where}['{key}'] must be a string.")
    if len(value) > limit:
        raise Refused(
            100,
            message=f"(#100) Param {where}['{key}'] must be at most {limit} "
            "characters long.",
        )
    return value


def only_keys(node: Json, where: str, known: tuple[str, ...]) -> None:
    """Refused (100) for a key that Meta does not know there."""
    for key, value in node.items():
        if key not in known and value is not None:
            raise Refused(
                100, message=f"(#100) Unexpected key '{key}' on param '{where}'."
            )


def _boolean(node: Json, key: str, where: str) -> None:
    value = node.get(key)
    if value is not None and not isinstance(value, bool):
        raise Refused(100, message=f"(#100) Param {where}['{key}'] must be a boolean.")


def _text(node: Json) -> None:
    text_of(node, "body", "text", MAX_TEXT)
    _boolean(node, "preview_url", "text")
    only_keys(node, "text", ("body", "preview_url"))


def _media(kind: str) -> Callable[[Json], None]:
    def check(node: Json) -> None:
        link, media_id = node.get("link"), node.get("id")
        if link and media_id:
            raise invalid(f"{kind}: only one of id, link may be set")
        if link:
            if not is_web_address(link):
                raise Refused(
                    100, message=f"(#100) Param {kind}['link'] is not a valid URI."
                )
        elif not isinstance(media_id, (str, int)) or media_id == "":
            raise missing(f"{kind}['id']")
        only_keys(node, kind, ("id", "link", "provider", *MEDIA_KEYS[kind]))
        for key, limit in (("caption", MAX_CAPTION), ("filename", MAX_FILENAME)):
            if node.get(key) not in (None, ""):
                text_of(node, key, kind, limit)
        _boolean(node, "voice", kind)

    return check


def _location(node: Json) -> None:
    for key, bound in (("latitude", 90), ("longitude", 180)):
        value = node.get(key)
        if value is None:
            raise missing(f"location['{key}']")
        try:
            degrees = float(value)
        except (TypeError, ValueError):
            raise invalid(f"location['{key}']: expected degrees") from None
        if not -bound <= degrees <= bound:
            raise invalid(f"location['{key}']: {degrees} is outside ±{bound}")
    for key in ("name", "address"):
        if node.get(key) not in (None, ""):
            text_of(node, key, "location", MAX_TEXT)


def _reaction(node: Json) -> None:
    text_of(node, "message_id", "reaction", MAX_TEXT)
    if not isinstance(node.get("emoji"), str):
        raise missing("reaction['emoji']")


def _template(node: Json) -> None:
    text_of(node, "name", "template", 512)
    language = node.get("language")
    if not isinstance(language, dict):
        raise missing("template['language']")
    text_of(language, "code", "template['language']", 32)
    policy = language.get("policy")
    if policy not in (None, "deterministic"):
        raise Refused(
            100,
            message="(#100) Param template['language']['policy'] must be one of "
            f'{{deterministic}} - got "{policy}".',
        )
    if not isinstance(node.get("components") or [], list):
        raise Refused(
            100, message="(#100) Param template['components'] must be an array."
        )


def _contacts(cards: Any) -> None:
    contact_cards.CONTACTS.check(cards, "contacts")


CHECKS: dict[str, Callable[[Any], None]] = {
    "text": _text,
    "location": _location,
    "reaction": _reaction,
    "template": _template,
    "interactive": interactive.check,
    "contacts": _contacts,
    **{kind: _media(kind) for kind in media_rules.KINDS},
}
META_TYPES = tuple(sorted(CHECKS))


def check_head(payload: Json) -> None:
    """What every message has."""
    product = payload.get("messaging_product")
    if product is None:
        raise missing("messaging_product")
    if product != "whatsapp":
        raise Refused(
            100,
            message="(#100) Param messaging_product must be one of {WHATSAPP} - got "
            f'"{product}".',
        )
    recipient_type = payload.get("recipient_type") or "individual"
    if recipient_type not in ("individual", "group"):
        raise Refused(
            100,
            message="(#100) Param recipient_type must be one of {INDIVIDUAL, GROUP} - "
            f'got "{recipient_type}".',
        )
    opaque = payload.get("biz_opaque_callback_data")
    if opaque is not None and (not isinstance(opaque, str) or len(opaque) > MAX_OPAQUE):
        raise Refused(
            100,
            message="(#100) Param biz_opaque_callback_data must be at most "
            f"{MAX_OPAQUE} characters long.",
        )


def check_body(payload: Json) -> tuple[str, Any]:
    """Type and node of a message; raises Refused."""
    kind: Any = payload.get("type") or _implied(payload)
    if not isinstance(kind, str) or kind not in CHECKS:
        close = nearest(str(kind), META_TYPES)
        raise Refused(
            100,
            f"type '{kind}' is unknown" + (f", nearest '{close}'" if close else ""),
            message="(#100) Param type must be one of {"
            f'{", ".join(t.upper() for t in META_TYPES)}}} - got "{kind}".',
        )
    node = payload.get(kind)
    if not isinstance(node, list if kind == "contacts" else dict):
        raise missing(str(kind))
    CHECKS[kind](node)
    context = payload.get("context")
    if context is not None:
        if not isinstance(context, dict):
            raise missing("context['message_id']")
        text_of(context, "message_id", "context", MAX_TEXT)
        if kind == "reaction":
            raise Refused(100, message="(#100) A reaction cannot be a reply.")
    return kind, node


def _implied(payload: Json) -> str:
    """The type when none is named: text.

    Meta's own OpenAPI file has one example (a reply with a list) that leaves the
    type out beside ``interactive``: the single typed node decides then.
    """
    named = [kind for kind in META_TYPES if kind in payload]
    return named[0] if len(named) == 1 else "text"
