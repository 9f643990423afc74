"""Rows for a spreadsheet: streamed, since there may be millions.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula,
and what customers wrote is in some of them: an apostrophe before it keeps it text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from psycopg2 import sql

from ..reasons import REASONS
from ..verification.catalog import has_table
from . import spanish

# Tells Excel that what follows is UTF-8.
MARK = b"\xef\xbb\xbf"
LINES = ("source_table", "source_id", "state", "reason", "target_table", "target_id")
EXCERPT = 80

# What a person needs to look at a row; NULL where the old table is gone.
_OLD = """
    to_char(coalesce(old.sent_date, old.create_date), 'YYYY-MM-DD HH24:MI') AS date,
    old.direction, {phone} AS phone, old.lead_id AS lead, {excerpt} AS excerpt
"""
_NO_OLD = (
    "NULL::text AS date, NULL::text AS direction, NULL::text AS phone,"
    " NULL::int AS lead, NULL::text AS excerpt"
)


def guarded(column: str) -> str:
    """SQL: a text that no spreadsheet takes for a formula."""
    text = f"regexp_replace({column}, '[[:cntrl:]]', ' ', 'g')"
    return (
        f"CASE WHEN {column} ~ '^[[:space:][:cntrl:]]*[-=+@]' THEN '''' || {text}"
        f" ELSE {text} END"
    )


def write_rows(cr: Any, stream: BinaryIO) -> None:
    """Every line of the ledger as CSV, never all of it in memory.

    Text and number are shown of rows that were not moved: those somebody looks at.

    :param stream: binary file
    """
    if has_table(cr, "whatsapp_message"):
        old = _OLD.format(
            phone=guarded("left(old.phone, 40)"),
            excerpt=guarded(f"left(old.message, {EXCERPT})"),
        )
        join = """
            LEFT JOIN whatsapp_message old ON old.id = item.source_id
                  AND item.source_table = 'whatsapp_message'
                  AND item.state IN ('skipped', 'rejected')
        """
    else:
        old, join = _NO_OLD, ""
    columns = ", ".join(f"item.{name}" for name in LINES)
    _copy(
        cr,
        f"""
        SELECT {columns}, item.run_id, reason.words, {old}
          FROM whatsapp_migration_item item
          {join}
     LEFT JOIN {{reasons}} ON reason.code = item.reason
      ORDER BY item.source_table, item.source_id
        """,
        stream,
    )


def write_plan_rows(plan: Any, cr: Any, stream: BinaryIO) -> None:
    """Old messages that a run of this plan would not move, and why.

    :param cr: cursor with the tables of ``classify``
    """
    if not plan.legacy.has_history:
        stream.write(MARK)
        return
    old = _OLD.format(
        phone=guarded("left(old.phone, 40)"),
        excerpt=guarded(f"left(old.message, {EXCERPT})"),
    )
    _copy(
        cr,
        f"""
        SELECT old.id, mine.state, mine.reason, reason.words, {old}
          FROM wamig_message mine
          JOIN whatsapp_message old ON old.id = mine.id
     LEFT JOIN {{reasons}} ON reason.code = mine.reason
         WHERE mine.state IN ('skipped', 'rejected', 'open')
      ORDER BY mine.state, old.id
        """,
        stream,
    )


def _copy(cr: Any, query: str, stream: BinaryIO) -> None:
    stream.write(MARK)
    found = sql.SQL(query).format(reasons=_reasons(reason_words()))
    copy = sql.SQL("COPY ({}) TO STDOUT WITH (FORMAT csv, HEADER)").format(found)
    cr.copy_expert(copy, stream)


def reason_words() -> Mapping[str, str]:
    """Code to Spanish sentence."""
    known = {code: reason.sentence for code, reason in REASONS.items()}
    return {
        code: spanish.reason(code, sentence)
        for code, sentence in {**known, **spanish.REASONS}.items()
    }


def _reasons(words: Mapping[str, str]) -> sql.Composable:
    rows = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(code), sql.Literal(sentence))
        for code, sentence in words.items()
    )
    return sql.SQL("(VALUES {}) AS reason (code, words)").format(rows)
