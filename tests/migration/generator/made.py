"""What was made, counted while it was made: the truth to measure plan and run against.

Nothing here reads the database, nor anything of the engine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .shares import Phone

#: A decision per gateway that has no counterpart at Meta.
UNDECIDED = ("twilio", "custom")


class Fate(NamedTuple):
    """What decides the end of a row of `whatsapp_message`."""

    gateway: int
    phone: Phone
    direction: str
    state: str
    #: The second copy of a message that WhatsApp delivered once.
    duplicate: bool
    #: 1: `gateway` is a `whatsapp_gateway`; 2: a `mail_gateway`.
    generation: int
    #: Generation 2: its text stands in a conversation already.
    stands: bool


@dataclass(frozen=True)
class Gateway:
    """A gateway; `legacy` tells the table."""

    id: int
    provider: str
    active: bool
    legacy: bool


Pair = tuple[int, str]


@dataclass
class Made:
    """:param talks: per kind of phone, (gateway, key of the person) of rows that are
    no drafts; of two numbers in one field the first is there
    """

    seed: int
    generation: str
    gateways: list[Gateway] = field(default_factory=list)
    templates: dict[int, str] = field(default_factory=dict)
    people: int = 0
    leads: int = 0
    partners: int = 0
    fates: Counter[Fate] = field(default_factory=Counter)
    talks: dict[Phone, set[Pair]] = field(default_factory=lambda: defaultdict(set))
    second_talks: set[Pair] = field(default_factory=set)
    draft_talks: set[Pair] = field(default_factory=set)
    #: Contacts with two numbers on one gateway, with the numbers' `wa_id`.
    shared_partners: dict[int, set[str]] = field(default_factory=dict)
    oddities: Counter[str] = field(default_factory=Counter)
    strays: int = 0
    stray_messages: int = 0
    proper_channels: int = 0

    @property
    def rows(self) -> int:
        """Rows of `whatsapp_message`."""
        return self.fates.total()

    def count(self, **wanted: object) -> int:
        """Rows whose fate has these values, e.g. `count(state="failed")`."""
        return sum(
            number
            for fate, number in self.fates.items()
            if all(getattr(fate, name) == value for name, value in wanted.items())
        )

    def ids(self, *providers: str) -> list[int]:
        """Legacy gateways of these providers."""
        return [g.id for g in self.gateways if g.legacy and g.provider in providers]

    def decisions(self, **changes: Any) -> dict[str, Any]:
        """A file of decisions that leaves no question open; `changes` replace keys."""
        gateways: dict[str, Mapping[str, Any]] = {
            str(g.id): {"action": "skip" if g.provider in UNDECIDED else "create"}
            for g in self.gateways
            if g.legacy
        }
        answers: dict[str, Any] = {
            "version": 1,
            "gateways": gateways,
            "templates": {str(one): {"action": "skip"} for one in self.templates},
            "two_numbers": "first",
            "partner_two_numbers": {
                str(partner): min(numbers)
                for partner, numbers in self.shared_partners.items()
            },
            "chatter": "attach",
            "live_channels": "history",
            "drafts": "skip",
        }
        return answers | changes

    def lines(self) -> list[str]:
        """What to print."""
        phones: Counter[str] = Counter()
        states: Counter[str] = Counter()
        for fate, number in self.fates.items():
            phones[fate.phone.value] += number
            states[f"{fate.direction} {fate.state}"] += number
        found = [
            f"generation {self.generation}, seed {self.seed}: {self.rows} messages",
            f"  people {self.people}, leads {self.leads}, contacts {self.partners}",
            f"  gateways {len(self.gateways)}, templates {len(self.templates)}",
        ]
        for title, counts in (
            ("phones", phones),
            ("states", states),
            ("oddities", self.oddities),
        ):
            inside = ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))
            found.append(f"  {title}: {inside}")
        if self.strays:
            found.append(
                f"  strays {self.strays} with {self.stray_messages} messages,"
                f" proper channels {self.proper_channels}"
            )
        return found
