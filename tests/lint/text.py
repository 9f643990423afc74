"""What no text file of this repository may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .tables import EMOJI_RANGES, MACHINE_FOLDERS, REGISTRY_HOSTS

EMOJI = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in EMOJI_RANGES) + "]")
HOST = re.compile(
    r"(?<![\w-])(?:[\w-]+\.)*(?:"
    + "|".join(map(re.escape, REGISTRY_HOSTS))
    + r")(?!\w)"
)
MACHINE_PATH = re.compile(
    r"(?<![\w.$}~-])/(?:" + "|".join(MACHINE_FOLDERS) + r")/[\w.]"
)


def violations(file: Path) -> Iterator[str]:
    """One line per emoji, registry host and machine path in `file`."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        for character in EMOJI.findall(line):
            code = f"U+{ord(character):04X}"
            yield f"{file}:{number}: emoji {code}; write it as an escape"
        if host := HOST.search(line):
            yield f"{file}:{number}: host name of a package registry: {host[0]}"
        if path := MACHINE_PATH.search(line):
            yield f"{file}:{number}: path of one machine: {path[0]}…"
