"""Words for the message types that OCA's module leaves out.

OCA shows text. Every other type gets words here, so that nothing a customer sends is
dropped; files are fetched later and take the place of their words. The raw payload
stays in the journal.
"""

import json
from collections.abc import Callable
from typing import Any

from .media import describe_node

Json = dict[str, Any]
Translate = Callable[..., str]

MAP_URL = "https://www.google.com/maps/search/?api=1&query="
# What reading a text where an object was promised raises.
UNKNOWN_SHAPE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
# What OCA's ``_process_update`` shows by itself.
SHOWN_BY_OCA = frozenset(("text",))


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


def words(message: Json, _: Translate) -> str:
    """What a message says, whatever its type, with the product it asks about.

    One that is not built as Meta documents it is named by its type.
    """
    try:
        return _words(message, _)
    except UNKNOWN_SHAPE:
        return _cannot_be_shown(str(message.get("type") or "unknown"), _)


def _words(message: Json, _: Translate) -> str:
    text = describe(message, _) or str((message.get("text") or {}).get("body") or "")
    product = (message.get("context") or {}).get("referred_product") or {}
    code = product.get("product_retailer_id")
    if code:
        asks = _("Asks about the product %(code)s", code=code)
        text = f"{text}\n{asks}" if text else asks
    return text


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


def _describe_location(message: Json, _: Translate) -> str:
    place = message.get("location") or {}
    if "latitude" not in place or "longitude" not in place:
        return ""
    point = f"{place['latitude']},{place['longitude']}"
    names = [str(place[key]) for key in ("name", "address") if place.get(key)]
    title = _("Location: %(place)s", place=", ".join(names) or point)
    return f"{title}\n{MAP_URL}{point}"


def _describe_interactive(message: Json, _: Translate) -> str:
    interactive = message.get("interactive") or {}
    kind = str(interactive.get("type") or "")
    reply = interactive.get(kind) or {}
    if kind == "call_permission_reply":
        if reply.get("response") == "accept":
            return _("May be called")
        return _("Does not want to be called")
    title = str(reply.get("title") or reply.get("body") or "")
    lines = [title, str(reply.get("description") or "")]
    lines += _answers(reply.get("response_json"))
    return "\n".join(filter(None, lines))


def _answers(response: Any) -> list[str]:
    """Lines of a form that was filled in, Meta's ``response_json``."""
    try:
        answers = json.loads(response or "{}")
    except (TypeError, ValueError):
        return []
    if not isinstance(answers, dict):
        return []
    return [
        f"{name}: {value}"
        for name, value in answers.items()
        if name != "flow_token" and isinstance(value, str | int | float)
    ]


def _describe_button(message: Json, _: Translate) -> str:
    return str((message.get("button") or {}).get("text") or "")


def _describe_order(message: Json, _: Translate) -> str:
    order = message.get("order") or {}
    items = order.get("product_items") or []
    if not items:
        return ""
    lines = [
        f"{item.get('quantity')} x {item.get('product_retailer_id')}"
        f" ({item.get('item_price')} {item.get('currency')})"
        for item in items
    ]
    lines.insert(0, _("Order: %(count)s products", count=len(items)))
    total, currencies = 0.0, {str(item.get("currency") or "") for item in items}
    for item in items:
        try:
            total += float(item.get("quantity") or 0) * float(item["item_price"] or 0)
        except (KeyError, TypeError, ValueError):
            currencies.add("?")
    if len(currencies) == 1:
        amount = f"{total:.2f} {currencies.pop()}"
        lines.append(_("Total: %(amount)s", amount=amount))
    return "\n".join(filter(None, [*lines, str(order.get("text") or "")]))


def _describe_edit(message: Json, _: Translate) -> str:
    new = (message.get("edit") or {}).get("message") or {}
    return _("Edited a message that is not here: %(text)s", text=words(new, _))


def _describe_revoke(message: Json, _: Translate) -> str:
    return _("Deleted a message that is not here")


def _describe_system(message: Json, _: Translate) -> str:
    return str((message.get("system") or {}).get("body") or "")


def _describe_welcome(message: Json, _: Translate) -> str:
    return _("Opened the chat for the first time")


def _describe_unknown(message: Json, _: Translate) -> str:
    kind = str(message.get("type") or "unknown")
    told = (message.get("unsupported") or {}).get("type")
    errors = message.get("errors") or []
    reason = errors[0].get("title") if errors else ""
    told = " ".join(filter(None, [kind, told, reason and f"({reason})"]))
    return _cannot_be_shown(told, _)


def _cannot_be_shown(kind: str, _: Translate) -> str:
    return _("Message that cannot be shown here: %(kind)s", kind=kind)


_DESCRIBERS: dict[str, Callable[[Json, Translate], str]] = {
    "contacts": _describe_contacts,
    "edit": _describe_edit,
    "location": _describe_location,
    "revoke": _describe_revoke,
    "reaction": _describe_reaction,
    "interactive": _describe_interactive,
    "button": _describe_button,
    "order": _describe_order,
    "system": _describe_system,
    "request_welcome": _describe_welcome,
}
