"""A long text in parts that WhatsApp takes, each readable by itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from .whatsapp_text import FENCE, Atom, Token, pairs_of, tokens_of

# Where a text is cut, the best place first. Only blanks: never within a word.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r" +"))


class CannotBeSplit(ValueError):
    """A single word is longer than a part may be."""


@dataclass(frozen=True)
class _Span:
    """Characters between two marks; a cut in there ends and begins the mark again."""

    start: int
    end: int
    mark: str


def length_of(text: str) -> int:
    """Length of a text as Meta may count it.

    Meta does not say what a character is: this counts UTF-16 code units, never less
    than the number of characters.
    """
    return len(text) + sum(char > "\uffff" for char in text)


def split_text(text: str, limit: int) -> list[str]:
    """Parts of a text in their order, none longer than ``limit``.

    A part ends at an empty line where there is one, else at the end of a line, else at
    a blank; not between two marks, unless they are further apart than a part is long.

    :raise CannotBeSplit: when a word is longer than a part
    """
    parts = []
    text = text.strip("\n")
    while length_of(text) > limit:
        spans = sorted(_spans_of(text), key=lambda span: (span.start, -span.end))
        start, end = _find_cut(text, spans, limit)
        crossed = [span.mark for span in spans if span.start < start < span.end]
        parts.append(text[:start].rstrip() + "".join(reversed(crossed)))
        text = "".join(crossed) + text[end:].lstrip("\n")
    return [*parts, text] if text else parts


def _find_cut(text: str, spans: list[_Span], limit: int) -> tuple[int, int]:
    """Start and end of the blank that ends the first part."""
    most = _index_of(text, limit)
    for crossing in (False, True):
        for pattern in _CUTS:
            places = (match.span() for match in pattern.finditer(text))
            near = list(takewhile(lambda place: place[0] <= most, places))
            for start, end in reversed(near):
                inside = [span for span in spans if span.start < start < span.end]
                marks = sum(len(span.mark) for span in inside)
                begins = max(
                    (span.start + len(span.mark) for span in inside), default=0
                )
                if (crossing or not inside) and begins < start <= most - marks:
                    return start, end
    raise CannotBeSplit(limit)


def _index_of(text: str, limit: int) -> int:
    """Largest number of characters that are no longer than ``limit``."""
    length = 0
    for index, char in enumerate(text):
        length += length_of(char)
        if length > limit:
            return index
    return len(text)


def _spans_of(text: str) -> Iterator[_Span]:
    """Text between two marks."""
    end = 0
    for match in FENCE.finditer(text):
        if "\n" in match[0]:
            yield from _line_spans(text, end, match.start())
            yield _Span(match.start(), match.end(), "```")
            end = match.end()
    yield from _line_spans(text, end, len(text))


def _line_spans(text: str, start: int, end: int) -> Iterator[_Span]:
    for line in text[start:end].split("\n"):
        tokens = tokens_of(line)
        places = [start]
        for token in tokens:
            length = len(token.text) if isinstance(token, Atom) else 1
            places.append(places[-1] + length)
            if isinstance(token, Atom) and token.mark:
                yield _Span(places[-2], places[-1], token.mark)
        yield from _pair_spans(tokens, places)
        start += len(line) + 1


def _pair_spans(tokens: Sequence[Token], places: Sequence[int]) -> Iterator[_Span]:
    for begin, last in pairs_of(tokens):
        yield _Span(places[begin], places[last + 1], str(tokens[begin]))
        inner = slice(begin + 1, last)
        yield from _pair_spans(tokens[inner], [*places[inner], places[last]])
