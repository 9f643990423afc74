"""Reads ``docs/fidelity.md``: its rows, as data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "fidelity.md"
_HERE = re.compile(r"(?P<kind>switch|form|fault) `(?P<name>\w+)`(?: = (?P<value>.+))?")
_KINDS = ("yes", "no", "switch", "form", "fault")
_SOURCE = re.compile(r"(?P<key>[A-Z]+)(?: \((?P<confidence>[ABC])\))?")


@dataclass(frozen=True)
class Row:
    """A behaviour.

    :param confidences: of each source, A, B, C, or "" where the page gives none.
    :param kind: yes, no, switch, form or fault.
    :param value: the default of a switch.
    """

    section: str
    behaviour: str
    sources: tuple[str, ...]
    confidences: tuple[str, ...]
    kind: str
    name: str = ""
    value: Any = None
    test: str = ""


class BadRow(Exception):
    """A line of the page that says nothing the tests understand."""


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def _tables(page: Path) -> dict[str, list[list[str]]]:
    """Section -> the rows of its tables, headings and rules left out."""
    found: dict[str, list[list[str]]] = {}
    section, before = "", ""
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif before.startswith("|") and line.startswith("| ") and line[2] != "-":
            found.setdefault(section, []).append(_cells(line))
        before = line
    return found


def rows(page: Path = PAGE) -> list[Row]:
    """The behaviours of every section.  BadRow."""
    return [
        _row(section, cells)
        for section, held in _tables(page).items()
        for cells in held
        if section in behaviour_sections(page)
    ]


def behaviour_sections(page: Path = PAGE) -> list[str]:
    """The sections that list behaviours."""
    return list(_tables(page))[1:-1]


def sources(page: Path = PAGE) -> set[str]:
    """The keys of the table of sources."""
    first = next(iter(_tables(page).values()))
    return {cells[0].strip("`") for cells in first if cells[0].strip("`").isupper()}


def unsupported(page: Path = PAGE) -> list[str]:
    """The operations that answer 501: ``METHOD /{Node}/edge``."""
    *_, last = _tables(page).values()
    return [cells[0].strip("`") for cells in last]


def _row(section: str, cells: list[str]) -> Row:
    if len(cells) != 4:
        raise BadRow(f"{section}: expected four cells, got {cells}")
    behaviour, given, here, test = cells
    found_sources = [_SOURCE.fullmatch(s.strip()) for s in given.split(",")]
    if None in found_sources:
        raise BadRow(f"{section}: {behaviour}: what source is '{given}'?")
    common = {
        "section": section,
        "behaviour": behaviour,
        "sources": tuple(s["key"] for s in found_sources if s),
        "confidences": tuple(s["confidence"] or "" for s in found_sources if s),
        "test": test.strip("`"),
    }
    found = _HERE.fullmatch(here)
    if found:
        value = json.loads(found["value"]) if found["value"] else None
        return Row(kind=found["kind"], name=found["name"], value=value, **common)  # type: ignore[arg-type]
    kind = here.partition(":")[0].strip()
    if kind not in _KINDS[:2]:
        raise BadRow(f"{section}: {behaviour}: what is '{here}'?")
    return Row(kind=kind, **common)  # type: ignore[arg-type]
