"""Take a webhook body apart into items, and say in words what an item is.

Source of the shapes: Meta, "Webhooks: messages, statuses" of the WhatsApp Cloud
API. An item is one message, one status or one other change, wrapped again as a
body of its own, so that whoever reads it needs no second format.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MESSAGE = "message"
STATUS = "status"
CHANGE = "change"
# Field of what the business writes on its own phone (coexistence).
ECHOES = "smb_message_echoes"

Json = dict[str, Any]
Wrap = Callable[..., Json]

# Longest id that is kept as it is: an index cannot hold any length, and none of
# Meta's comes near it.
ID_LENGTH = 250
# Keys of ``value`` that concern every item of a change.
_SHARED = ("messaging_product", "metadata")


# What a database stores in no text: the null character, halves of a character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableBody(ValueError):
    """The body is not what Meta sends; nothing of it can be stored as items."""


@dataclass(frozen=True)
class Item:
    """One thing that happened.

    :ivar kind: ``message``, ``status`` or ``change``
    :ivar external_id: wamid, or the hash of the item where it has no id
    :ivar status: ``sent``, ``delivered``… for a status, else ``''``
    :ivar person: wa_id or business-scoped id, ``''`` where nobody is meant
    :ivar phone_number_id: number of ours that it concerns, ``''`` if unknown
    :ivar body: the item as a webhook body of its own
    """

    kind: str
    external_id: str
    status: str
    person: str
    phone_number_id: str
    body: Json


def read(content: bytes) -> Any:
    """The JSON of a webhook body, without what no database can store.

    :raise UnreadableBody: if it is no JSON
    """
    try:
        return _storable(json.loads(content, parse_constant=_refuse))
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(type(error).__name__) from error


def _refuse(word: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise UnreadableBody(word)


def _storable(part: Any) -> Any:
    if isinstance(part, str):
        return _UNSTORABLE.sub("\ufffd", part)
    if isinstance(part, list):
        return [_storable(one) for one in part]
    if isinstance(part, dict):
        return {_storable(key): _storable(one) for key, one in part.items()}
    if isinstance(part, float) and not math.isfinite(part):
        return str(part)
    return part


def split(body: Any) -> list[Item]:
    """Items of a webhook body, in Meta's order.

    A change that has not the shape of messages or statuses is one item, whole.

    :raise UnreadableBody: if ``body`` has not the shape of an envelope
    """
    if not isinstance(body, dict) or not isinstance(body.get("entry"), list):
        raise UnreadableBody("no list 'entry'")
    items: list[Item] = []
    for entry in body["entry"]:
        if not isinstance(entry, dict) or not isinstance(
            entry.get("changes", []), list
        ):
            raise UnreadableBody("an entry without list 'changes'")
        for change in entry.get("changes", []):
            items.extend(_split_change(body, entry, change))
    return items


def _split_change(body: Json, entry: Json, change: Any) -> list[Item]:
    if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
        raise UnreadableBody("a change without object 'value'")
    value = change["value"]
    metadata = value.get("metadata")
    named = metadata.get("phone_number_id") if isinstance(metadata, dict) else ""
    number = _short(named)

    def wrap(**content: Any) -> Json:
        shared = {key: value[key] for key in _SHARED if key in value}
        own = {"field": change.get("field", ""), "value": shared | content}
        place = {"id": entry.get("id", ""), "changes": [own]}
        if "time" in entry:
            # Tells two equal changes of a template or account apart.
            place["time"] = entry["time"]
        return {"object": body.get("object", ""), "entry": [place]}

    items = []
    field = change.get("field") if _is_well_formed(value) else None
    if field == "messages":
        items += [_message(m, value, number, wrap) for m in value.get("messages") or []]
        items += [_status(s, value, number, wrap) for s in value.get("statuses") or []]
    if field == ECHOES:
        items += [_echo(e, number, wrap) for e in value.get("message_echoes") or []]
    if not items:
        # "value.errors" alone, user actions, other fields: nothing is dropped.
        whole = wrap(**value)
        items.append(Item(CHANGE, _hash(whole), "", "", number, whole))
    return items


def _is_well_formed(value: Json) -> bool:
    """Whether what is read of a change are lists of objects, where they are there."""
    names = ("messages", "statuses", "contacts", "message_echoes")
    lists = [value[name] for name in names if value.get(name)]
    return all(
        isinstance(found, list) and all(isinstance(one, dict) for one in found)
        for found in lists
    )


def _short(given: Any) -> str:
    """An id as text; one that no index could hold is known by its hash."""
    text = str(given or "")
    return text if len(text) <= ID_LENGTH else _hash(text)


def _message(message: Json, value: Json, number: str, wrap: Wrap) -> Item:
    contacts = value.get("contacts") or []
    person = person_of(message, contacts)
    own = wrap(contacts=_contacts_of(person, contacts), messages=[message])
    found = _short(message.get("id")) or _hash(own)
    return Item(MESSAGE, found, "", _short(person), number, own)


def _echo(echo: Json, number: str, wrap: Wrap) -> Item:
    """Something that was written on the phone of the business, to a customer."""
    own = wrap(message_echoes=[echo])
    person = _short(echo.get("to") or echo.get("to_user_id"))
    return Item(MESSAGE, _short(echo.get("id")) or _hash(own), "", person, number, own)


def _status(status: Json, value: Json, number: str, wrap: Wrap) -> Item:
    person = str(status.get("recipient_id") or status.get("recipient_user_id") or "")
    contacts = _contacts_of(person, value.get("contacts") or [])
    own = wrap(contacts=contacts, statuses=[status])
    name, found = _short(status.get("status")), _short(status.get("id")) or _hash(own)
    return Item(STATUS, found, name, _short(person), number, own)


def person_of(message: Json, contacts: list[Json]) -> str:
    """Who wrote: wa_id, else the business-scoped id, else ``''``."""
    person = message.get("from") or message.get("from_user_id")
    if not person and contacts:
        person = contacts[0].get("wa_id") or contacts[0].get("user_id")
    return str(person or "")


def phone_of(message: Json, contacts: list[Json]) -> str:
    """wa_id of who wrote, ``''`` for a person who shows a user name only."""
    user_id = user_id_of(message, contacts)
    known = [
        c.get("wa_id") for c in contacts if user_id and c.get("user_id") == user_id
    ]
    person = str(message.get("from") or next(filter(None, known), ""))
    return person if person != user_id else ""


def user_id_of(message: Json, contacts: list[Json]) -> str:
    """Business-scoped id of who wrote (2026), ``''`` where Meta gave none."""
    given = message.get("from_user_id")
    person = message.get("from")
    for contact in contacts:
        if not given and (not person or contact.get("wa_id") == person):
            given = contact.get("user_id")
    return str(given or "")


def _contacts_of(person: str, contacts: list[Json]) -> list[Json]:
    own = [
        contact
        for contact in contacts
        if person and person in (contact.get("wa_id"), contact.get("user_id"))
    ]
    return own or (contacts if len(contacts) == 1 else [])


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def only_value(body: Json) -> Json:
    """``value`` of an item's body."""
    value: Json = body["entry"][0]["changes"][0]["value"]
    return value


def field_of(body: Json) -> str:
    """``field`` of an item's body."""
    return str(body["entry"][0]["changes"][0].get("field") or "")


def profile_name(value: Json, person: str) -> str:
    """Name of the WhatsApp profile, ``''`` when Meta gave none."""
    for contact in value.get("contacts") or []:
        if person in (contact.get("wa_id"), contact.get("user_id")):
            return str((contact.get("profile") or {}).get("name") or "").strip()
    return ""
