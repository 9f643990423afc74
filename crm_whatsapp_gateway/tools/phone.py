"""Telephone numbers: E.164, national variants, and the key of a person.

WhatsApp's ``wa_id`` is the international number without plus, but not always
the one people dial (Meta, "WhatsApp Cloud API: phone numbers", and the threads
of many integrators):

* Brazil: numbers of area codes 31 and above lack the ninth digit;
* Mexico: ``521`` + 10 digits, dialled as ``52`` + 10;
* Argentina: ``549`` + 10 digits, dialled as ``54`` + 10.

A *key* is the one form that all notations of a number share. It is only ever
compared; a message goes to the ``wa_id`` that wrote, never to a key.
"""

import re

import phonenumbers

DEFAULT_COUNTRY = "CO"

# Candidates that are tried in one field; a field is no article.
_MAX_TRIES = 20
_LONGEST_FIELD = 500

Rules = tuple[tuple[str, re.Pattern[str], str], ...]

# One row per country: (calling code, pattern of what follows it, key's form).
_KEY_RULES: Rules = (
    # Mobile numbers of eight digits begin with 6 to 9: the ninth digit is put in.
    ("55", re.compile(r"^(\d{2})([6-9]\d{7})$"), r"\g<1>9\g<2>"),
    ("52", re.compile(r"^1(\d{10})$"), r"\g<1>"),
    ("54", re.compile(r"^(?!9)(\d{10})$"), r"9\g<1>"),
)
# The other way round, to list every form that may be stored somewhere.
_OTHER_RULES: Rules = (
    ("55", re.compile(r"^(\d{2})9([6-9]\d{7})$"), r"\g<1>\g<2>"),
    ("52", re.compile(r"^(\d{10})$"), r"1\g<1>"),
    ("54", re.compile(r"^9(\d{10})$"), r"\g<1>"),
)
COUNTRIES_WITH_VARIANTS = tuple(code for code, _pattern, _form in _KEY_RULES)
_NOT_DIALLED = re.compile(r"[^\d+]")
# A hyphen separates where a whole number stands before and after it.
_BETWEEN_NUMBERS = re.compile(r"[/;,|\n\r]|(?<=\d{7})\s*[-\u2013\u2014]\s*(?=\+?\d{7})")
# A letter with digits before and after it: two numbers, or an extension.
_LETTER_BETWEEN_DIGITS = re.compile(r"\d[^\d]*[^\W\d_][^\d]*\d")
# What people and spreadsheets put into a number that nobody dials.
_TRUNK_ZERO = re.compile(r"\(0\)")
_DECIMALS = re.compile(r"(?<=\d)\.0+\s*$")
_SCIENTIFIC = re.compile(r"^\s*\d\.\d+[eE]\+?\d{1,2}\s*$")
_DOUBLED_PREFIX = re.compile(r"^\+(\d{1,3})\+?(?=\1)")


def _apply(rules: Rules, digits: str) -> str:
    for code, pattern, form in rules:
        if digits.startswith(code):
            rest, count = pattern.subn(form, digits[len(code) :])
            if count:
                return code + rest
    return digits


def key_of(e164: str) -> str:
    """Key of a person's number: digits, no plus, variants folded.

    :param e164: ``+573012345678`` or a ``wa_id`` (``573012345678``)
    """
    return _apply(_KEY_RULES, e164.lstrip("+"))


def variants(wa_id: str) -> list[str]:
    """Every form of ``wa_id`` that means the same person.

    The form given comes first.
    """
    digits = wa_id.lstrip("+")
    key = key_of(digits)
    forms = [wa_id, digits, key, _apply(_OTHER_RULES, key)]
    return list(dict.fromkeys(forms))


def numbers_in(text: str | None) -> list[str]:
    """Take apart a field that holds several numbers (``301… / 311…``)."""
    return [part for part in _BETWEEN_NUMBERS.split(text or "") if part.strip()]


def find_numbers(
    text: str | None, countries: tuple[str, ...] | list[str] = ()
) -> list[str]:
    """E.164 of every number in a field, each once, in the order of the field.

    :param countries: as of :func:`to_e164`
    """
    found: list[str] = []
    for part in numbers_in((text or "")[:_LONGEST_FIELD]):
        number = to_e164(part, countries)
        found += [number] if number else _search(part, countries)
    return list(dict.fromkeys(found))


def _search(text: str, countries: tuple[str, ...] | list[str]) -> list[str]:
    """Numbers among words, read in the first country in which there are any."""
    for country in _tried(countries):
        matches = phonenumbers.PhoneNumberMatcher(text, country, max_tries=_MAX_TRIES)
        found = [_e164(match.number) for match in matches]
        if found:
            return found
    return []


def _tried(countries: tuple[str, ...] | list[str]) -> list[str]:
    return list(dict.fromkeys([*filter(None, countries), DEFAULT_COUNTRY]))


def to_e164(number: str | None, countries: tuple[str, ...] | list[str] = ()) -> str:
    """Read a number as a person wrote it; ``''`` when it is none.

    :param number: any notation; with a leading ``+`` or ``00`` the countries do
        not matter
    :param countries: ISO codes in the order in which they are tried on a
        national number; Colombia is always tried last
    :return: E.164 with plus
    """
    written = number or ""
    if _SCIENTIFIC.match(written):
        written = f"{float(written):.0f}"
    written = _TRUNK_ZERO.sub("", _DECIMALS.sub("", written)).strip()
    text = _NOT_DIALLED.sub("", written)
    if text.startswith("00"):
        text = written = "+" + text[2:]
    if not text.lstrip("+"):
        return ""
    if _LETTER_BETWEEN_DIGITS.search(written):
        # An extension, which the library reads.
        text = written
    if text.startswith("+"):
        return _international(text)
    for country in _tried(countries):
        found = _parse(text, country)
        if found:
            return found
    # "57 3012345678": international, the plus was forgotten.
    return _international("+" + text)


def _international(text: str) -> str:
    """Read a number with its plus, in the form that is dialled today.

    Old address books hold Brazil's eight digits and Mexico's 1 after the 52, which
    no plan of numbers knows any more.
    """
    return (
        _parse(text, None)
        or _parse("+" + key_of(text), None)
        or _parse(_DOUBLED_PREFIX.sub("+", text), None)
    )


def wa_id_to_e164(wa_id: str) -> str:
    """E.164 of a ``wa_id``, which is international without its plus.

    Mexico's ``1`` and the like are kept out: this is the number people dial.
    A ``wa_id`` that the library does not know keeps its digits.
    """
    digits = wa_id.lstrip("+")
    dialled = key_of(digits)
    return _parse("+" + dialled, None) or "+" + digits


def readable(e164: str) -> str:
    """As people write it, ``+57 301 2345678``; unknown numbers as they are."""
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _parse(text: str, country: str | None) -> str:
    try:
        parsed = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return ""
    return _e164(parsed) if phonenumbers.is_valid_number(parsed) else ""


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
