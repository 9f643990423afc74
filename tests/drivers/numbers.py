"""Telephone numbers that nobody has used yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

#: First digits of Colombian mobiles. 300 is left out: the simulator gives some of its
#: numbers a meaning of their own.
PREFIXES = ("301", "302", "304", "310", "311", "312", "313", "314", "315", "316", "320")
COUNTRY = "57"
ATTEMPTS = 100


@dataclass(frozen=True)
class Number:
    """A mobile of Colombia; `national` has ten digits."""

    national: str

    @property
    def wa_id(self) -> str:
        """As WhatsApp names the person: international, without plus."""
        return COUNTRY + self.national

    @property
    def e164(self) -> str:
        return "+" + self.wa_id

    def written_like(self, pattern: str) -> str:
        """This number in the notation of another one.

        `+57 301 234 5678` gives `+57 317 555 0101`: digit for digit, the last ten
        are the number's, what stands before is the country.
        """
        digits = iter(self.wa_id[-sum(c.isdigit() for c in pattern) :])
        return "".join(next(digits) if c.isdigit() else c for c in pattern)


class NumberBook:
    """Draws numbers; each once, and none that Odoo knows.

    A text of the plan names one number, `+57 301 234 5678`. Run again and again on a
    lab that stays up, that number would be known from the second run on. So it stands
    for a fresh one: the same digits mean the same person within a scenario, whatever
    the notation, and the notation is kept.

    :param known: whether Odoo knows a number already.
    """

    def __init__(self, chance: Random, known: Callable[[Number], bool]) -> None:
        self._chance = chance
        self._known = known
        self._drawn: set[Number] = set()
        self._stand_ins: dict[str, Number] = {}

    def fresh(self) -> Number:
        """A number that neither this run nor Odoo has seen."""
        for _ in range(ATTEMPTS):
            rest = f"{self._chance.randrange(10**7):07}"
            number = Number(self._chance.choice(PREFIXES) + rest)
            if number not in self._drawn and not self._known(number):
                self._drawn.add(number)
                return number
        raise RuntimeError(f"no unused number in {ATTEMPTS} draws")

    def stand_in(self, written: str) -> Number:
        """The fresh number that stands for the one written in the scenario."""
        digits = "".join(c for c in written if c.isdigit())[-10:]
        if digits not in self._stand_ins:
            self._stand_ins[digits] = self.fresh()
        return self._stand_ins[digits]

    def new_scenario(self) -> None:
        """Written numbers mean somebody else from here on."""
        self._stand_ins.clear()
