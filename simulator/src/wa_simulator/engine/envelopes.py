"""The value of each webhook, one builder each.

Source: the webhook reference as mirrored 2025-12-11 and the page on
business-scoped user ids of 2026 (``user_id`` beside ``wa_id``; the phone keys
are left out for a person who hides the phone).
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import replace

from .codes import code_of
from .entities import Customer, Json, Message, Number, WebhookItem

DOCS = (
    "https://developers.facebook.com/documentation/business-messaging/whatsapp"
    "/support/error-codes"
)

#: Tells whether a form of the wire holds (``forms.FORMS``).
Has = Callable[[str], bool]


def metadata(number: Number) -> Json:
    """Which number it is about."""
    return {"display_phone_number": number.display, "phone_number_id": number.id}


def head(number: Number) -> Json:
    """What every value about a conversation begins with."""
    return {"messaging_product": "whatsapp", "metadata": metadata(number)}


def identify(node: Json, customer: Customer, has: Has, phone: str, prefix: str) -> Json:
    """Put the person's ids into a node: the phone, the user id, or both.

    :param phone: key of the phone (``from``, ``wa_id``, ``recipient_id``).
    :param prefix: of the user id's keys (``from_``, ``recipient_``, or nothing).
    """
    if customer.shown_wa_id:
        node[phone] = customer.shown_wa_id
    if has("user_ids") or not customer.shown_wa_id:
        node[f"{prefix}user_id"] = customer.user_id
        if customer.parent_user_id:
            node[f"{prefix}parent_user_id"] = customer.parent_user_id
    return node


def contact(
    customer: Customer, has: Has, *, name: bool = True, username: bool = True
) -> Json:
    """The person; name and username are left out when there is none."""
    profile: Json = {"name": customer.name} if name and customer.name else {}
    if username and customer.username:
        profile["username"] = customer.username
    node: Json = {"profile": profile} if name or profile else {}
    identify(node, customer, has, "wa_id", "")
    if customer.identity_key_hash and name:
        node["identity_key_hash"] = customer.identity_key_hash
    return node


def inbound_value(
    number: Number, customer: Customer | None, message: Json, has: Has
) -> Json:
    """``messages``; without customer there is no contacts array (system)."""
    value = head(number)
    if customer is not None:
        value["contacts"] = [contact(customer, has)]
    value["messages"] = [message]
    return value


def errors_value(number: Number, code: int, details: str) -> Json:
    """``value.errors`` alone: neither messages nor statuses."""
    return {**head(number), "errors": [error_node(code, details)]}


def error_node(code: int, details: str) -> Json:
    """An error inside a webhook."""
    title = code_of(code).title
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or title},
        "href": DOCS,
    }


def status_value(
    number: Number,
    customer: Customer,
    message: Message,
    status: str,
    timestamp: int,
    has: Has,
) -> Json:
    """``statuses``; the contacts of ``failed`` are leaner (2026)."""
    node: Json = {"id": message.wamid, "status": status, "timestamp": str(timestamp)}
    identify(node, customer, has, "recipient_id", "recipient_")
    if message.opaque is not None:
        node["biz_opaque_callback_data"] = message.opaque
    if status == "failed":
        node["errors"] = [
            error_node(message.fails_with or 131000, message.fails_details)
        ]
    if status in message.priced:
        if message.conversation:
            node["conversation"] = _conversation(message.conversation, status)
        node["pricing"] = message.pricing
    value = head(number)
    if status != "failed" and has("status_contacts"):
        named = status in ("delivered", "read")
        value["contacts"] = [contact(customer, has, name=False, username=named)]
    if status == "failed" and has("failed_contacts"):
        value["contacts"] = [_bare_contact(customer)]
    value["statuses"] = [node]
    return value


def _bare_contact(customer: Customer) -> Json:
    """As captured with 131026: the phone, no profile and no user id beside it."""
    if customer.shown_wa_id:
        return {"wa_id": customer.shown_wa_id}
    return {"user_id": customer.user_id}


def _conversation(conversation: Json, status: str) -> Json:
    if status == "sent":
        return conversation
    return {k: v for k, v in conversation.items() if k != "expiration_timestamp"}


def envelope(items: Iterable[WebhookItem]) -> Json:
    """The POST's body: one entry per account (and time), one change per item."""
    entries: dict[tuple[str, int | None], Json] = {}
    for item in items:
        key = (item.waba_id, item.time)
        if key not in entries:
            entries[key] = {"id": item.waba_id}
            if item.time is not None:
                entries[key]["time"] = item.time
            entries[key]["changes"] = []
        entries[key]["changes"].append({"value": item.value, "field": item.field})
    return {"object": "whatsapp_business_account", "entry": list(entries.values())}


#: The arrays of a ``messages`` value that a batch may join.
JOINED = ("contacts", "messages", "statuses")


def merged(items: Iterable[WebhookItem]) -> list[WebhookItem]:
    """Items of one number joined: several messages or statuses in one value.

    Order within the number is kept; a message and a status never share a value.
    """
    joined: list[WebhookItem] = []
    for item in items:
        last = joined[-1] if joined else None
        fits = (
            last is not None
            and item.field == last.field == "messages"
            and (item.number_id, item.kind) == (last.number_id, last.kind)
            and item.kind in ("message", "status")
        )
        if last is None or not fits:
            joined.append(replace(item, value=deepcopy(item.value)))
            continue
        for key in JOINED:
            for node in item.value.get(key, []):
                if node not in last.value.setdefault(key, []):
                    last.value[key].append(node)
    return joined
