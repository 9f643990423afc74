"""Pricing and conversation nodes by date.

Sources: changelog as mirrored 2025-12-11 (per-message pricing since 2025-07-01;
``conversation`` left out of statuses since 2025-10-08 outside a free entry
point), public articles of 2026 on the change of 2026-10-01: 1,000 free service
messages per number and month, then billable.  Whether the free thousand bear
``free_customer_service`` is not confirmed.
"""

from datetime import UTC, datetime
from functools import lru_cache

from .entities import Json

PMP_SINCE = datetime(2025, 7, 1, tzinfo=UTC).timestamp()
NO_CONVERSATION_SINCE = datetime(2025, 10, 8, tzinfo=UTC).timestamp()
SERVICE_BILLED_SINCE = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
FREE_SERVICE_MESSAGES = 1000
FREE_ENTRY = "referral_conversion"
DAY = 86400


def month_of(now: float) -> str:
    """Key of the calendar month, UTC."""
    return _month_of_day(int(now // DAY))


@lru_cache(maxsize=64)
def _month_of_day(day: int) -> str:
    return datetime.fromtimestamp(day * DAY, tz=UTC).strftime("%Y-%m")


def pricing(
    category: str,
    now: float,
    *,
    in_window: bool,
    service_count: int,
    in_free_entry: bool = False,
) -> Json:
    """The ``pricing`` node.

    :param service_count: service messages of the number this month, this included.
    :param in_free_entry: the 72 h after an answered advertisement: all is free.
    """
    if in_free_entry:
        category = FREE_ENTRY
    if now < PMP_SINCE:
        return {
            "billable": not in_free_entry,
            "pricing_model": "CBP",
            "category": category,
        }
    if in_free_entry:
        return {
            "billable": False,
            "pricing_model": "PMP",
            "category": category,
            "type": "free_entry_point",
        }
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


def conversation(
    conversation_id: str,
    category: str,
    now: float,
    *,
    shown: bool | None = None,
    in_free_entry: bool = False,
) -> Json | None:
    """The ``conversation`` node; None where it is left out.

    :param shown: the form ``conversation`` of today; None follows the date.
    :param in_free_entry: there it stays, and lives 72 h.
    """
    if shown is None:
        shown = now < NO_CONVERSATION_SINCE
    if not (shown or in_free_entry):
        return None
    return {
        "id": conversation_id,
        "expiration_timestamp": str(int(now) + (3 if in_free_entry else 1) * DAY),
        "origin": {"type": FREE_ENTRY if in_free_entry else category},
    }
