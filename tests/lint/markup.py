"""XML as OCA formats it: well formed, four spaces a level, a space before '/>'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

INDENT = 4
TIGHT_END = re.compile(r"""["'\w]/>""")


def violations(file: Path) -> Iterator[str]:
    """One line per error of syntax or indentation in `file`."""
    source = file.read_bytes()
    reader = _Reader(source)
    try:
        reader.parser.Parse(source, True)
    except expat.ExpatError as error:
        yield f"{file}:{error.lineno}: {error}"
        return
    for number, found, expected in reader.misplaced:
        yield f"{file}:{number}: indented by {found}, {expected} spaces expected"
    for number, line in enumerate(source.decode("utf-8").splitlines(), 1):
        if TIGHT_END.search(line):
            yield f"{file}:{number}: no space before '/>'"


class _Reader:
    """Follows the depth of elements and looks at each that begins its line."""

    def __init__(self, source: bytes) -> None:
        self.misplaced: list[tuple[int, int, int]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self._lines = source.split(b"\n")
        self._depth = 0

    def _start(self, _name: str, _attributes: object) -> None:
        self._check()
        self._depth += 1

    def _end(self, _name: str) -> None:
        self._depth -= 1
        # expat reports the end of an empty element where its start was looked at.
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        if self._lines[line - 1][column:].startswith(b"</"):
            self._check()

    def _check(self) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        before = self._lines[line - 1][:column]
        if not before.strip() and before != b" " * INDENT * self._depth:
            self.misplaced.append((line, len(before), INDENT * self._depth))
