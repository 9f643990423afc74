"""What the runner prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .calls import MISMATCH, OUTCOMES, REJECTED, UNSUPPORTED, WAIVED, Result
from .examples import OPENAPI, POSTMAN
from .expectations import name_of

#: Waivers within B1's operations stay below this share.
MOST_WAIVED = 0.05


@dataclass(frozen=True)
class Counts:
    """The results of one file."""

    source: str
    results: list[Result]

    def of(self, outcome: str) -> list[Result]:
        """The results with an outcome."""
        return [r for r in self.results if r.outcome == outcome]

    @property
    def judged(self) -> int:
        """All but the waived."""
        return len(self.results) - len(self.of(WAIVED))

    @property
    def passed(self) -> int:
        """Judged and no mismatch."""
        return self.judged - len(self.of(MISMATCH))

    @property
    def waived_within_b1(self) -> tuple[int, int]:
        """Waived, and all, within B1's operations."""
        inside = [r for r in self.results if r.b1]
        return sum(r.outcome == WAIVED for r in inside), len(inside)


def counts(results: Iterable[Result]) -> list[Counts]:
    """By file."""
    held = list(results)
    return [
        Counts(source, [r for r in held if r.case.source == source])
        for source in (OPENAPI, POSTMAN)
    ]


def failures(results: Iterable[Result]) -> list[str]:
    """What makes the run fail, a line each."""
    lines = []
    for count in counts(results):
        lines += [f"{name_of(r.case)}: {r.detail}" for r in count.of(MISMATCH)]
        lines += [
            f"{name_of(r.case)}: {r.detail}"
            for r in count.of(WAIVED)
            if "STALE" in r.detail
        ]
        waived, inside = count.waived_within_b1
        if waived > inside * MOST_WAIVED:
            lines.append(
                f"{count.source}: {waived} of {inside} waived within B1's operations, "
                f"allowed {MOST_WAIVED:.0%}"
            )
    return lines


def text(results: Iterable[Result]) -> Iterator[str]:
    """The report, without the examples' own validity."""
    held = list(results)
    for count in counts(held):
        yield f"\n{count.source}: {len(count.results)} cases"
        for outcome in OUTCOMES:
            yield f"  {outcome:<17} {len(count.of(outcome)):>4}"
        checked = sum(r.validated for r in count.results)
        yield f"  answers and webhooks held against Meta's schemas: {checked}"
        yield from _reasons(count)
        waived, inside = count.waived_within_b1
        share = waived / inside if inside else 0.0
        yield f"  waived within B1's operations: {waived} of {inside} ({share:.1%})"
    wrong = failures(held)
    if wrong:
        yield f"\n{len(wrong)} do not match:"
        yield from (f"  {line}" for line in wrong)
    yield ""
    yield last_line(held)


def _reasons(count: Counts) -> Iterator[str]:
    for outcome in (REJECTED, WAIVED):
        for result in count.of(outcome):
            yield f"    {outcome}: {result.case.key}: {result.detail}"
    grouped = Counter(r.case.operation for r in count.of(UNSUPPORTED))
    if grouped:
        yield f"    501, not simulated: {len(grouped)} operations"
        for operation, number in sorted(grouped.items()):
            yield f"      {operation}" + (f" ({number})" if number > 1 else "")


def last_line(results: Iterable[Result]) -> str:
    """``openapi: n/n, postman: n/n, waived: k``."""
    held = counts(results)
    parts = [f"{c.source}: {c.passed}/{c.judged}" for c in held]
    waived = sum(len(c.of(WAIVED)) for c in held)
    return f"{', '.join(parts)}, waived: {waived}"
