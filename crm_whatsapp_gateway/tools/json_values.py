"""Tolerant readers for values of a webhook body: a wrong type reads as absent.

A customer, Meta or a proxy in between may leave out or change any value; nothing in
here raises.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

# What a database stores in no text: the null character, halves of a character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Longest id that is accepted: an index of PostgreSQL holds no longer key, and none
# of Meta's ids comes near it.
ID_LENGTH = 250
NAME_LENGTH = 120
# Seconds since 1970 between which a time can be meant: WhatsApp began in 2009.
_EARLIEST = datetime(2009, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_FIRST_MILLISECONDS = 1e11
# Business-scoped user id (Meta, 2026), ``CO.1349…`` or, of a parent, ``CO.ENT.1349…``.
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]+")
_BETWEEN_DIGITS = re.compile(r"[\s+().\-/]")
# Letters and symbols that show nothing (Unicode, Default_Ignorable_Code_Point, and
# the blank of Braille); control and format characters are told by their category.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def storable(part: Any) -> Any:
    """Copy of parsed JSON without what no database can store."""
    if isinstance(part, str):
        return _UNSTORABLE.sub("\ufffd", part)
    if isinstance(part, list):
        return [storable(one) for one in part]
    if isinstance(part, dict):
        return {storable(key): storable(one) for key, one in part.items()}
    if isinstance(part, float) and not math.isfinite(part):
        return str(part)
    return part


def text(value: Any) -> str:
    """Return a string or number as text, ``''`` for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def mapping(value: Any) -> Json:
    """Return an object, ``{}`` for anything else."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> Iterator[Json]:
    """Objects of a list; whatever else stands in it is left out."""
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def timestamp(value: Any) -> datetime | None:
    """Time of Meta's seconds (or a proxy's milliseconds) since 1970.

    :return: UTC, naive as Odoo stores times; None for a time that cannot be meant
    """
    try:
        seconds = float(text(value))
    except ValueError:
        return None
    if seconds >= _FIRST_MILLISECONDS:
        seconds /= 1000
    if not _EARLIEST <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)


def person_id(value: Any) -> str:
    """Canonical id of a person: ``wa_id`` (digits) or business-scoped user id.

    ``+57 300 123 4567`` and ``573001234567`` are one id; an id of another form keeps
    its characters, without a plus in front.
    """
    given = text(value)
    if is_phone(given):
        return given.removeprefix("00")
    if _USER_ID.fullmatch(given):
        return given
    given = unicodedata.normalize("NFKC", given)
    given = "".join(char for char in given if not _is_invisible(char)).strip()
    if _USER_ID.fullmatch(given):
        return given
    digits = _BETWEEN_DIGITS.sub("", given)
    if digits.isdecimal():
        digits = "".join(str(unicodedata.decimal(char)) for char in digits)
        return digits.removeprefix("00")
    return given.lstrip("+ ")


def other_id(value: Any) -> str:
    """Id of a person that is kept beside the one of an event, ``''`` for a longer one
    than an index can hold."""
    found = person_id(value)
    return found if len(found) <= ID_LENGTH else ""


def is_phone(person: str) -> bool:
    """Tell a ``wa_id`` from a business-scoped user id."""
    return person.isascii() and person.isdigit()


def is_blank(shown: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    return all(
        char.isspace() or _is_invisible(char) or unicodedata.category(char)[0] in "MZ"
        for char in shown
    )


def name(value: Any) -> str:
    """Name of a person, ``''`` for one that cannot be seen."""
    return one_line(value, NAME_LENGTH)


def one_line(value: Any, length: int) -> str:
    """Text on one line of bearable length, ``''`` where nothing can be seen."""
    shown = " ".join(text(value).split())
    if is_blank(shown):
        return ""
    shown = shown.strip("".join(filter(_is_invisible, set(shown))) + " ")
    if len(shown) > length:
        shown = shown[: length - 1] + "…"
    return shown


def _is_invisible(char: str) -> bool:
    return char in _BLANKS or unicodedata.category(char) in ("Cc", "Cf")
