"""The tables of crm_import_leads by SQL, in a database with the bridge.

The two modules cannot be loaded together: both define `whatsapp.composer`. Where the
module itself is wanted, the lab installs the stand-in in addons/.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MODULE = "crm_import_leads"


class Leftover(Enum):
    """What Odoo believes of the module; its files are gone, its tables are there."""

    #: The files were deleted, nothing else was done.
    INSTALLED = "installed"
    #: Somebody set it back by hand, so that Odoo stops complaining.
    UNINSTALLED = "uninstalled"
    #: Odoo never heard of it: tables only.
    UNKNOWN = None


def make_tables(
    cr: Any, generation: int, left: Leftover = Leftover.UNINSTALLED
) -> None:
    """The empty tables of a generation, and what is left of the module beside them."""
    cr.execute((HERE / "sql/tables.sql").read_text())
    cr.execute((HERE / f"sql/generation{generation}.sql").read_text())
    _make_models(cr)
    cr.execute("DELETE FROM ir_module_module WHERE name = %s", [MODULE])
    if left.value:
        cr.execute(
            "INSERT INTO ir_module_module (name, state, latest_version)"
            " VALUES (%s, %s, '18.0.1.0.0')",
            [MODULE, left.value],
        )


def _make_models(cr: Any) -> None:
    """Odoo's list of models outlives the files, and activities point into it."""
    for name in ("whatsapp.gateway", "whatsapp.template", "whatsapp.message"):
        cr.execute(
            'INSERT INTO ir_model (model, name, "order", state)'
            " SELECT %s, jsonb_build_object('en_US', %s::text), 'id', 'base'"
            " WHERE NOT EXISTS (SELECT 1 FROM ir_model WHERE model = %s)",
            [name, name, name],
        )


def drop_tables(cr: Any) -> None:
    """Take the tables away again."""
    cr.execute("DROP TABLE whatsapp_message, whatsapp_template, whatsapp_gateway")
