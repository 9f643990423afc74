"""Parses a webhook body into typed events; see :mod:`webhook_events`.

Source of the envelope: Meta, "Webhooks: overview" of the WhatsApp Cloud API. Each
event carries a body of its own with its part of the JSON only, which the journal
keeps and which parses to the same event again. A part of unexpected shape becomes an
event with its problem; the parts beside it are not concerned.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .graph_errors import GraphError, read_error
from .json_values import (
    ID_LENGTH,
    Json,
    is_phone,
    mapping,
    name,
    other_id,
    person_id,
    records,
    storable,
    text,
    timestamp,
)
from .message_content import read_content, read_referral, type_of
from .webhook_events import (
    LONG_ID,
    NO_RECIPIENT,
    NO_SENDER,
    NO_STATUS,
    NOT_A_LIST,
    NOT_AN_OBJECT,
    AccountChange,
    InboundMessage,
    MarketingPreference,
    MessageEcho,
    Person,
    StatusUpdate,
    UnknownChange,
    UserIdChange,
    WebhookEvent,
)

MESSAGES = "messages"
# Field of what the business writes on its own phone (coexistence).
ECHOES = "smb_message_echoes"
USER_IDS = "user_id_update"
PREFERENCES = "user_preferences"
ACCOUNT_FIELDS = frozenset(
    (
        "account_alerts",
        "account_review_update",
        "account_update",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "template_category_update",
        PREFERENCES,
        USER_IDS,
    )
)
# What a person may say of marketing (Meta, "user_preferences" webhook).
WANTED = {"stop": False, "resume": True}

# Keys of ``value`` that concern every event of a change.
_SHARED = ("messaging_product", "metadata")
# Where Meta puts its own words about a change: object and key within ``value``.
_REASONS = (
    ("", "reason"),
    ("rejection_info", "reason"),
    ("rejection_info", "recommendation"),
    ("other_info", "title"),
    ("other_info", "description"),
    ("alert_info", "alert_description"),
    ("", "alert_description"),
    ("ban_info", "waba_ban_state"),
    ("", "current_limit"),
    ("", "rejection_reason"),
)
# Lists of events that each field has.
_LISTS = {MESSAGES: ("messages", "statuses"), ECHOES: ("message_echoes",)}
_MOST_DIGITS = 18
_NUMBER_ID = re.compile(r"[\w.:-]*", re.ASCII)


class UnreadableBody(ValueError):
    """The body is not what Meta sends; nothing of it can be stored as events."""


def read_body(content: bytes) -> Any:
    """The JSON of a webhook body, without what no database can store.

    :raise UnreadableBody: if it is no JSON
    """
    try:
        return storable(json.loads(content, parse_constant=_refuse, parse_int=_integer))
    except (ValueError, RecursionError) as error:
        raise UnreadableBody(type(error).__name__) from error


def _refuse(constant: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise UnreadableBody(constant)


def _integer(digits: str) -> int | str:
    """A number that is longer than any of Meta's stays text."""
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def parse_body(body: Any) -> list[WebhookEvent]:
    """Events of a webhook body, in Meta's order.

    :raise UnreadableBody: if ``body`` has not the shape of an envelope
    """
    entries = mapping(body).get("entry")
    if not isinstance(entries, list):
        raise UnreadableBody("no list 'entry'")
    events: list[WebhookEvent] = []
    for entry in entries:
        envelope = _Envelope(body.get("object", ""), entry)
        changes = mapping(entry).get("changes")
        if not isinstance(changes, list):
            problem = NOT_A_LIST if isinstance(entry, dict) else NOT_AN_OBJECT
            events.append(_unknown(envelope.whole(), problem=problem))
            continue
        for change in changes:
            events += _parse_change(envelope, change)
    return events


def parse_event(body: Any) -> WebhookEvent:
    """The event of a body that an event carried.

    :raise UnreadableBody: if the body holds no event, or several
    """
    events = parse_body(body)
    if len(events) != 1:
        raise UnreadableBody(f"{len(events)} events")
    return events[0]


@dataclass(frozen=True)
class _Envelope:
    """Envelope of a change."""

    object: Any
    entry: Any

    def whole(self) -> Json:
        return {"object": self.object, "entry": [self.entry]}

    def around(self, change: Any) -> Json:
        entry = {"id": self.entry.get("id", ""), "changes": [change]}
        if "time" in self.entry:
            # Tells two equal changes of a template or account apart.
            entry["time"] = self.entry["time"]
        return {"object": self.object, "entry": [entry]}


def _parse_change(envelope: _Envelope, change: Any) -> list[WebhookEvent]:
    value = mapping(change).get("value")
    if not isinstance(value, dict):
        return [_unknown(envelope.around(change), change, NOT_AN_OBJECT)]
    field = _field_of(change)
    if not text(change.get("field")):
        change = {**change, "field": field}
    parser = _ChangeParser(envelope, change, value)
    if field in _LISTS:
        return parser.parse_lists(_LISTS[field])
    if field in ACCOUNT_FIELDS:
        return [parser.parse_account(field)]
    return [parser.unknown(**value)]


