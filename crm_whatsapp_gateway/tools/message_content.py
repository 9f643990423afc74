"""Reads the typed content of one of Meta's messages, whatever is wrong with it."""

import json
import math
from collections.abc import Callable
from typing import Any

from .json_values import (
    Json,
    is_phone,
    mapping,
    name,
    one_line,
    other_id,
    records,
    storable,
    text,
)
from .webhook_events import (
    ButtonReply,
    CallPermission,
    ContactCard,
    ContactCards,
    Content,
    Edit,
    FlowReply,
    Location,
    Media,
    Notice,
    Order,
    OrderItem,
    Reaction,
    Referral,
    Revoke,
    Text,
    Unsupported,
    Welcome,
)

FILE_NAME_LENGTH = 200
TITLE_LENGTH = 1000
_ADDRESS = ("street", "city", "state", "zip", "country")
# What is of the protocol and no answer of the person.
_NO_ANSWERS = ("flow_token",)


def type_of(message: Json) -> str:
    """Meta's type of a message; of one without type, the first node that is known."""
    return text(message.get("type")) or next(
        (kind for kind in _READERS if kind in message), "unknown"
    )


def read_content(message: Json) -> Content:
    """Content of one of Meta's ``messages[]`` or ``message_echoes[]``."""
    kind = type_of(message)
    if kind == "edit":
        return _read_edit(mapping(message.get(kind)))
    return _read_simple(message)


def read_referral(value: Any) -> Referral | None:
    """Advertisement of a message, None without one."""
    node = mapping(value)
    if not node:
        return None
    return Referral(
        headline=one_line(node.get("headline"), TITLE_LENGTH),
        body=one_line(node.get("body"), TITLE_LENGTH),
        source_url=text(node.get("source_url")).strip(),
        source_id=text(node.get("source_id")).strip(),
        source_type=text(node.get("source_type")).strip(),
        ctwa_clid=text(node.get("ctwa_clid")).strip(),
    )


def _read_simple(message: Json) -> Content:
    """Content of a message that holds no other one."""
    kind = type_of(message)
    reader = _READERS.get(kind)
    content = reader(message.get(kind)) if reader else None
    if content:
        return content
    subtype = text(mapping(message.get("unsupported")).get("type"))
    return Unsupported(" ".join(filter(None, [kind, subtype])))


def _read_edit(node: Json) -> Content:
    """An edit within an edit has no meaning: what it holds is read as it is."""
    return Edit(
        text(node.get("original_message_id")),
        _read_simple(mapping(node.get("message"))),
    )


def _read_text(value: Any) -> Content | None:
    body = mapping(value).get("body")
    return Text(text(body)) if text(body) == body else None


def _reader_of_media(kind: str) -> Callable[[Any], Content | None]:
    def read(value: Any) -> Content | None:
        node = mapping(value)
        media_id, url = text(node.get("id")), text(node.get("url"))
        if not media_id and not url:
            return None
        return Media(
            kind=kind,
            media_id=media_id,
            url=url,
            mimetype=text(node.get("mime_type")),
            sha256=text(node.get("sha256")),
            file_name=text(node.get("filename"))[-FILE_NAME_LENGTH:],
            caption=text(node.get("caption")),
            voice=node.get("voice") is True,
        )

    return read


def _read_location(value: Any) -> Content | None:
    node = mapping(value)
    latitude = _degrees(node.get("latitude"))
    longitude = _degrees(node.get("longitude"))
    if latitude is None or longitude is None:
        return None
    names = (one_line(node.get(key), TITLE_LENGTH) for key in ("name", "address"))
    return Location(latitude, longitude, *names)


def _degrees(value: Any) -> float | None:
    try:
        degrees = float(text(value))
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) else None


def _read_contacts(value: Any) -> Content | None:
    cards = tuple(_read_card(contact) for contact in records(value))
    return ContactCards(cards) if cards else None


