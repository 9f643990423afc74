"""How often what happens, as data. A share is a part of one, of what its group says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Phone(Enum):
    """What stands in a telephone field."""

    READABLE = "readable"
    #: Two numbers in one field, a slash between.
    TWO = "two_numbers"
    LETTERS = "letters"
    EMPTY = "empty"
    #: Digits that are no number anywhere.
    NOWHERE = "unreadable"


@dataclass(frozen=True)
class Shares:
    """Shares of people, of messages and of what hangs on messages."""

    # Of people
    foreign: float = 0.12
    without_lead: float = 0.05
    several_leads: float = 0.15
    lead_with_partner: float = 0.5
    #: Two people, two numbers, one contact: OCA allows one channel a gateway.
    shared_partner: float = 0.005

    # Of messages
    messages_per_person: int = 25
    incoming: float = 0.35
    other_gateway: float = 0.08
    two_numbers: float = 0.01
    letters: float = 0.006
    empty: float = 0.008
    nowhere: float = 0.005
    without_lead_on_row: float = 0.04
    template: float = 0.15
    deleted_template: float = 0.004
    html: float = 0.02
    emoji: float = 0.1
    right_to_left: float = 0.01
    over_4096: float = 0.002
    #: `sent_date` earlier than the row was made: it was imported late.
    late: float = 0.01
    delivered_unsent: float = 0.02
    read_before_delivered: float = 0.02
    #: WhatsApp delivered it once and the old module stored it twice.
    duplicate: float = 0.003
    #: Ids that are missing: a lead was deleted and took its messages along.
    gap: float = 0.01

    # Of failed messages
    long_error: float = 0.3

    # Of messages, what hangs on them
    lead_chatter: float = 0.1
    tracked: float = 0.01
    followed: float = 0.005
    activity: float = 0.002
    attachment: float = 0.005

    # Generation 2. Of people
    proper_channel: float = 0.4
    # Of outgoing messages of people who have one: said there too
    twin: float = 0.3
    # Of outgoing messages: the stray's message was deleted
    stray_message_gone: float = 0.01
    # Of strays: somebody also wrote into them without the module
    written_in_stray: float = 0.1


#: Of outgoing messages: (state, share).
STATES = (
    ("draft", 0.02),
    ("sent", 0.1),
    ("delivered", 0.25),
    ("read", 0.56),
    ("failed", 0.07),
)
