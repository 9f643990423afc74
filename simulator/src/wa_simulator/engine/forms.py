"""Which form webhooks and answers have, as a function of the simulated date.

One row per change Meta made; ``Settings.forms`` overrides a row by its name.
Sources: changelog and status reference as mirrored 2025-12-11, copies of the page
on business-scoped user ids of February and May 2026, Meta's changelog of 2026 as
clients follow it (docs/fidelity.md says which, and how sure each is).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Form:
    """A form of the wire: on from ``since`` (inclusive) until ``until``."""

    why: str
    since: float | None = None
    until: float | None = None
    default: bool = True

    def holds(self, now: float) -> bool:
        """Whether it holds at a moment."""
        if not self.default:
            return False
        return (self.since is None or now >= self.since) and (
            self.until is None or now < self.until
        )


def _day(year: int, month: int, day: int) -> float:
    return datetime(year, month, day, tzinfo=UTC).timestamp()


FORMS: dict[str, Form] = {
    "conversation": Form(
        "statuses bear `conversation` outside a free entry point (before v24)",
        until=_day(2025, 10, 8),
    ),
    "media_url": Form("inbound media bear a download address", since=_day(2025, 11, 1)),
    "unsupported_type": Form(
        "an unsupported message tells its real type", since=_day(2025, 11, 1)
    ),
    "old_limits": Form(
        "`old_limit`, `current_limit`, `max_daily_conversation_per_phone`",
        until=_day(2026, 2, 1),
    ),
    "user_ids": Form(
        "business-scoped user ids beside or instead of the phone",
        since=_day(2026, 3, 31),
    ),
    "status_contacts": Form(
        "statuses bear `contacts`, except failed", since=_day(2026, 3, 31)
    ),
    "call_user_ids": Form(
        "`calls` bear business-scoped user ids", since=_day(2026, 5, 28)
    ),
    "call_status_contacts": Form(
        "statuses of calls bear `contacts`", since=_day(2026, 5, 28)
    ),
    # Meta's page of May 2026 says none; a client crashed on this in real traffic
    # of August (github.com/david-lev/pywa issues 220 and 227).
    "failed_contacts": Form(
        "failed statuses bear `contacts` with the bare phone",
        since=_day(2026, 8, 1),
    ),
    "request_welcome": Form(
        "a person who opens the chat sends `request_welcome`, which opens the window",
        until=_day(2026, 3, 27),
    ),
    "archive_lists": Form(
        "archiving templates answers with lists; `success` alone before",
        since=_day(2026, 6, 2),
    ),
    "user_id_update": Form(
        "the field `user_id_update` tells a new business-scoped id",
        until=_day(2026, 8, 11),
    ),
    "previous_user_id": Form(
        "`system` messages bear the new and the previous business-scoped id",
        since=_day(2026, 8, 11),
    ),
    # Not published: when it is seven days and when it is still three.
    "free_entry_week": Form(
        "a free entry point lasts seven days; three before",
        since=_day(2026, 9, 28),
    ),
    "handover_roles": Form(
        "`messaging_handovers` name roles; before, the AI agent alone was named",
        since=_day(2026, 9, 22),
    ),
    "thread_control_request_id": Form(
        "`thread_control` answers with a `request_id`", since=_day(2026, 9, 25)
    ),
    "system_new_wa_id": Form(
        "`system.new_wa_id` instead of `system.wa_id` (the older spelling; "
        "fixtures of clients have both)",
        default=False,
    ),
    "quality_as_status": Form(
        "`message_template_quality_update` arrives as "
        "`message_template_status_update`, as Meta's own sample prints it",
        default=False,
    ),
}


def holds(name: str, now: float, overrides: Mapping[str, bool]) -> bool:
    """Whether a form holds now; an override wins."""
    if name in overrides:
        return overrides[name]
    return FORMS[name].holds(now)
