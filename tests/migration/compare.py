"""Two moments of one database, row by row.

    before = photograph(cr)
    ...
    assert not differences(before, photograph(cr))

Every table of the schema `public` counts, every column of it, the rows in the order
of their primary key (all columns where there is none). Left out is only what
`ledger` names: the paper trail of the migration itself. Sequences are no tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

# The ledger stays as evidence after a rollback. A trailing star stands for any end.
LEDGER = ("whatsapp_migration_*",)

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One table: `rows` by the text of their key, in its order."""

    columns: tuple[str, ...]
    rows: dict[str, str]


Photograph = dict[str, Table]


def photograph(cr: Any, ledger: tuple[str, ...] = LEDGER) -> Photograph:
    """Every table of the database as it is for this transaction."""
    return {
        name: Table(columns, _rows(cr, name, columns, keys))
        for name, columns, keys in _tables(cr)
        if not any(_matches(name, pattern) for pattern in ledger)
    }


def differences(before: Photograph, after: Photograph, most: int = 5) -> list[str]:
    """What differs, in words; empty when all is equal. At most `most` rows a table."""
    return [
        line
        for name in sorted(before | after)
        for line in _table(name, before, after, most)
    ]


def _table(
    name: str, before: Photograph, after: Photograph, most: int
) -> Iterator[str]:
    if name not in before or name not in after:
        yield f"{name}: table {'came' if name in after else 'is gone'}"
        return
    old, new = before[name], after[name]
    if old.columns != new.columns:
        yield f"{name}: columns {set(old.columns) ^ set(new.columns)} differ"
        return
    if list(old.rows) == list(new.rows) and old.rows == new.rows:
        return
    gone = [key for key in old.rows if key not in new.rows]
    came = [key for key in new.rows if key not in old.rows]
    changed = [key for key, row in old.rows.items() if new.rows.get(key, row) != row]
    yield f"{name}: {len(gone)} gone, {len(came)} came, {len(changed)} changed"
    yield from (f"  gone    {key}: {old.rows[key][:300]}" for key in gone[:most])
    yield from (f"  came    {key}: {new.rows[key][:300]}" for key in came[:most])
    for key in changed[:most]:
        yield f"  changed {key}:"
        yield f"    from {old.rows[key][:1000]}"
        yield f"    to   {new.rows[key][:1000]}"


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _tables(cr: Any) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    cr.execute(
        """
        SELECT class.relname,
               array_agg(attribute.attname::text ORDER BY attribute.attnum),
               array_agg(attribute.attname::text ORDER BY attribute.attnum)
                   FILTER (WHERE attribute.attnum = ANY(key.indkey))
          FROM pg_class class
          JOIN pg_attribute attribute ON attribute.attrelid = class.oid
               AND attribute.attnum > 0 AND NOT attribute.attisdropped
     LEFT JOIN pg_index key ON key.indrelid = class.oid AND key.indisprimary
         WHERE class.relkind IN ('r', 'p')
           AND class.relnamespace = 'public'::regnamespace
      GROUP BY class.relname
      ORDER BY class.relname
        """
    )
    return [
        (name, tuple(columns), tuple(keys or columns))
        for name, columns, keys in cr.fetchall()
    ]


def _rows(
    cr: Any, name: str, columns: tuple[str, ...], keys: tuple[str, ...]
) -> dict[str, str]:
    """Rows as `column=value` texts: a difference can be read."""
    text = sql.SQL(" || ' ' || ").join(
        sql.SQL("{} || coalesce(quote_literal({}::text), 'NULL')").format(
            sql.Literal(f"{column}="), sql.Identifier(column)
        )
        for column in columns
    )
    # bytea and long texts by their checksum would do; rows are kept whole to be read.
    cr.execute(
        sql.SQL(
            "SELECT concat_ws(',', {keys}), {text} FROM {table} ORDER BY {keys}"
        ).format(
            keys=sql.SQL(", ").join(map(sql.Identifier, keys)),
            text=text,
            table=sql.Identifier("public", name),
        )
    )
    rows: dict[str, str] = {}
    for key, row in cr.fetchall():
        # A table without a key may hold a row twice.
        while key in rows:
            key += "'"
        rows[key] = row
    return rows
