"""Pricing and conversation nodes by date.

Sources: changelog as mirrored 2025-12-11 (per-message pricing since 2025-07-01;
``conversation`` left out of statuses since 2025-10-08 outside a free entry
point); Meta's page of 2026-09-10 to 2026-10-12 as a client follows it, on the change
of 2026-10-01: 1,000 free service messages per number and month, which bear
``free_customer_service``, then ``regular``; groups draw on the same thousand.
"""

from datetime import UTC, datetime
from functools import lru_cache

from ..entities import Json

PMP_SINCE = datetime(2025, 7, 1, tzinfo=UTC).timestamp()
NO_CONVERSATION_SINCE = datetime(2025, 10, 8, tzinfo=UTC).timestamp()
#: ``subtype`` of messages of governments and non-profits.
SUBTYPE_SINCE = datetime(2026, 10, 12, tzinfo=UTC).timestamp()
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
    group: bool = False,
    paid_exempt: bool = False,
) -> Json:
    """The ``pricing`` node.

    :param service_count: service messages of the number this month, this included.
    :param in_free_entry: the days after an answered advertisement: all is free.
    :param group: sent to a group; the categories and the free type say so.
    :param paid_exempt: a government or non-profit that pays no service messages.
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
    before = now < SERVICE_BILLED_SINCE
    exempt = False
    if category == "service":
        free = before or service_count <= FREE_SERVICE_MESSAGES
        exempt = paid_exempt and not free
    else:
        free = category == "utility" and in_window and before
    free_type = "free_group_customer_service" if group else "free_customer_service"
    node: Json = {
        "billable": not (free or exempt),
        "pricing_model": "PMP",
        "category": f"group_{category}" if group else category,
        "type": free_type if free or exempt else "regular",
    }
    if exempt and now >= SUBTYPE_SINCE:
        node["subtype"] = "paid_exempt"
    return node


def conversation(
    conversation_id: str,
    category: str,
    now: float,
    *,
    shown: bool | None = None,
    free_until: float | None = None,
) -> Json | None:
    """The ``conversation`` node; None where it is left out.

    :param shown: the form ``conversation`` of today; None follows the date.
    :param free_until: end of the free entry point it is in: there it stays.
    """
    if shown is None:
        shown = now < NO_CONVERSATION_SINCE
    if not (shown or free_until):
        return None
    return {
        "id": conversation_id,
        "expiration_timestamp": str(int(free_until or now + DAY)),
        "origin": {"type": FREE_ENTRY if free_until else category},
    }
