"""Words for the message types that OCA's module leaves out.

OCA shows text. Every other type gets words here, so that nothing a customer sends is
dropped; files are fetched later and take the place of their words. The raw payload
stays in the journal.
"""

from collections.abc import Callable
from typing import Any

from .media import describe_node

Json = dict[str, Any]
Translate = Callable[..., str]

# What OCA's ``_process_update`` shows by itself.
SHOWN_BY_OCA = frozenset(("text", "location"))


def describe(message: Json, _: Translate) -> str:
    """Line of text for a message of any type OCA does not show.

    :param message: one of Meta's ``messages[]``
    :param _: translation, called with a literal and its named values
    :return: ``''`` where OCA shows the message itself
    """
    kind = str(message.get("type") or "unknown")
    if kind in SHOWN_BY_OCA and message.get(kind):
        return ""
    if describe_node(message):
        return _describe_media(message, _)
    describer = _DESCRIBERS.get(kind, _describe_unknown)
    return describer(message, _) or _describe_unknown(message, _)


def _describe_media(message: Json, _: Translate) -> str:
    """The caption, else what stands in for the file until it is there."""
    node = describe_node(message)
    if node.get("caption"):
        return str(node["caption"])
    kind = node["kind"]
    if kind == "document":
        return _("Document: %(name)s", name=node.get("filename") or "")
    return {
        "image": _("Image"),
        "video": _("Video"),
        "sticker": _("Sticker"),
        "audio": _("Voice message") if node.get("voice") else _("Audio"),
    }[kind]


def _describe_contacts(message: Json, _: Translate) -> str:
    lines = []
    for contact in message.get("contacts") or []:
        name = (contact.get("name") or {}).get("formatted_name") or ""
        phones = [phone.get("phone") or "" for phone in contact.get("phones") or []]
        lines.append(" ".join(filter(None, [name, *phones])))
    return _("Contact: %(names)s", names=", ".join(lines)) if lines else ""


def _describe_reaction(message: Json, _: Translate) -> str:
    emoji = (message.get("reaction") or {}).get("emoji")
    if emoji:
        return _("Reacted with %(emoji)s", emoji=emoji)
    return _("Removed the reaction")


def _describe_interactive(message: Json, _: Translate) -> str:
    interactive = message.get("interactive") or {}
    reply = interactive.get(interactive.get("type") or "") or {}
    return str(reply.get("title") or reply.get("body") or "")


def _describe_button(message: Json, _: Translate) -> str:
    return str((message.get("button") or {}).get("text") or "")


def _describe_order(message: Json, _: Translate) -> str:
    order = message.get("order") or {}
    lines = [
        f"{item.get('quantity')} x {item.get('product_retailer_id')}"
        f" ({item.get('item_price')} {item.get('currency')})"
        for item in order.get("product_items") or []
    ]
    if not lines:
        return ""
    text = _("Order: %(items)s", items=", ".join(lines))
    return f"{text}\n{order['text']}" if order.get("text") else text


def _describe_system(message: Json, _: Translate) -> str:
    return str((message.get("system") or {}).get("body") or "")


def _describe_welcome(message: Json, _: Translate) -> str:
    return _("Opened the chat for the first time")


def _describe_unknown(message: Json, _: Translate) -> str:
    kind = str(message.get("type") or "unknown")
    told = (message.get("unsupported") or {}).get("type")
    errors = message.get("errors") or []
    reason = errors[0].get("title") if errors else ""
    return _(
        "Message that cannot be shown here: %(kind)s",
        kind=" ".join(filter(None, [kind, told, reason and f"({reason})"])),
    )


_DESCRIBERS: dict[str, Callable[[Json, Translate], str]] = {
    "contacts": _describe_contacts,
    "reaction": _describe_reaction,
    "interactive": _describe_interactive,
    "button": _describe_button,
    "order": _describe_order,
    "system": _describe_system,
    "request_welcome": _describe_welcome,
}
