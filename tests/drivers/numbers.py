"""Telephone numbers that nobody has used yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

#: First digits of Colombian mobiles. 300 is left out: the simulator gives some of its
#: numbers a meaning of their own.
PREFIXES = ("301", "302", "304", "310", "311", "312", "313", "314", "315", "316", "320")
COUNTRY = "57"
MEXICO = "52"
ATTEMPTS = 100
#: Digits at the end of a number that are drawn.
TAIL = 7


@dataclass(frozen=True)
class Number:
    """A mobile, of Colombia unless it says another country; `national` without it."""

    national: str
    country: str = COUNTRY

    @property
    def wa_id(self) -> str:
        """As WhatsApp names the person: international, without plus."""
        return self.country + self.national

    @property
    def wa_ids(self) -> tuple[str, ...]:
        """Every name that WhatsApp has for the person: Mexico's mobiles bear a 1."""
        old = (f"{MEXICO}1{self.national}",) if self.country == MEXICO else ()
        return (self.wa_id, *old)

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
        self._tails: dict[str, str] = {}

    def fresh(self) -> Number:
        """A number that neither this run nor Odoo has seen."""
        for _ in range(ATTEMPTS):
            number = Number(self._chance.choice(PREFIXES) + self._draw_tail())
            if self._is_new(number):
                return number
        raise RuntimeError(f"no unused number in {ATTEMPTS} draws")

    def _draw_tail(self) -> str:
        return f"{self._chance.randrange(10**TAIL):0{TAIL}}"

    def _is_new(self, number: Number) -> bool:
        if number in self._drawn or self._known(number):
            return False
        self._drawn.add(number)
        return True

    def stand_in(self, written: str) -> Number:
        """The fresh number that stands for the one written in the scenario."""
        digits = "".join(c for c in written if c.isdigit())[-10:]
        if digits not in self._stand_ins:
            self._stand_ins[digits] = self.fresh()
        return self._stand_ins[digits]

    def foreign(self, written: str) -> str:
        """A number of another country with other last digits.

        Countries that write one number in two ways differ at its beginning: the same
        last digits become the same ones in every notation.
        """
        digits = "".join(c for c in written if c.isdigit())[-TAIL:]
        if digits not in self._tails:
            self._tails[digits] = self._draw_tail()
        tail = iter(self._tails[digits])
        kept = sum(c.isdigit() for c in written) - TAIL
        found = []
        for char in written:
            if char.isdigit() and kept:
                kept -= 1
            elif char.isdigit():
                char = next(tail)
            found.append(char)
        return "".join(found)

    def new_scenario(self) -> None:
        """Written numbers mean somebody else from here on."""
        self._stand_ins.clear()
        self._tails.clear()
