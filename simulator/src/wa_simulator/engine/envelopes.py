"""The value of each webhook, one builder each.

Source: the webhook reference as mirrored 2025-12-11 and the page on
business-scoped user ids of 2026 (``user_id`` beside ``wa_id``; the phone keys
are left out for a person who hides the phone).
"""

from collections.abc import Iterable

from .codes import code_of
from .entities import Customer, Json, Message, Number, WebhookItem

DOCS = (
    "https://developers.facebook.com/documentation/business-messaging/whatsapp"
    "/support/error-codes"
)


def metadata(number: Number) -> Json:
    """Which number it is about."""
    return {"display_phone_number": number.display, "phone_number_id": number.id}


def contact(customer: Customer, *, profile: bool = True) -> Json:
    """The person; the name is left out when there is none."""
    node: Json = {}
    if profile:
        node["profile"] = {"name": customer.name} if customer.name else {}
    if customer.wa_id:
        node["wa_id"] = customer.wa_id
    node["user_id"] = customer.user_id
    return node


def inbound_value(number: Number, customer: Customer | None, message: Json) -> Json:
    """``messages``; without customer there is no contacts array (system)."""
    value: Json = {"messaging_product": "whatsapp", "metadata": metadata(number)}
    if customer is not None:
        value["contacts"] = [contact(customer)]
    value["messages"] = [message]
    return value


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
    number: Number, customer: Customer, message: Message, status: str, timestamp: int
) -> Json:
    """``statuses``; contacts stand on all but ``failed`` (2026)."""
    node: Json = {"id": message.wamid, "status": status, "timestamp": str(timestamp)}
    if customer.wa_id:
        node["recipient_id"] = customer.wa_id
    node["recipient_user_id"] = customer.user_id
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
    value: Json = {"messaging_product": "whatsapp", "metadata": metadata(number)}
    if status != "failed":
        value["contacts"] = [contact(customer, profile=False)]
    value["statuses"] = [node]
    return value


def _conversation(conversation: Json, status: str) -> Json:
    if status == "sent":
        return conversation
    return {k: v for k, v in conversation.items() if k != "expiration_timestamp"}


def envelope(items: Iterable[WebhookItem]) -> Json:
    """The POST's body: one entry per account, one change per item."""
    entries: dict[str, Json] = {}
    for item in items:
        entry = entries.setdefault(item.waba_id, {"id": item.waba_id, "changes": []})
        entry["changes"].append({"value": item.value, "field": item.field})
    return {"object": "whatsapp_business_account", "entry": list(entries.values())}
