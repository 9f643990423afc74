"""Makes and fills the temporary tables."""

from __future__ import annotations

from typing import Any

from psycopg2.extras import execute_values

from ..legacy import Legacy
from ..options import Options
from . import gateways, messages, origins, people, phones, strays, templates
from .tables import INDEXES, TABLES, WITH_GATEWAY


def create_tables(cr: Any) -> None:
    """Make the tables, empty. They outlive the transaction, not the connection."""
    for name, columns in TABLES.items():
        cr.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cr.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
    for index in INDEXES:
        cr.execute(f"CREATE INDEX ON {index}")


def fill_tables(cr: Any, legacy: Legacy, options: Options) -> None:
    """Classify every legacy row; what earlier runs have moved is in the ledger.

    Touches nothing else, so a read-only transaction will do. A million rows take
    half a minute: once per run.
    """
    origins.fill(cr, legacy, options)
    gateways.fill(cr, gateways.read_gateways(cr, legacy, options)[0])
    templates.fill(cr, templates.read_templates(cr, legacy, options))
    phones.fill(cr, legacy, options)
    strays.fill(cr, legacy, options)
    messages.fill(cr, legacy, options)
    people.fill(cr, legacy)


def name_gateways(cr: Any) -> None:
    """Put the gateways that the run has made in the place of those to be made."""
    cr.execute(
        """
        SELECT source_id, target_id FROM whatsapp_migration_item
         WHERE source_table = 'whatsapp_gateway' AND target_id IS NOT NULL
           AND state IN ('moved', 'existing')
        """
    )
    made = cr.fetchall()
    if not made:
        return
    for table in WITH_GATEWAY:
        execute_values(
            cr,
            f"""
            UPDATE {table} mine SET gateway = made.target
              FROM (VALUES %s) AS made (source, target)
             WHERE mine.gateway = -made.source
            """,
            made,
        )
        cr.execute(f"ANALYZE {table}")
