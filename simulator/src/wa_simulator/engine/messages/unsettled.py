"""What no source settles about a message: taken, unless a switch refuses it."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import Refused
from ..settings import Settings

#: Keys whose text a person reads.
SHOWN = frozenset({"title", "display_text", "button", "text", "body", "flow_cta"})
#: Parts of emoji that are no symbols by themselves: joiner, selectors, keycap.
_JOINTS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
#: Punctuation that is emoji too.
_MARKS = frozenset("\u203c\u2049\u3030")
_TAGS = range(0xE0020, 0xE0080)
_KEYCAP = "\u20e3"


def check(kind: str, node: Any, settings: Settings) -> None:
    """Refused (131009) for what a switch does not let through."""
    if kind == "reaction" and settings.reaction_needs_emoji:
        emoji = node["emoji"]
        if emoji and not _is_emoji(emoji):
            raise Refused(131009, f"reaction['emoji']: '{emoji}' is not an emoji")
    if settings.refuse_blank_texts:
        for where in _blank(kind, node):
            raise Refused(131009, f"{where}: the text has nothing but blanks")


def _is_emoji(text: str) -> bool:
    def fits(char: str) -> bool:
        if char in _JOINTS or char in _MARKS or ord(char) in _TAGS:
            return True
        if char.isascii():
            return _KEYCAP in text and char in "0123456789#*"
        return unicodedata.category(char) in ("So", "Sk", "Sm")

    return all(map(fits, text))


def _blank(where: str, node: Any) -> Iterator[str]:
    """Places of texts that have nothing but blanks."""
    rows: Iterable[tuple[object, Any]] = ()
    if isinstance(node, dict):
        rows = node.items()
    elif isinstance(node, list):
        rows = enumerate(node)
    for key, value in rows:
        here = f"{where}['{key}']" if isinstance(key, str) else f"{where}[{key}]"
        if key in SHOWN and isinstance(value, str) and value and not value.strip():
            yield here
        yield from _blank(here, value)