def _read_card(contact: Json) -> ContactCard:
    names, org = mapping(contact.get("name")), mapping(contact.get("org"))
    phones = _texts(contact.get("phones"), "phone")
    return ContactCard(
        name=name(names.get("formatted_name")) or next(iter(phones), ""),
        first_name=text(names.get("first_name")),
        middle_name=text(names.get("middle_name")),
        last_name=text(names.get("last_name")),
        prefix=text(names.get("prefix")),
        suffix=text(names.get("suffix")),
        phones=phones,
        emails=_texts(contact.get("emails"), "email"),
        urls=_texts(contact.get("urls"), "url"),
        addresses=tuple(
            tuple(text(address.get(key)) for key in _ADDRESS)
            for address in records(contact.get("addresses"))
        ),
        company=text(org.get("company")),
        title=text(org.get("title")),
        birthday=text(contact.get("birthday")),
        vcard=text(contact.get("vcard")),
    )


def _texts(value: Any, key: str) -> tuple[str, ...]:
    return tuple(filter(None, (text(one.get(key)) for one in records(value))))


def _read_reaction(value: Any) -> Content | None:
    node = mapping(value)
    return Reaction(text(node.get("message_id")), text(node.get("emoji")))


def _read_button(value: Any) -> Content | None:
    node = mapping(value)
    payload = text(node.get("payload"))
    title = text(node.get("text")) or payload
    return ButtonReply(title, payload) if title else None


def _read_interactive(value: Any) -> Content | None:
    node = mapping(value)
    kind = text(node.get("type")) or next(
        (key for key in node if key.endswith("_reply")), ""
    )
    reply = mapping(node.get(kind))
    if kind == "call_permission_reply":
        return CallPermission(reply.get("response") == "accept")
    if "response_json" in reply:
        return FlowReply(
            text(reply.get("body")) or text(reply.get("title")),
            _read_answers(reply["response_json"]),
        )
    payload, description = text(reply.get("id")), text(reply.get("description"))
    title = text(reply.get("title")) or text(reply.get("body")) or payload
    return ButtonReply(title, payload, description) if title or description else None


def _read_answers(response: Any) -> Json:
    """Answers of a form, which Meta sends as JSON within a string."""
    answers = response
    if isinstance(response, str):
        try:
            answers = storable(json.loads(response))
        except (ValueError, RecursionError):
            answers = response
    if not isinstance(answers, dict):
        # Nothing that a person filled in is dropped.
        answers = {"": answers} if answers not in (None, "") else {}
    return {key: value for key, value in answers.items() if key not in _NO_ANSWERS}


def _read_order(value: Any) -> Content | None:
    node = mapping(value)
    items = tuple(
        OrderItem(
            code=text(item.get("product_retailer_id")),
            quantity=text(item.get("quantity")),
            price=text(item.get("item_price")),
            currency=text(item.get("currency")),
        )
        for item in records(node.get("product_items"))
    )
    return Order(items, text(node.get("text"))) if items else None


def _read_revoke(value: Any) -> Content | None:
    return Revoke(text(mapping(value).get("original_message_id")))


def _read_notice(value: Any) -> Content | None:
    node = mapping(value)
    kind, body = text(node.get("type")), text(node.get("body"))
    phone = other_id(node.get("wa_id")) or other_id(node.get("new_wa_id"))
    if not kind and not body:
        return None
    return Notice(
        kind, body, phone if is_phone(phone) else "", other_id(node.get("user_id"))
    )


def _read_welcome(_value: Any) -> Content | None:
    return Welcome()


_READERS: dict[str, Callable[[Any], Content | None]] = {
    "text": _read_text,
    "image": _reader_of_media("image"),
    "audio": _reader_of_media("audio"),
    "video": _reader_of_media("video"),
    "document": _reader_of_media("document"),
    "sticker": _reader_of_media("sticker"),
    "location": _read_location,
    "contacts": _read_contacts,
    "reaction": _read_reaction,
    "button": _read_button,
    "interactive": _read_interactive,
    "order": _read_order,
    "revoke": _read_revoke,
    "system": _read_notice,
    "request_welcome": _read_welcome,
}
