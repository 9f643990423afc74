"""Take a webhook body apart into items, and say in words what an item is.

Source of the shapes: Meta, "Webhooks: messages, statuses" of the WhatsApp Cloud
API. An item is one message, one status or one other change, wrapped again as a
body of its own, so that whoever reads it needs no second format.
"""

import hashlib
import json
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

# Keys of ``value`` that concern every item of a change.
_SHARED = ("messaging_product", "metadata")


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


def split(body: Any) -> list[Item]:
    """Items of a webhook body, in Meta's order.

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
    number = str((value.get("metadata") or {}).get("phone_number_id") or "")

    def wrap(**content: Any) -> Json:
        shared = {key: value[key] for key in _SHARED if key in value}
        own = {"field": change.get("field", ""), "value": shared | content}
        place = {"id": entry.get("id", ""), "changes": [own]}
        if "time" in entry:
            # Tells two equal changes of a template or account apart.
            place["time"] = entry["time"]
        return {"object": body.get("object", ""), "entry": [place]}

    items = []
    if change.get("field") == "messages":
        items += [_message(m, value, number, wrap) for m in value.get("messages") or []]
        items += [_status(s, value, number, wrap) for s in value.get("statuses") or []]
    if change.get("field") == ECHOES:
        items += [_echo(e, number, wrap) for e in value.get("message_echoes") or []]
    if not items:
        # "value.errors" alone, user actions, other fields: nothing is dropped.
        whole = wrap(**value)
        items.append(Item(CHANGE, _hash(whole), "", "", number, whole))
    return items


def _message(message: Json, value: Json, number: str, wrap: Wrap) -> Item:
    contacts = value.get("contacts") or []
    person = person_of(message, contacts)
    own = wrap(contacts=_contacts_of(person, contacts), messages=[message])
    return Item(MESSAGE, message.get("id") or _hash(own), "", person, number, own)


def _echo(echo: Json, number: str, wrap: Wrap) -> Item:
    """Something that was written on the phone of the business, to a customer."""
    own = wrap(message_echoes=[echo])
    person = str(echo.get("to") or echo.get("to_user_id") or "")
    return Item(MESSAGE, echo.get("id") or _hash(own), "", person, number, own)


def _status(status: Json, value: Json, number: str, wrap: Wrap) -> Item:
    person = str(status.get("recipient_id") or status.get("recipient_user_id") or "")
    contacts = _contacts_of(person, value.get("contacts") or [])
    own = wrap(contacts=contacts, statuses=[status])
    name = status.get("status") or ""
    return Item(STATUS, status.get("id") or _hash(own), name, person, number, own)


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


def _hash(content: Json) -> str:
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