def _field_of(change: Json) -> str:
    """Field of a change; a proxy that leaves it out leaves the lists."""
    given = text(change.get("field"))
    value = mapping(change.get("value"))
    found = [
        field for field, names in _LISTS.items() if not value.keys().isdisjoint(names)
    ]
    return given or next(iter(found), "")


def _unknown(
    body: Json, change: Any = None, problem: str = "", number: str = ""
) -> UnknownChange:
    return UnknownChange(
        external_id=_hash(body),
        phone_number_id=number,
        problem=problem,
        body=body,
        field=text(mapping(change).get("field")),
    )


def _hash(content: Any) -> str:
    encoded = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(encoded.encode()).hexdigest()


def _short(given: str) -> str:
    """An id; one that no index could hold is known by its hash."""
    return given if len(given) <= ID_LENGTH else _hash(given)


class _ChangeParser:
    """Parses the value of one change."""

    def __init__(self, envelope: _Envelope, change: Json, value: Json) -> None:
        self._envelope = envelope
        self._change = change
        self._value = value
        number = text(mapping(value.get("metadata")).get("phone_number_id")).strip()
        # It is logged where nobody has it.
        self._number = _short(number) if _NUMBER_ID.fullmatch(number) else _hash(number)
        self._contacts: dict[str, Json] = {}
        contacts = list(records(_listed(value.get("contacts"))))
        for contact in reversed(contacts):
            for key in ("user_id", "wa_id"):
                self._contacts[person_id(contact.get(key))] = contact
        self._contacts.pop("", None)
        self._only_contact = contacts[0] if len(contacts) == 1 else {}

    def _wrap(self, /, **content: Any) -> Json:
        shared = {key: self._value[key] for key in _SHARED if key in self._value}
        own = {"field": self._change.get("field", ""), "value": shared | content}
        return self._envelope.around(own)

    def unknown(self, problem: str = "", /, **content: Any) -> UnknownChange:
        """Event of a part that is kept and worked by nobody."""
        body = self._wrap(**content)
        return _unknown(body, self._change, problem, self._number)

    # ------------------------------------------------- messages and statuses
    def parse_lists(self, names: tuple[str, ...]) -> list[WebhookEvent]:
        """Events of the lists of a change, and of whatever stands beside them."""
        value = self._value
        odd = [
            one for one in _listed(value.get("contacts")) if not isinstance(one, dict)
        ]
        events = [event for key in names for event in self._parse_list(key)]
        if not events:
            return [self.unknown(NOT_AN_OBJECT if odd else "", **value)]
        if odd:
            events.append(self.unknown(NOT_AN_OBJECT, contacts=odd))
        # Of the messages, where there are any.
        if value.get("errors") and not any(
            isinstance(event, InboundMessage) for event in events
        ):
            events.append(self.unknown(errors=value["errors"]))
        known = {*_SHARED, *names, "contacts", "errors"}
        rest = {key: value[key] for key in value if key not in known}
        if rest:
            events.append(self.unknown(**rest))
        return events

    def _parse_list(self, key: str) -> Iterator[WebhookEvent]:
        found = self._value.get(key)
        if found and not isinstance(found, list):
            yield self.unknown(NOT_A_LIST, **{key: found})
            return
        parse = {
            "messages": self._parse_message,
            "statuses": self._parse_status,
            "message_echoes": self._parse_echo,
        }[key]
        for one in found or ():
            if isinstance(one, dict):
                yield parse(one)
            else:
                yield self.unknown(NOT_AN_OBJECT, **{key: [one]})

    def _parse_message(self, message: Json) -> WebhookEvent:
        sender, contact = self._read_sender(message)
        own: Json = {"contacts": [contact]} if contact else {}
        if self._value.get("errors"):
            own["errors"] = self._value["errors"]
        body = self._wrap(**own, messages=[message])
        person = sender.phone or sender.user_id
        return InboundMessage(
            **self._common(message, person, body),
            **_message_values(message, self._value.get("errors")),
            problem=_problem(message, person) or ("" if person else NO_SENDER),
            sender=sender,
            referral=read_referral(message.get("referral")),
        )

    def _read_sender(self, message: Json) -> tuple[Person, Json]:
        """Return the writer of a message, and the contact that describes them."""
        phone = person_id(message.get("from"))
        user_id = person_id(message.get("from_user_id"))
        if not phone and type_of(message) == "system":
            # A new id: Meta's "previous_user_id" is the one that is known here.
            system = mapping(message.get("system"))
            user_id = person_id(system.get("previous_user_id")) or user_id
        if phone and not is_phone(phone):
            phone, user_id = "", user_id or phone
        contact = self._contacts.get(phone) or self._contacts.get(user_id)
        if not contact and not phone and not user_id:
            contact = self._only_contact
        contact = contact or {}
        given = person_id(contact.get("wa_id"))
        if not phone and is_phone(given):
            phone = given
        profile = mapping(contact.get("profile"))
        other = other_id(contact.get("user_id"))
        if phone and len(user_id) > ID_LENGTH:
            user_id = ""
        person = Person(
            phone=phone,
            user_id=user_id or other,
            username=name(profile.get("username")),
            profile=name(profile.get("name")),
        )
        return person, contact

    def _parse_echo(self, echo: Json) -> WebhookEvent:
        """Something that was written on the phone of the business, to a customer."""
        person = person_id(echo.get("to")) or person_id(echo.get("to_user_id"))
        named = person or echo.get("group_id")
        return MessageEcho(
            **self._common(echo, person, self._wrap(message_echoes=[echo])),
            **_message_values(echo, None),
            problem=_problem(echo, person) or ("" if named else NO_RECIPIENT),
        )

    def _parse_status(self, status: Json) -> WebhookEvent:
        person = person_id(status.get("recipient_id"))
        person = person or person_id(status.get("recipient_user_id"))
        contact = self._contacts.get(person)
        own: Json = {"contacts": [contact]} if contact else {}
        state, wamid = text(status.get("status")), text(status.get("id"))
        callback_data = text(status.get("biz_opaque_callback_data"))
        problem = _problem(status, person)
        if not state or not (wamid or callback_data):
            problem = problem or NO_STATUS
        errors = list(records(status.get("errors")))
        return StatusUpdate(
            **self._common(status, person, self._wrap(**own, statuses=[status])),
            problem=problem,
            status=_short(state),
            wamid=wamid,
            at=timestamp(status.get("timestamp")),
            callback_data=callback_data,
            error=read_error(errors[0]) if errors else None,
        )

    def _common(self, node: Json, person: str, body: Json) -> dict[str, Any]:
        return {
            "external_id": _short(text(node.get("id"))) or _hash(body),
            "person": _short(person),
            "phone_number_id": self._number,
            "body": body,
        }

    # ------------------------------------------------------------- accounts
    def parse_account(self, field: str) -> AccountChange:
        """Change of templates, number or account, or of what people prefer."""
        value, body = self._value, self._wrap(**self._value)
        alert = mapping(value.get("alert_info"))
        happened = (
            value.get("event"),
            value.get("decision"),
            alert.get("alert_type"),
            value.get("alert_type"),
        )
        return AccountChange(
            external_id=_hash(body),
            phone_number_id=self._number,
            body=body,
            field=field,
            account_id=text(mapping(self._envelope.entry).get("id")),
            event=next(filter(None, map(text, happened)), "").upper(),
            reason=_reason(value),
            template_id=text(value.get("message_template_id")),
            template_name=text(value.get("message_template_name")),
            template_language=text(value.get("message_template_language")),
            quality=text(value.get("new_quality_score")).upper(),
            category=text(value.get("new_category")).lower(),
            preferences=tuple(_preferences(value.get(PREFERENCES))),
            user_ids=tuple(_user_id_changes(value.get(USER_IDS))),
        )


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if value else []


