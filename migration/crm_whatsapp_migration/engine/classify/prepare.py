"""Makes and fills the temporary tables."""

from __future__ import annotations

from typing import Any

from ..legacy import Legacy
from ..options import Options
from . import gateways, messages, people, phones, strays, templates
from .tables import TABLES


def prepare(cr: Any, legacy: Legacy, options: Options) -> None:
    """Classify every legacy row, anew; takes seconds for a million.

    What earlier runs and batches have moved is read from the ledger. Needs a
    transaction; leaves committing to the caller.
    """
    create_tables(cr)
    fill_tables(cr, legacy, options)


def create_tables(cr: Any) -> None:
    """Make the tables, empty. They outlive the transaction, not the connection."""
    for name, columns in TABLES.items():
        cr.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cr.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")


def fill_tables(cr: Any, legacy: Legacy, options: Options) -> None:
    """Fill the tables; touches nothing else, so a read-only transaction will do."""
    found, routes = gateways.read_gateways(cr, legacy, options)
    gateways.fill(cr, found, routes)
    templates.fill(cr, templates.read_templates(cr, legacy, options))
    phones.fill(cr, legacy, options)
    strays.fill(cr, legacy, options)
    messages.fill(cr, legacy, options)
    people.fill(cr, legacy)
