"""Nodes of what a customer sends, by type, from Meta's node or from shorthands.

A caller may give the node as Meta writes it (``{"type": "text", "text":
{"body": "hola"}}``) or its keys beside ``type`` (``body="hola"``).  Source of
the nodes: webhook reference as mirrored 2025-12-11.
"""

import json
from collections.abc import Callable
from typing import Any

from ..codes import code_of
from ..entities import Json
from ..errors import BadRequest
from ..nearest import unknown
from . import media_rules

MEDIA_KEYS = ("data", "mime_type", "filename", "caption", "voice", "animated")

#: type -> keys a caller may write beside ``type``.
SHORTHANDS: dict[str, tuple[str, ...]] = {
    "text": ("body",),
    "location": ("latitude", "longitude", "name", "address", "url"),
    "contacts": (),
    "reaction": ("message_id", "emoji"),
    "interactive": (
        "button_reply", "list_reply", "nfm_reply", "call_permission_reply",
    ),
    "button": ("payload", "text"),
    "system": ("wa_id", "body", "user_id", "parent_user_id", "identity"),
    "unsupported": ("code", "details"),
    "order": ("catalog_id", "text", "product_items"),
    "request_welcome": (),
    "edit": ("original_message_id", "body"),
    "revoke": ("original_message_id",),
    **dict.fromkeys(media_rules.KINDS, MEDIA_KEYS),
}  # fmt: skip
#: Types of system messages, which may stand as the type of the message itself.
SYSTEM_TYPES = (
    "user_changed_number", "user_changed_user_id", "customer_identity_changed",
)  # fmt: skip
COMMON = (
    "type", "to", "timestamp", "context", "referral", "profile", "message",
    "forwarded", "frequently_forwarded", "referred_product", "group_id",
)  # fmt: skip


#: key -> the JSON types it may have; None is as good as absent.
SHAPES: dict[str, tuple[type, ...]] = {
    "type": (str,),
    "to": (str,),
    "timestamp": (str, int, float),
    "context": (str, dict),
    "referral": (dict,),
    "profile": (str, dict),
    "message": (dict,),
    "forwarded": (bool,),
    "frequently_forwarded": (bool,),
    "referred_product": (dict,),
    "group_id": (str,),
    "data": (str,),
    "mime_type": (str,),
    "filename": (str,),
    "caption": (str,),
}


def check_shapes(body: Json) -> None:
    """BadRequest for a value of the wrong JSON type."""
    for key, value in body.items():
        shapes = SHAPES.get(key)
        fits = shapes is None or value is None or isinstance(value, shapes)
        if not fits or (isinstance(value, bool) and key == "timestamp"):
            expected = " or ".join(s.__name__ for s in shapes or ())
            raise BadRequest(f"'{key}': expected {expected}, got {value!r}")


def check_keys(body: Json) -> str:
    """The type; BadRequest names an unknown key or type and the nearest.

    A type that is not in the table is allowed with ``message``, the free node.
    """
    check_shapes(body)
    kind = str(body.get("type") or "text")
    if kind in SYSTEM_TYPES:
        kind = "system"
    if kind not in SHORTHANDS:
        if isinstance(body.get("message"), dict):
            return kind
        raise BadRequest(
            unknown("type", kind, SHORTHANDS)
            + "; any other type needs 'message' with the node as Meta writes it"
        )
    known = {*COMMON, kind, *SHORTHANDS[kind]}
    for key in body:
        if key not in known:
            raise BadRequest(unknown(f"key of a {kind} message", key, known))
    return kind


def node_of(kind: str, body: Json) -> Json:
    """Meta's node: the given one, with the shorthands laid over it."""
    given = body.get(kind)
    if kind == "button" and isinstance(given, str):
        given = None
    if kind == "text" and isinstance(given, str):
        given = {"body": given}
    if given is not None and not isinstance(given, dict):
        raise BadRequest(f"'{kind}': expected an object, got {given!r}")
    node: Json = dict(given or {})
    node.update({k: body[k] for k in SHORTHANDS[kind] if k in body and k != kind})
    check_shapes({k: v for k, v in node.items() if k in MEDIA_KEYS})
    return node


def _require(kind: str, node: Json, *names: str) -> Json:
    for name in names:
        if name not in node:
            raise BadRequest(f"a {kind} message needs '{name}'; got {sorted(node)}")
    return node


def text(body: Json) -> Json:
    """``text.body``."""
    return {"text": _require("text", node_of("text", body), "body")}


def location(body: Json) -> Json:
    """``location``; the middle of Bogota by default."""
    node = {"latitude": 4.6097, "longitude": -74.0817, **node_of("location", body)}
    return {"location": node}


