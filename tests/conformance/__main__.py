"""``python -m tests.conformance``: prints the rate; 1 when something does not match."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from . import report
from .places import NoData, find
from .runner import Measured, measure

ROLES = ("request", "answer", "error", "webhook")


def lines(found: Measured) -> Iterator[str]:
    """The report."""
    held = found.validity
    yield "Meta's own examples against Meta's own schemas"
    yield f"  {'':<9} {'all':>5} {'before':>7} {'after'} the patches"
    for role in ROLES:
        row = held.all[role], held.before[role], held.after[role]
        yield f"  {role:<9} {row[0]:>5} {row[1]:>7} {row[2]:>5}"
    reasons = len({p.reason for p in found.changes})
    yield f"  patches: {len(found.changes)} places, {reasons} reasons (patches.yaml)"
    yield from (f"    still broken: {line}" for line in held.broken)
    tally = found.errors
    yield (
        f"\nerror examples within B1: {tally.reproduced} of {tally.examples} come out "
        "of the fault 'error' in the same envelope"
    )
    yield from (f"    {n} x {why}" for why, n in sorted(tally.wrong.items()))
    yield from (f"\nexpectations.yaml names an unknown case: {n}" for n in found.stale)
    yield from report.text(found.results)


def main() -> int:
    """Run; 0 also where Meta's files are missing, with the reason."""
    try:
        files = find(os.environ)
    except NoData as reason:
        print(f"conformance skipped: {reason}")
        return 0
    found = measure(files)
    for line in lines(found):
        print(line)
    return 1 if report.failures(found.results) or found.stale else 0


if __name__ == "__main__":
    sys.exit(main())
