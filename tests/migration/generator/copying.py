"""Rows into tables by COPY, and what the tables look like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from psycopg2 import sql

ROWS_A_READ = 2000
NEEDS_ESCAPE = frozenset("\\\t\n\r")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy(
    cr: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows; None is NULL, all else as PostgreSQL reads its text."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cr.copy_expert(statement, _Lines(rows))


def copy_known(
    cr: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """The same; columns that this series does not have are left out."""
    there = columns_of(cr, table)
    kept = [place for place, name in enumerate(columns) if name in there]
    cut = ([row[place] for place in kept] for row in rows)
    copy(cr, table, [columns[place] for place in kept], cut)


def columns_of(cr: Any, table: str) -> set[str]:
    """Names of a table's columns; empty where there is no such table."""
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s",
        [table],
    )
    return {name for (name,) in cr.fetchall()}


class Ids:
    """Hands out ids of a table; `close` tells its sequence."""

    def __init__(self, cr: Any, table: str) -> None:
        self._cr, self._table = cr, table
        query = sql.SQL("SELECT coalesce(max(id), 0) FROM {}")
        cr.execute(query.format(sql.Identifier(table)))
        self.last: int = cr.fetchone()[0]

    def next(self) -> int:
        self.last += 1
        return self.last

    def close(self) -> None:
        if self.last:
            sequence = f"{self._table}_id_seq"
            self._cr.execute("SELECT setval(%s, %s)", [sequence, self.last])


class _Lines:
    """What COPY reads, made as it is read: a million rows are never in memory."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows: Iterator[Sequence[Any]] = iter(rows)
        self._left = ""

    def read(self, size: int) -> str:
        while len(self._left) < size:
            more = "".join(_line(row) for row in islice(self._rows, ROWS_A_READ))
            if not more:
                break
            self._left += more
        out, self._left = self._left[:size], self._left[size:]
        return out


def _line(row: Sequence[Any]) -> str:
    return "\t".join([_cell(value) for value in row]) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    text = str(value)
    return text if NEEDS_ESCAPE.isdisjoint(text) else text.translate(ESCAPES)
