"""Pricing and conversation nodes by date.

Sources: changelog as mirrored 2025-12-11 (per-message pricing since 2025-07-01;
``conversation`` left out of statuses since 2025-10-08 outside a free entry
point), public articles of 2026 on the change of 2026-10-01: 1,000 free service
messages per number and month, then billable.  Whether the free thousand bear
``free_customer_service`` is not confirmed.
"""

from datetime import UTC, datetime

from .entities import Json

PMP_SINCE = datetime(2025, 7, 1, tzinfo=UTC).timestamp()
NO_CONVERSATION_SINCE = datetime(2025, 10, 8, tzinfo=UTC).timestamp()
SERVICE_BILLED_SINCE = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
FREE_SERVICE_MESSAGES = 1000
DAY = 86400


def month_of(now: float) -> str:
    """Key of the calendar month, UTC."""
    return datetime.fromtimestamp(now, tz=UTC).strftime("%Y-%m")


def pricing(category: str, now: float, *, in_window: bool, service_count: int) -> Json:
    """The ``pricing`` node.

    :param service_count: service messages of the number this month, this included.
    """
    if now < PMP_SINCE:
        return {"billable": True, "pricing_model": "CBP", "category": category}
    exempt = now < SERVICE_BILLED_SINCE
    if category == "service":
        free = exempt or service_count <= FREE_SERVICE_MESSAGES
    else:
        free = category == "utility" and in_window and exempt
    return {
        "billable": not free,
        "pricing_model": "PMP",
        "category": category,
        "type": "free_customer_service" if free else "regular",
    }


def conversation(conversation_id: str, category: str, now: float) -> Json | None:
    """The ``conversation`` node; None since it is left out."""
    if now >= NO_CONVERSATION_SINCE:
        return None
    return {
        "id": conversation_id,
        "expiration_timestamp": str(int(now) + DAY),
        "origin": {"type": category},
    }
