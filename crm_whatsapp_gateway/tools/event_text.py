"""Text by which Odoo shows a message of any type.

Nothing that a customer sends is dropped: what has no text of its own gets a line that
says what it is. Files are fetched later and take the place of their line. The JSON
stays in the journal.
"""

from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

from . import webhook_events as events
from .json_values import is_blank, text

Translate = Callable[..., str]

MAP_URL = "https://www.google.com/maps/search/?api=1&query="
# How deep the answers of a form are written out.
_DEPTH = 4


def event_text(event: events.InboundMessage | events.MessageEcho, _: Translate) -> str:
    """Text of a message with the product it asks about and what WhatsApp reports.

    :param _: translation, called with a literal and its named values
    :return: never empty
    """
    content = event.content
    lines = [describe(content, _)]
    if event.product_code:
        asked = _("Asks about the product %(code)s", code=event.product_code)
        # The question stands for a text that is empty.
        lines = [asked] if _is_empty(content) else [*lines, asked]
    lines += [
        _("WhatsApp reports: %(reason)s", reason=error.reason) for error in event.errors
    ]
    return "\n".join(filter(None, lines))


def _is_empty(content: events.Content) -> bool:
    return isinstance(content, events.Text) and is_blank(content.body)


@singledispatch
def describe(content: Any, _: Translate) -> str:
    """Text of a message's content, never empty."""
    raise TypeError(f"no content of a message: {type(content).__name__}")


@describe.register
def _describe_text(content: events.Text, _: Translate) -> str:
    return _("Message without text") if is_blank(content.body) else content.body


@describe.register
def _describe_media(content: events.Media, _: Translate) -> str:
    """The caption, else what stands in for the file until it is there."""
    if not is_blank(content.caption):
        return content.caption
    if content.kind == "document":
        return _("Document: %(name)s", name=content.file_name)
    return {
        "image": _("Image"),
        "video": _("Video"),
        "sticker": _("Sticker"),
        "audio": _("Voice message") if content.voice else _("Audio"),
    }[content.kind]


@describe.register
def _describe_contacts(content: events.ContactCards, _: Translate) -> str:
    names = (
        " ".join(dict.fromkeys(filter(None, [card.name, *card.phones])))
        for card in content.cards
    )
    return _("Contact: %(names)s", names=", ".join(filter(None, names)))


@describe.register
def _describe_reaction(content: events.Reaction, _: Translate) -> str:
    if content.emoji:
        return _("Reacted with %(emoji)s", emoji=content.emoji)
    return _("Removed the reaction")


@describe.register
def _describe_location(content: events.Location, _: Translate) -> str:
    point = f"{content.latitude},{content.longitude}"
    place = ", ".join(filter(None, [content.name, content.address])) or point
    title = _("Location: %(place)s", place=place)
    return f"{title}\n{MAP_URL}{point}"


@describe.register
def _describe_button(content: events.ButtonReply, _: Translate) -> str:
    return "\n".join(filter(None, [content.title, content.description]))


@describe.register
def _describe_flow(content: events.FlowReply, _: Translate) -> str:
    lines = [content.title] + [
        _answer_line(label, answer, _) for label, answer in content.answers.items()
    ]
    return "\n".join(filter(None, lines)) or _("Form without answers")


def _answer_line(label: str, answer: Any, _: Translate) -> str:
    shown = _answer_text(answer, _)
    return f"{label}: {shown}" if label else shown


def _answer_text(answer: Any, _: Translate, depth: int = _DEPTH) -> str:
    """An answer on one line; check boxes and pickers send lists and objects."""
    if isinstance(answer, bool):
        return _("yes") if answer else _("no")
    if isinstance(answer, list | Mapping) and not depth:
        return "…"
    if isinstance(answer, list):
        return ", ".join(_answer_text(one, _, depth - 1) for one in answer)
    if isinstance(answer, Mapping):
        return "; ".join(
            f"{key}: {_answer_text(one, _, depth - 1)}" for key, one in answer.items()
        )
    return text(answer)


@describe.register
def _describe_call_permission(content: events.CallPermission, _: Translate) -> str:
    if content.accepted:
        return _("May be called")
    return _("Does not want to be called")


@describe.register
def _describe_order(content: events.Order, _: Translate) -> str:
    items = content.items
    lines = [_("Order: %(count)s products", count=len(items))] + [
        f"{item.quantity} x {item.code} ({item.price} {item.currency})"
        for item in items
    ]
    total = _total_of(items)
    if total:
        lines.append(_("Total: %(amount)s", amount=total))
    return "\n".join(filter(None, [*lines, content.text]))


def _total_of(items: tuple[events.OrderItem, ...]) -> str:
    """Sum of an order, ``''`` where currencies differ or a number cannot be read."""
    currencies = {item.currency for item in items}
    try:
        total = sum(float(item.quantity) * float(item.price) for item in items)
    except ValueError:
        return ""
    return f"{total:.2f} {currencies.pop()}" if len(currencies) == 1 else ""


@describe.register
def _describe_edit(content: events.Edit, _: Translate) -> str:
    return _(
        "Edited a message that is not here: %(text)s", text=describe(content.content, _)
    )


@describe.register
def _describe_revoke(content: events.Revoke, _: Translate) -> str:
    return _("Deleted a message that is not here")


@describe.register
def _describe_notice(content: events.Notice, _: Translate) -> str:
    return content.body or content.kind


@describe.register
def _describe_welcome(content: events.Welcome, _: Translate) -> str:
    return _("Opened the chat for the first time")


@describe.register
def _describe_unsupported(content: events.Unsupported, _: Translate) -> str:
    return _("Message that cannot be shown here: %(kind)s", kind=content.kind)
