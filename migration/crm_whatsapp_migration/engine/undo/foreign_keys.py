"""Who points at what, as the database knows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ForeignKey:
    """``table.column`` points at ``target.id``.

    :param has_id: whether the pointing table has an ``id`` (m2m tables have none)
    :param indexed: whether an index begins with the column; without one PostgreSQL
        reads the whole table for each row of the target that is deleted
    """

    table: str
    column: str
    target: str
    has_id: bool
    indexed: bool


_FOREIGN_KEYS = """
    SELECT pointing.relname, attribute.attname, target.relname,
           EXISTS (SELECT FROM pg_attribute own
                    WHERE own.attrelid = pointing.oid AND own.attname = 'id'),
           EXISTS (SELECT FROM pg_index idx
                    WHERE idx.indrelid = pointing.oid AND idx.indisvalid
                      AND idx.indkey[0] = attribute.attnum
                      AND (idx.indpred IS NULL
                           OR pg_get_expr(idx.indpred, idx.indrelid)
                              = format('(%%I IS NOT NULL)', attribute.attname)))
      FROM pg_constraint own
      JOIN pg_class pointing ON pointing.oid = own.conrelid
      JOIN pg_class target ON target.oid = own.confrelid
      JOIN pg_attribute attribute ON attribute.attrelid = own.conrelid
                                 AND attribute.attnum = own.conkey[1]
     WHERE own.contype = 'f' AND array_length(own.conkey, 1) = 1
       AND target.relname = ANY(%s)
       AND pointing.relnamespace = current_schema()::regnamespace
     ORDER BY 3, 1, 2
"""


def pointing_at(cr: Any, tables: Iterable[str]) -> list[ForeignKey]:
    """Foreign keys onto these tables."""
    cr.execute(_FOREIGN_KEYS, [list(tables)])
    return [ForeignKey(*row) for row in cr.fetchall()]
