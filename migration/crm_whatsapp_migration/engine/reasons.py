"""Why a legacy row was not moved: one table for ledger, report and screen.

A reason belongs to one state. ``skipped``: on purpose, by a rule or a decision.
``rejected``: somebody should look at it. ``existing``: its message is already
where it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass

SKIPPED = "skipped"
REJECTED = "rejected"
EXISTING = "existing"


@dataclass(frozen=True)
class Reason:
    """:param sentence: English, said to the administrator, with what to do next."""

    state: str
    sentence: str


REASONS: dict[str, Reason] = {
    # Messages
    "gateway_missing": Reason(
        REJECTED,
        "Its gateway does not exist any more. Map the old gateway's number in the"
        " decisions and run again.",
    ),
    "gateway_skipped": Reason(SKIPPED, "You decided to leave its gateway behind."),
    "phone_empty": Reason(
        REJECTED, "It has no telephone number, so it belongs to no conversation."
    ),
    "phone_letters": Reason(
        REJECTED,
        "Its telephone field holds words instead of a number. Give the number in the"
        " decisions and run again.",
    ),
    "phone_unreadable": Reason(
        REJECTED,
        "Its telephone number exists in no country. Give the right one in the"
        " decisions and run again.",
    ),
    "phone_two_numbers": Reason(
        REJECTED,
        "Its telephone field holds two numbers and you decided to take neither.",
    ),
    "direction_unknown": Reason(
        REJECTED, "It is neither incoming nor outgoing, so its author is unknown."
    ),
    "date_impossible": Reason(
        REJECTED,
        "Its date is missing or impossible, and you decided not to guess it.",
    ),
    "draft": Reason(SKIPPED, "It is a draft that was never sent."),
    "duplicate": Reason(
        SKIPPED, "It is a second copy of a message that WhatsApp delivered once."
    ),
    "twin_message": Reason(
        EXISTING, "Its text already stands in a conversation, which is moved whole."
    ),
    "twin_wamid": Reason(
        EXISTING, "WhatsApp's id of the message is already in a conversation."
    ),
    "stray_unreadable": Reason(
        REJECTED,
        "A conversation of the old module whose number cannot be read; it stays as it"
        " is. Correct its token and run again.",
    ),
    "decided_skip": Reason(
        SKIPPED, "Somebody looked at it and decided to leave it behind."
    ),
    # Gateways and templates
    "gateway_decided_skip": Reason(SKIPPED, "You decided not to take this gateway."),
    "gateway_mapped": Reason(
        EXISTING, "You decided which gateway of today takes its place."
    ),
    "gateway_same_number": Reason(
        EXISTING, "A gateway of today already has this number of WhatsApp."
    ),
    "gateway_unused": Reason(
        SKIPPED, "No message names it, and it is not a number of the Cloud API."
    ),
    "template_decided_skip": Reason(SKIPPED, "You decided not to take this template."),
    "template_exists": Reason(
        EXISTING, "The gateway already has a template of this name and language."
    ),
}
