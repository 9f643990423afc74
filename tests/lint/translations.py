"""Messages of an addon that stay English in a language it claims to speak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polib


def violations(file: Path) -> Iterator[str]:
    """One line per message of `file` that is empty or only guessed (fuzzy)."""
    if file.suffix == ".pot":
        return
    for entry in polib.pofile(str(file)):
        if entry.obsolete:
            continue
        text = " ".join(entry.msgid.split())[:60]
        if entry.fuzzy:
            yield f"{file}:{entry.linenum}: only guessed: {text}"
        elif not entry.translated():
            yield f"{file}:{entry.linenum}: not translated: {text}"
