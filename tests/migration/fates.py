"""What must become of each row, said from what was generated and what was decided.

An oracle of its own: it reads no database and nothing of the engine, only what the
generator knows of its rows (`made.fates`).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.migration.generator import Fate, Made
from tests.migration.generator.shares import Phone

PHONES = {
    Phone.LETTERS: "phone_letters",
    Phone.EMPTY: "phone_empty",
    Phone.NOWHERE: "phone_unreadable",
}


def end_of(fate: Fate, left_behind: set[int]) -> tuple[str, str]:
    """(state, reason) that the ledger must hold for a row.

    :param left_behind: legacy gateways that were decided to be skipped
    """
    if fate.generation == 1 and fate.gateway in left_behind:
        return "skipped", "gateway_skipped"
    if fate.state == "draft":
        return "skipped", "draft"
    # What went out says which message it is; what came in is found by its number.
    if fate.stands and fate.direction == "outgoing":
        return "existing", "twin_message"
    if fate.phone in PHONES:
        return "rejected", PHONES[fate.phone]
    if fate.stands:
        return "existing", "twin_message"
    if fate.duplicate:
        return "skipped", "duplicate"
    return "moved", ""


def messages(made: Made) -> dict[str, Any]:
    """Counts of `whatsapp_message` as plan and ledger give them."""
    left_behind = set(made.ids("twilio", "custom"))
    ends: Counter[tuple[str, str]] = Counter()
    for fate, number in made.fates.items():
        ends[end_of(fate, left_behind)] += number
    found: dict[str, Any] = {"moved": 0, "existing": 0, "skipped": {}, "rejected": {}}
    for (state, reason), number in ends.items():
        if state in ("skipped", "rejected"):
            found[state][reason] = number
        else:
            found[state] += number
    return found
