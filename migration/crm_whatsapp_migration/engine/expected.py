"""Counts of a classification, as the ledger will hold them."""

from __future__ import annotations

from typing import Any

from .legacy import Legacy

# Classified table of each source table of the ledger; a condition leaves out what is
# not of that source.
_SOURCES = (
    ("whatsapp_gateway", "wamig_gateway", "source = 'whatsapp_gateway'"),
    ("whatsapp_template", "wamig_template", "true"),
    ("whatsapp_message", "wamig_message", "true"),
    ("discuss_channel", "wamig_stray", "true"),
    ("mail_message", "wamig_stray_message", "true"),
)


def expected(cr: Any, legacy: Legacy) -> dict[str, dict[str, Any]]:
    """What the ledger says once everything is done, earlier runs included.

    :return: per source table ``{"moved": n, "existing": n, "skipped": {reason: n},
        "rejected": {reason: n}, "open": n, "total": n}``; ``open``: waits for an
        answer. A table without rows is left out
    """
    counts: dict[str, dict[str, Any]] = {}
    for source, table, condition in _SOURCES:
        cr.execute(
            f"SELECT state, reason, count(*) FROM {table} WHERE {condition}"
            " GROUP BY state, reason"
        )
        rows = list(cr.fetchall())
        rows += _only_in_ledger(cr, legacy, source, table)
        if rows:
            counts[source] = _count(rows)
    return counts


def _count(rows: list[tuple[str, str, int]]) -> dict[str, Any]:
    own: dict[str, Any] = {
        "moved": 0,
        "existing": 0,
        "skipped": {},
        "rejected": {},
        "open": 0,
        "total": sum(count for _state, _reason, count in rows),
    }
    for state, reason, count in rows:
        if state in ("skipped", "rejected"):
            own[state][reason] = own[state].get(reason, 0) + count
        else:
            own[state] += count
    return own


def _only_in_ledger(
    cr: Any, legacy: Legacy, source: str, table: str
) -> list[tuple[str, str, int]]:
    """Folded strays: they are strays no more, and the ledger still has them."""
    if source not in ("discuss_channel", "mail_message"):
        return []
    if not legacy.has("whatsapp_migration_item"):
        return []
    cr.execute(
        f"""
        SELECT item.state, coalesce(item.reason, ''), count(*)
          FROM whatsapp_migration_item item
         WHERE item.source_table = %s
           AND NOT EXISTS (SELECT FROM {table} own WHERE own.id = item.source_id)
         GROUP BY 1, 2
        """,
        (source,),
    )
    return list(cr.fetchall())
