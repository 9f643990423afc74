"""Columns of the old tables: without some nothing can be moved, others may lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg2 import sql

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "whatsapp_message": ("id", "gateway_id", "direction", "phone", "message"),
    "whatsapp_template": ("id", "name", "message"),
    "whatsapp_gateway": ("id", "name", "provider", "api_url"),
}
OPTIONAL: Mapping[str, Mapping[str, str]] = {
    "whatsapp_message": {
        "state": "varchar",
        "lead_id": "integer",
        "partner_id": "integer",
        "template_id": "integer",
        "external_id": "varchar",
        "error_message": "text",
        "sent_date": "timestamp",
        "delivered_date": "timestamp",
        "read_date": "timestamp",
        "create_uid": "integer",
        "create_date": "timestamp",
    },
    "whatsapp_template": {
        "code": "varchar",
        "template_type": "varchar",
        "active": "boolean",
        "create_uid": "integer",
        "create_date": "timestamp",
    },
    "whatsapp_gateway": {
        "api_key": "varchar",
        "api_secret": "varchar",
        "phone_number": "varchar",
        "active": "boolean",
        "create_date": "timestamp",
    },
}


def complete(cr: Any) -> dict[str, list[str]]:
    """Lay a view over each old table that lacks optional columns, and return those.

    The view is a temporary one of the table's name, so every later statement of this
    connection reads the column as NULL. It goes with the connection.
    """
    found: dict[str, list[str]] = {}
    for table, optional in OPTIONAL.items():
        there = _columns(cr, table)
        lacking = [name for name in optional if name not in there]
        if not there or not lacking:
            continue
        found[table] = lacking
        cr.execute(
            sql.SQL(
                "CREATE OR REPLACE TEMPORARY VIEW {table} AS SELECT old.*, {columns}"
                " FROM {schema}.{table} old"
            ).format(
                table=sql.Identifier(table),
                schema=sql.Identifier(_schema(cr)),
                columns=sql.SQL(", ").join(
                    sql.SQL(f"NULL::{optional[name]} AS {{}}").format(
                        sql.Identifier(name)
                    )
                    for name in lacking
                ),
            )
        )
    return found


def missing(columns: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    """(table, column) of what is required and lacks, of the tables that exist."""
    return [
        (table, name)
        for table, names in REQUIRED.items()
        for name in names
        if table in columns and name not in columns[table]
    ]


def _schema(cr: Any) -> str:
    cr.execute("SELECT current_schema()")
    return str(cr.fetchone()[0])


def _columns(cr: Any, table: str) -> set[str]:
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = %s",
        [table],
    )
    return {row[0] for row in cr.fetchall()}
