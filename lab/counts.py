"""Counts of a pytest run, read from its JUnit file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree import ElementTree

#: What pytest writes when nobody gave a reason.
NO_REASON = {"", "unconditional skip"}


@dataclass(frozen=True)
class Counts:
    """How many tests ended how; errors outside a test count as failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    #: Tests skipped without a written reason: as bad as a failure.
    unexplained: tuple[str, ...] = field(default=())

    def __add__(self, other: Self) -> Counts:
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.unexplained + other.unexplained,
        )

    @property
    def good(self) -> bool:
        return self.passed > 0 and not self.failed and not self.unexplained

    def line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read(report: Path, status: int) -> Counts:
    """Counts of a run that ended with `status`.

    A run that failed without a failed test (it could not start, it collected
    nothing, it was killed) counts as one failure.
    """
    found = _read_file(report)
    if status and not found.failed:
        return found + Counts(failed=1)
    return found


def _read_file(report: Path) -> Counts:
    try:
        root = ElementTree.parse(report).getroot()
    except (FileNotFoundError, ElementTree.ParseError):
        return Counts()
    passed = failed = skipped = 0
    unexplained = []
    for case in root.iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is not None:
            skipped += 1
            if skip.get("message", "").strip() in NO_REASON:
                unexplained.append(f"{case.get('classname')}::{case.get('name')}")
        else:
            passed += 1
    return Counts(passed, failed, skipped, tuple(unexplained))
