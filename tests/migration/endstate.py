"""Two databases after a run: equal in everything that is not chance.

    tables = written(one) | written(other)
    assert not differences(*(end_state(cr, floor, tables) for cr in (one, other)))

A run that was killed has used up ids that another has not. So a row that came with
the run is named by its place among the new rows of its table: first, second, … That
keeps what matters, the order of the ids. What points at a row is renamed with it:
foreign keys, `res_id` beside its model, the ids that Discuss keeps without a key, and
links in texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from psycopg2 import sql

from tests.migration.compare import Photograph, Table

#: Texts that a run draws; that they are there is compared.
DRAWN = {
    "mail_gateway": ("webhook_key", "whatsapp_security_key"),
    "mail_guest": ("access_token",),
    "discuss_channel": ("uuid",),
}
#: A killed run has begun and ended at other times, and counts in other batches.
LEDGER = {
    "whatsapp_migration_run": (
        *("position", "counts", "before", "after", "plan", "options"),
        *("started", "ended", "create_date", "write_date"),
    ),
    "whatsapp_migration_item": (),
    "whatsapp_migration_effect": (),
}
#: Columns that hold ids of a table without a foreign key.
LOOSE = {
    ("discuss_channel_member", "seen_message_id"): "mail_message",
    ("discuss_channel_member", "fetched_message_id"): "mail_message",
}
#: Columns whose table stands beside them: (its column, theirs).
BESIDE = (
    ("model", "res_id"),
    ("res_model", "res_id"),
    ("target_table", "target_id"),
    ("table_name", "row_id"),
)
#: Rows whose order says nothing are named by what they belong to: (column, table).
BELONGING = {
    "mail_notification": (("mail_message_id", "mail_message"),),
    "discuss_channel_member": (
        ("channel_id", "discuss_channel"),
        ("partner_id", "res_partner"),
        ("guest_id", "mail_guest"),
    ),
}
#: From here on a member has not read.
SEPARATOR = "new_message_separator"
#: Inside the ledger's own JSON.
INSIDE = {
    "res_id": "discuss_channel",
    "from": "discuss_channel",
    "to": "discuss_channel",
    "gateway_channel_id": "discuss_channel",
    "seen_message_id": "mail_message",
    "fetched_message_id": "mail_message",
}
_LINK = re.compile(r'(discuss\.channel_|data-oe-id="|<whatsapp-history-)(\d+)')

Floor = Mapping[str, int]
Names = Mapping[str, Mapping[int, str]]


def highest_ids(cr: Any) -> dict[str, int]:
    """Highest id of each table before a run: what is above it is new."""
    found = {}
    for table in _tables(cr):
        if "id" in _columns(cr, table):
            cr.execute(
                sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(
                    sql.Identifier(table)
                )
            )
            found[table] = cr.fetchone()[0]
    return found


def written(cr: Any) -> set[str]:
    """Tables that somebody wrote into since the database was copied.

    PostgreSQL counts that, what was rolled back included; a copy begins at zero.
    """
    cr.execute(
        "SELECT relname FROM pg_stat_user_tables"
        " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND schemaname = 'public'"
    )
    return {name for (name,) in cr.fetchall()}


def end_state(cr: Any, floor: Floor, tables: set[str]) -> Photograph:
    """These tables, rows by what they say instead of by their ids."""
    names = {table: _names(cr, table, floor[table]) for table in tables & set(floor)}
    for table in set(BELONGING) - set(names):
        names[table] = {}
    for table, columns in BELONGING.items():
        names[table] = _belonging(cr, table, columns, names, floor[table])
    keys = _foreign_keys(cr)
    return {table: _photograph(cr, table, keys, names) for table in sorted(tables)}


def _tables(cr: Any) -> list[str]:
    cr.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
    )
    return [name for (name,) in cr.fetchall()]


def _columns(cr: Any, table: str) -> tuple[str, ...]:
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        [table],
    )
    return tuple(name for (name,) in cr.fetchall())


def _names(cr: Any, table: str, limit: int) -> dict[int, str]:
    query = sql.SQL("SELECT id FROM {} WHERE id > %s ORDER BY id")
    cr.execute(query.format(sql.Identifier(table)), [limit])
    return {id_: f"new {place}" for place, (id_,) in enumerate(cr.fetchall(), 1)}


def _belonging(
    cr: Any,
    table: str,
    columns: tuple[tuple[str, str], ...],
    names: Names,
    limit: int,
) -> dict[int, str]:
    query = sql.SQL("SELECT id, {} FROM {} WHERE id > %s").format(
        sql.SQL(", ").join(sql.Identifier(column) for column, _target in columns),
        sql.Identifier(table),
    )
    cr.execute(query, [limit])
    return {
        id_: "of "
        + "/".join(
            str(_named(names, target, value))
            for value, (_column, target) in zip(values, columns, strict=True)
        )
        for id_, *values in cr.fetchall()
    }


def _foreign_keys(cr: Any) -> dict[tuple[str, str], str]:
    cr.execute(
        """
        SELECT fk.conrelid::regclass::text, own.attname, fk.confrelid::regclass::text
          FROM pg_constraint fk
          JOIN pg_attribute own ON own.attrelid = fk.conrelid
                               AND own.attnum = fk.conkey[1]
         WHERE fk.contype = 'f' AND array_length(fk.conkey, 1) = 1
        """
    )
    found = {(table, column): target for table, column, target in cr.fetchall()}
    return found | LOOSE


def _photograph(
    cr: Any, table: str, keys: Mapping[tuple[str, str], str], names: Names
) -> Table:
    columns = _columns(cr, table)
    cr.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
    lines = []
    for values in cr.fetchall():
        row = dict(zip(columns, values, strict=True))
        lines.append(_line(table, row, keys, names))
    return Table(columns, {f"{line} #{n}": line for line, n in _numbered(lines)})


def _numbered(lines: list[str]) -> list[tuple[str, int]]:
    """Sorted; a line that stands there twice is counted."""
    seen: dict[str, int] = {}
    found = []
    for line in sorted(lines):
        seen[line] = seen.get(line, 0) + 1
        found.append((line, seen[line]))
    return found


def _line(
    table: str,
    row: dict[str, Any],
    keys: Mapping[tuple[str, str], str],
    names: Names,
) -> str:
    for beside, own in BESIDE:
        if row.get(beside) and own in row:
            target = str(row[beside]).replace(".", "_")
            row[own] = _named(names, target, row[own])
    for column, value in row.items():
        row[column] = _value(table, column, value, keys, names)
    if table in LEDGER:
        row.pop("id")
    elif isinstance(row.get("id"), int):
        row["id"] = _named(names, table, row["id"])
    return ", ".join(f"{name}={value}" for name, value in row.items())


def _value(
    table: str,
    column: str,
    value: Any,
    keys: Mapping[tuple[str, str], str],
    names: Names,
) -> Any:
    if column in DRAWN.get(table, ()):
        return value is not None
    if column in LEDGER.get(table, ()):
        return ""
    if column == SEPARATOR:
        return _after(names["mail_message"], value)
    if (table, column) in keys:
        return _named(names, keys[table, column], value)
    if isinstance(value, str):
        return _LINK.sub(
            lambda m: m[1] + str(_named(names, "discuss_channel", int(m[2]))), value
        )
    if isinstance(value, dict) and table in LEDGER:
        own = {"res_id": str(value.get("res_model", "discuss_channel"))}
        inside = {key: _inside(names, key, part, own) for key, part in value.items()}
        return json.dumps(inside, sort_keys=True, default=str)
    if isinstance(value, memoryview):
        return value.tobytes().decode(errors="backslashreplace")
    return value


def _inside(names: Names, key: str, value: Any, own: Mapping[str, str]) -> Any:
    if key == SEPARATOR:
        return _after(names["mail_message"], value)
    table = own.get(key) or INSIDE.get(key)
    return _named(names, table.replace(".", "_"), value) if table else value


def _after(known: Mapping[int, str], value: Any) -> Any:
    """What is read ends with the newest message below; the next may leave a gap."""
    below = [key for key in known if isinstance(value, int) and key < value]
    return f"after {known[max(below)]}" if below else value


def _named(names: Names, table: str, value: Any) -> Any:
    """A row's name; one that was there before keeps its id."""
    if not isinstance(value, int):
        return value
    return names.get(table, {}).get(value, value)