def contacts(body: Json) -> Json:
    """``contacts``, an array; one sample person by default."""
    sample = {
        "name": {"formatted_name": "Ana Prueba", "first_name": "Ana"},
        "phones": [{"phone": "+57 300 000 0000", "type": "CELL"}],
    }
    given = body.get("contacts", [sample])
    if not isinstance(given, list):
        raise BadRequest(f"'contacts': expected an array, got {given!r}")
    return {"contacts": given}


def reaction(body: Json) -> Json:
    """``reaction``; without emoji it is a removal."""
    return {"reaction": _require("reaction", node_of("reaction", body), "message_id")}


def interactive(body: Json) -> Json:
    """``interactive`` with its ``type`` filled in."""
    node = node_of("interactive", body)
    kinds = [k for k in SHORTHANDS["interactive"] if k in node]
    if len(kinds) != 1:
        raise BadRequest(
            "an interactive message needs exactly one of "
            f"{', '.join(SHORTHANDS['interactive'])}; got {sorted(node)}"
        )
    reply = node[kinds[0]]
    if not isinstance(reply, dict):
        raise BadRequest(f"'{kinds[0]}': expected an object, got {reply!r}")
    filled = {**_REPLIES.get(kinds[0], {}), **reply}
    if isinstance(filled.get("response_json"), dict):
        # Meta sends the flow's answer as a string inside the JSON.
        filled["response_json"] = json.dumps(filled["response_json"])
    return {"interactive": {"type": kinds[0], **node, kinds[0]: filled}}


#: What a reply has besides what the caller gives.
_REPLIES: dict[str, Json] = {
    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{}"},
    "call_permission_reply": {
        "response": "accept",
        "response_source": "user_action",
        "is_permanent": False,
    },
}


def button(body: Json) -> Json:
    """``button``: the quick reply of a template."""
    node = node_of("button", body)
    label = _require("button", node, "text")["text"]
    return {"button": {"payload": label, **node}}


def order(body: Json) -> Json:
    """``order``; one sample product by default."""
    sample = {
        "product_retailer_id": "SKU-1",
        "quantity": 1,
        "item_price": 1000,
        "currency": "COP",
    }
    node = node_of("order", body)
    return {
        "order": {"catalog_id": "500000000000001", "product_items": [sample], **node}
    }


#: code -> (title, details) of messages that cannot be shown.
_UNSHOWN = {
    131051: ("Message type unknown", "Message type is currently not supported."),
    131052: ("Media download error", "The medium could not be downloaded."),
    131060: ("This message is unavailable", "Ask the sender to send it again."),
}


def unsupported(body: Json) -> Json:
    """``errors`` and, since November 2025, the real type in ``unsupported``."""
    node = node_of("unsupported", body)
    code, details = node.pop("code", 131051), node.pop("details", None)
    if isinstance(code, bool) or not isinstance(code, int):
        raise BadRequest(f"'code': expected a number, got {code!r}")
    title, words = _UNSHOWN.get(code, (code_of(code).title, code_of(code).title))
    error = {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or words},
    }
    return {"errors": [error], "unsupported": {"type": "poll", **node}}


def edit(body: Json) -> Json:
    """``edit``: the message as it is now; ``body`` is short for a text."""
    node = _require("edit", node_of("edit", body), "original_message_id")
    words = node.pop("body", None)
    if words is not None:
        node["message"] = {"type": "text", "text": {"body": words}}
    return {"edit": _require("edit", node, "message")}


def revoke(body: Json) -> Json:
    """``revoke``: deleted for everyone."""
    node = node_of("revoke", body)
    return {"revoke": _require("revoke", node, "original_message_id")}


BUILDERS: dict[str, Callable[[Json], Json]] = {
    "text": text,
    "location": location,
    "contacts": contacts,
    "reaction": reaction,
    "interactive": interactive,
    "button": button,
    "order": order,
    "unsupported": unsupported,
    "edit": edit,
    "revoke": revoke,
}


def context(body: Json, quoted: Json) -> Json:
    """``context``: a reply, a forward, a product enquiry, or several of them."""
    node = dict(quoted)
    for flag in ("forwarded", "frequently_forwarded"):
        if body.get(flag):
            node[flag] = True
    if body.get("referred_product") is not None:
        node["referred_product"] = {
            "catalog_id": "500000000000001",
            "product_retailer_id": "SKU-1",
            **body["referred_product"],
        }
    return node


def summary(kind: str, node: Any) -> str | None:
    """The words of a message, for lists and assertions."""
    if not isinstance(node, dict):
        return None
    for key in ("body", "caption", "emoji", "text", "name"):
        if isinstance(node.get(key), str):
            return str(node[key])
    for reply, key in (
        ("button_reply", "title"),
        ("list_reply", "title"),
        ("nfm_reply", "body"),
        ("call_permission_reply", "response"),
    ):
        if kind == "interactive" and isinstance(node.get(reply), dict):
            return str(node[reply].get(key))
    return None
