"""Columns of the tables that a run writes to, in this database.

Both series and other modules differ in columns: they are read once. A column that
another module made required is filled where its default says how, or refused before
anything is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

# Columns that the steps fill, by table: the ones that may be required.
FILLED: dict[str, frozenset[str]] = {
    "mail_message": frozenset({"id", "message_type"}),
    "mail_notification": frozenset({"mail_message_id", "notification_type"}),
    "discuss_channel": frozenset({"name", "channel_type"}),
    "discuss_channel_member": frozenset({"channel_id", "new_message_separator"}),
    "mail_guest": frozenset({"name", "access_token"}),
    "res_partner_gateway_channel": frozenset({"partner_id", "gateway_id"}),
    "mail_gateway": frozenset({"name", "token", "gateway_type"}),
    "mail_whatsapp_template": frozenset(
        {"name", "body", "category", "state", "language", "gateway_id", "model_id"}
    ),
    "mail_whatsapp_template_variable": frozenset(
        {"name", "template_id", "line_type", "sample_value"}
    ),
    "whatsapp_number": frozenset({"number"}),
    "ir_attachment": frozenset({"name", "type"}),
    "message_attachment_rel": frozenset({"message_id", "attachment_id"}),
}


class RequiredColumns(Exception):
    """Other modules require columns that the migration cannot fill.

    ``columns``: (table, column) of each.
    """

    def __init__(self, columns: list[tuple[str, str]]) -> None:
        names = ", ".join(f"{table}.{column}" for table, column in columns)
        self.words = (
            "Other modules require columns that the migration cannot fill: %(columns)s."
            " Give each a default in the database, or make it optional."
        )
        self.values = {"columns": names}
        super().__init__(self.words % self.values)
        self.columns = columns


@dataclass(frozen=True)
class Tables:
    """What :func:`read` found.

    :param columns: per table, its columns
    :param falses: per table, required booleans of other modules: Odoo writes false
    :param missing: (table, column) that nobody can fill
    """

    columns: Mapping[str, frozenset[str]]
    falses: Mapping[str, tuple[str, ...]]
    missing: tuple[tuple[str, str], ...]

    def has(self, table: str, column: str) -> bool:
        return column in self.columns.get(table, frozenset())

    def insert(
        self, table: str, values: Mapping[str, str], source: str
    ) -> sql.Composable:
        """``INSERT … SELECT`` of the columns that this database has.

        :param values: SQL expression per column; those of columns that the series
            lacks are left out
        :param source: what follows the list of expressions (``FROM …``)
        """
        names = [name for name in values if name in self.columns[table]]
        extra = [name for name in self.falses.get(table, ()) if name not in values]
        return sql.SQL("INSERT INTO {} ({}) SELECT {} {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, [*names, *extra])),
            sql.SQL(", ").join(
                [sql.SQL(values[name]) for name in names]
                + [sql.SQL("false")] * len(extra)
            ),
            sql.SQL(source),
        )


def read(cr: Any) -> Tables:
    """Look the columns of every table in :data:`FILLED` up; reads only."""
    cr.execute(
        """
        SELECT table_name, column_name, udt_name,
               is_nullable = 'NO' AND column_default IS NULL
               AND is_identity = 'NO' AND is_generated = 'NEVER'
          FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name IN %s
         ORDER BY table_name, ordinal_position
        """,
        (tuple(FILLED),),
    )
    columns: dict[str, set[str]] = {}
    falses: dict[str, tuple[str, ...]] = {}
    missing: list[tuple[str, str]] = []
    for table, column, kind, required in cr.fetchall():
        columns.setdefault(table, set()).add(column)
        if required and column not in FILLED[table]:
            if kind == "bool":
                falses[table] = (*falses.get(table, ()), column)
            else:
                missing.append((table, column))
    frozen = {table: frozenset(names) for table, names in columns.items()}
    return Tables(frozen, falses, tuple(missing))
