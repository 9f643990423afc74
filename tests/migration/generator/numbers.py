"""Telephone numbers of people, and the ways in which they get written down.

What a person's number is stands here, beside how it was written; nothing is read back
from the writing. So a test can say who is who without asking the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .shares import Phone

#: Prefixes of Colombian mobile numbers, and how many digits follow.
COLOMBIA = ("300", "301", "302", "304", "305", "310", "311", "312", "314", "320")
FOLLOWING = 10**7

LETTERS = ("no tiene", "llamar a la oficina", "preguntar a Marta", "pendiente", "N/A")
NOWHERE = ("12345", "301234567", "99999999999999999", "+57 12", "0")
EMPTY = ("", "   ")


@dataclass(frozen=True)
class Number:
    """A person's number: digits of E.164, no plus, in the form that all share."""

    key: str
    country: str

    @property
    def e164(self) -> str:
        return f"+{self.key}"

    @property
    def wa_id(self) -> str:
        """As Meta names the person: in Brazil and Mexico not what is dialled."""
        if self.country == "MX":
            return f"521{self.key[2:]}"
        if self.country == "BR" and int(self.key[2:4]) > 30:
            return self.key[:4] + self.key[5:]
        return self.key


def colombian(index: int) -> Number:
    """The number of a person by their place: distinct places, distinct numbers."""
    prefix, rest = divmod(index, FOLLOWING)
    return Number(f"57{COLOMBIA[prefix]}{rest:07}", "CO")


def foreign(rng: Random, index: int) -> Number:
    """The same for somebody abroad."""
    tail = f"{index % 10**6:06}"
    choice = rng.randrange(6)
    if choice < 2:
        area = rng.choice(("11", "21", "31", "51", "85"))
        return Number(f"55{area}99{rng.randrange(6, 10)}{tail}", "BR")
    if choice == 2:
        return Number(f"5255{rng.randrange(12, 60)}{tail}", "MX")
    if choice == 3:
        return Number(f"549115{rng.randrange(2, 7)}{tail}", "AR")
    if choice == 4:
        return Number(f"346{rng.randrange(10, 70)}{tail}", "ES")
    return Number(f"58412{rng.randrange(1, 10)}{tail}", "VE")


def notations(number: Number) -> tuple[str, ...]:
    """Everything people wrote for a number; equal chance each."""
    key = number.key
    if number.country == "CO":
        a, b, c = key[2:5], key[5:8], key[8:]
        return (
            key[2:],
            f"{a}{b}{c}",
            f"+57 {a} {b} {c}",
            f"({a}) {b}-{c}",
            f"57 {a}{b}{c}",
            f"0057{a}{b}{c}",
            key,
            f"+{key}",
            f"{a}-{b}-{c}",
            f"+57 ({a}) {b} {c}",
        )
    found = [f"+{key}", f"+{key[:2]} {key[2:6]} {key[6:]}", f"00{key}"]
    if number.country == "BR":
        # Before 2012 there was no ninth digit, and Meta still leaves it out.
        found += [key[:4] + key[5:], f"+{key[:4]}{key[5:]}"]
    elif number.country == "MX":
        found.append(f"+521{key[2:]}")
    elif number.country == "AR":
        found.append(f"+54{key[3:]}")
    return tuple(found)


def unreadable(rng: Random, kind: Phone) -> str:
    """What stands there instead of a number."""
    texts = {Phone.LETTERS: LETTERS, Phone.EMPTY: EMPTY, Phone.NOWHERE: NOWHERE}
    return rng.choice(texts[kind])
