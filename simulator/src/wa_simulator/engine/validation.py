"""Checks of ``POST /{phone_number_id}/messages`` by type.

Each check takes the node named like the type and raises ``Refused``.  Limits:
message pages as mirrored 2025-12-11.
"""

from collections.abc import Callable
from typing import Any

from . import media_rules
from .entities import Json
from .errors import Refused, Unsupported
from .nearest import nearest

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_OPAQUE = 512

#: What Meta knows; the simulator's own set is ``CHECKS``.
META_TYPES = (
    "audio", "contacts", "document", "image", "interactive", "location", "reaction",
    "sticker", "template", "text", "video",
)  # fmt: skip


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


def _text(node: Json) -> None:
    text_of(node, "body", "text", MAX_TEXT)
    if not isinstance(node.get("preview_url", False), bool):
        raise Refused(
            100, message="(#100) Param text['preview_url'] must be a boolean."
        )


def _media(kind: str) -> Callable[[Json], None]:
    def check(node: Json) -> None:
        if node.get("link") and not node.get("id"):
            raise Unsupported(
                f"{kind} by link: the simulator sends media by id only; upload the "
                "bytes to /media and send their id"
            )
        if not isinstance(node.get("id"), (str, int)) or node["id"] == "":
            raise missing(f"{kind}['id']")
        caption = node.get("caption")
        if caption is not None:
            if kind in ("audio", "sticker"):
                raise Refused(
                    100, message=f"(#100) Unexpected key 'caption' on param '{kind}'."
                )
            text_of(node, "caption", kind, MAX_CAPTION)

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
    if not isinstance(node.get("components") or [], list):
        raise Refused(
            100, message="(#100) Param template['components'] must be an array."
        )


CHECKS: dict[str, Callable[[Json], None]] = {
    "text": _text,
    "location": _location,
    "reaction": _reaction,
    "template": _template,
    **{kind: _media(kind) for kind in media_rules.KINDS},
}


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
    if payload.get("recipient_type", "individual") == "group":
        raise Unsupported("recipient_type group: groups are not simulated")
    opaque = payload.get("biz_opaque_callback_data")
    if opaque is not None and (not isinstance(opaque, str) or len(opaque) > MAX_OPAQUE):
        raise Refused(
            100,
            message="(#100) Param biz_opaque_callback_data must be at most "
            f"{MAX_OPAQUE} characters long.",
        )


def check_body(payload: Json) -> tuple[str, Json]:
    """Type and node of a message; raises Refused or Unsupported."""
    kind: Any = payload.get("type", "text")
    if not isinstance(kind, str) or kind not in META_TYPES:
        close = nearest(str(kind), META_TYPES)
        raise Refused(
            100,
            f"type '{kind}' is unknown" + (f", nearest '{close}'" if close else ""),
            message="(#100) Param type must be one of {"
            f'{", ".join(t.upper() for t in META_TYPES)}}} - got "{kind}".',
        )
    if kind not in CHECKS:
        raise Unsupported(f"message type '{kind}' is not simulated yet")
    node = payload.get(kind)
    if not isinstance(node, dict):
        raise missing(str(kind))
    CHECKS[kind](node)
    context = payload.get("context")
    if context is not None:
        if not isinstance(context, dict):
            raise missing("context['message_id']")
        text_of(context, "message_id", "context", MAX_TEXT)
        if kind == "reaction":
            raise Refused(100, message="(#100) A reaction cannot be a reply.")
    return str(kind), node
