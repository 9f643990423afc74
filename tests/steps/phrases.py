"""Sentences of scenarios as patterns: `{name}` is a word, `"{text}"` what is quoted."""

from __future__ import annotations

import re

from pytest_bdd import parsers

PLACE = re.compile(r'("?)\{(\w+)\}\1')


def phrase(sentence: str) -> parsers.re:
    """A pattern that fits a whole sentence.

    `{name}` alone takes one word, between quotes everything up to the next quote;
    `…` stands for any words.
    """
    found, end = "", 0
    for place in PLACE.finditer(sentence):
        found += re.escape(sentence[end : place.start()])
        quoted, name = place.groups()
        found += f'"(?P<{name}>[^"]*)"' if quoted else rf"(?P<{name}>\w+)"
        end = place.end()
    found += re.escape(sentence[end:])
    return parsers.re(found.replace("…", "(?P<what>.+)"))