def _problem(node: Json, person: str) -> str:
    """Why a message or status is refused, ``''`` where nothing speaks against it."""
    return LONG_ID if max(len(text(node.get("id"))), len(person)) > ID_LENGTH else ""


def _message_values(message: Json, more_errors: Any) -> dict[str, Any]:
    """Values that messages and echoes share.

    :param more_errors: ``errors`` that stand beside the messages
    """
    context = mapping(message.get("context"))
    product = mapping(context.get("referred_product"))
    return {
        "wamid": text(message.get("id")),
        "at": timestamp(message.get("timestamp")),
        "type": type_of(message),
        "content": read_content(message),
        "quoted_id": text(context.get("id")),
        "product_code": text(product.get("product_retailer_id")),
        "errors": tuple(_errors(message.get("errors"), more_errors)),
        "group_id": text(message.get("group_id")),
    }


def _errors(*lists: Any) -> Iterator[GraphError]:
    found = (read_error(error) for errors in lists for error in records(errors))
    yield from dict.fromkeys(found)


def _reason(value: Json) -> str:
    """Meta's own words about a change, from wherever it puts them."""
    found = (
        text((mapping(value.get(part)) if part else value).get(key))
        for part, key in _REASONS
    )
    return "; ".join(dict.fromkeys(one for one in found if one not in ("", "NONE")))


def _preferences(rows: Any) -> Iterator[MarketingPreference]:
    for row in records(rows):
        wanted = WANTED.get(text(row.get("value")))
        if row.get("category") == "marketing_messages" and wanted is not None:
            yield MarketingPreference(
                other_id(row.get("wa_id")),
                other_id(row.get("user_id")),
                wanted,
                timestamp(row.get("timestamp")),
            )


def _user_id_changes(rows: Any) -> Iterator[UserIdChange]:
    """Both shapes that Meta has documented: flat, and ``{previous, current}``."""
    for row in records(rows):
        both = mapping(row.get("user_id"))
        old = other_id(both.get("previous")) or other_id(row.get("previous_user_id"))
        new = other_id(both.get("current")) or other_id(row.get("user_id"))
        if old and new:
            yield UserIdChange(old, new)
