"""What a check may look at, and the plainest kind of check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..classify.gateways import Gateway
from ..classify.origins import Origin
from ..classify.templates import Template
from ..findings import WARNING, Finding, Remark
from ..legacy import Legacy
from ..options import Options

# Rows or texts shown of each finding.
SAMPLES = 5


@dataclass(frozen=True)
class View:
    """A database that has been classified (``classify/tables.py``)."""

    cr: Any
    legacy: Legacy
    options: Options
    gateways: tuple[Gateway, ...]
    origins: tuple[Origin, ...]
    templates: tuple[Template, ...]

    def rows(
        self, query: str, params: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        self.cr.execute(query, params or {})
        return list(self.cr.fetchall())

    def value(self, query: str, params: Mapping[str, Any] | None = None) -> Any:
        return self.rows(query, params)[0][0]


Check = Callable[[View], Iterable[Finding]]


@dataclass(frozen=True)
class Rows:
    """A check that is a query: rows there should not be, or that one should know of.

    :param query: gives one row ``(count, samples)``; ``samples`` is an array
    :param needs: ``table.column`` without which there is nothing to look at
    """

    code: str
    words: str
    query: str
    needs: tuple[str, ...] = ()
    level: str = WARNING

    def __call__(self, view: View) -> Iterable[Finding]:
        for need in self.needs:
            table, _dot, column = need.partition(".")
            if not view.legacy.has(table, *filter(None, [column])):
                return
        count, samples = view.rows(self.query)[0]
        if count:
            yield Remark(
                self.code,
                self.level,
                self.words,
                {"count": count},
                tuple((samples or [])[:SAMPLES]),
            )


def sampled(expression: str, rest: str) -> str:
    """Query for :class:`Rows`: how many rows, and the first few of an expression."""
    return f"""
        SELECT (SELECT count(*) {rest}),
               ARRAY(SELECT {expression} {rest} ORDER BY 1 LIMIT {SAMPLES})
    """
