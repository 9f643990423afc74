"""How a telephone number of a legacy row is read: one reader for plan and run."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from odoo.addons.crm_whatsapp_gateway.tools.phone import (
    key_of,
    numbers_in,
    to_e164,
    variants,
)

EMPTY = "empty"
LETTERS = "letters"
TWO_NUMBERS = "two_numbers"
UNREADABLE = "unreadable"

_LETTER = re.compile(r"[^\W\d_]")
_NO_DIGIT = re.compile(r"\D")
_NOT_DIALLED = re.compile(r"[^\d+]")


@dataclass(frozen=True)
class Reading:
    """What a raw text means.

    :param wa_id: E.164 digits without plus; ``''`` when unreadable
    :param key: the person: ``wa_id`` with national variants folded
    :param reason: why there is no ``wa_id``: ``empty``, ``letters``,
        ``two_numbers``, ``unreadable``; ``''`` when there is one
    :param others: for ``two_numbers``, every ``wa_id`` in the text, in order
    """

    wa_id: str = ""
    key: str = ""
    reason: str = ""
    others: tuple[str, ...] = ()


class NumberReader:
    """Reads numbers, each once, whatever its notation.

    :param country: ISO code for a national number
    """

    def __init__(self, country: str) -> None:
        self._country = country
        self._countries = (country,)
        # By what is dialled: the notations of one number are read once.
        self._dialled: dict[str, str] = {}

    def read(self, raw: str | None) -> Reading:
        """Read one field of a legacy row; never raises."""
        text = (raw or "").strip()
        if not text:
            return Reading(reason=EMPTY)
        parts = numbers_in(text)
        numbers = [self._e164(part) for part in parts]
        if not any(numbers):
            # "301… y 311…": separators that people think of besides the usual ones.
            numbers = self._numbers_among_words(text)
            if len({key_of(number) for number in numbers}) < 2:
                return Reading(reason=LETTERS if _LETTER.search(text) else UNREADABLE)
        wa_ids = list(dict.fromkeys(number[1:] for number in numbers if number))
        people = {key_of(wa_id) for wa_id in wa_ids}
        if len(people) > 1:
            return Reading(reason=TWO_NUMBERS, others=tuple(wa_ids))
        return Reading(_as_written(wa_ids[0], parts[0]), people.pop())

    def _e164(self, part: str) -> str:
        dialled = _NOT_DIALLED.sub("", part)
        found = self._dialled.get(dialled)
        if found is None:
            found = self._dialled[dialled] = to_e164(dialled, self._countries)
        return found

    def _numbers_among_words(self, text: str) -> list[str]:
        return [
            phonenumbers.format_number(
                match.number, phonenumbers.PhoneNumberFormat.E164
            )
            for match in phonenumbers.PhoneNumberMatcher(text, self._country)
        ]


def _as_written(wa_id: str, text: str) -> str:
    """The variant that stands in the text: an answer goes to the wa_id that wrote."""
    digits = _NO_DIGIT.sub("", text)
    return digits if digits in variants(wa_id) else wa_id
