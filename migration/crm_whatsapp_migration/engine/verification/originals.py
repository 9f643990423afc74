"""Check that the rows with which verification compares are there."""

from __future__ import annotations

from .check import Check
from .scene import Scene
from .sums import PLAIN_SOURCES


def check_originals(scene: Scene) -> list[Check]:
    """Old tables of which the ledger has rows; without them nothing is compared."""
    needed = scene.rows(
        "SELECT DISTINCT source_table FROM whatsapp_migration_item"
        " WHERE source_table = ANY(%(tables)s) ORDER BY 1",
        tables=list(PLAIN_SOURCES),
    )
    there = [table for (table,) in needed if scene.has(table)]
    return [
        Check(
            "originals.there",
            len(there) == len(needed),
            ", ".join(table for (table,) in needed),
            ", ".join(there) or "-",
            "The old tables are there to compare with. Without them nothing of what was"
            " moved can be compared: restore them from a backup into a copy and verify"
            " there.",
        )
    ]
