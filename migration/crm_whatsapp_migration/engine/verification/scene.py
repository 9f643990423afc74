"""What is looked at: a database, and the run whose figures are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .catalog import has_column, has_table
from .check import Check, none_of

# How many rows a failed check names.
EXAMPLES = 5

# A migrated message bears the id of its old row: known without asking the ledger.
# Null of all others. By a regular expression it would take ten times as long.
_PREFIX = "<whatsapp-legacy-"
_ID = f"split_part(substr(new.message_id, {len(_PREFIX) + 1}), '@', 1)"
OLD_ID = f"""
    CASE WHEN starts_with(new.message_id, '{_PREFIX}') AND {_ID} <> ''
          AND translate({_ID}, '0123456789', '') = '' THEN {_ID}::int END
"""

# The old rows that were moved, with what became of them.
PAIRS = """
      FROM whatsapp_migration_item item
      JOIN whatsapp_message old ON old.id = item.source_id
      JOIN mail_message new ON new.id = item.target_id
     WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'
"""
# The time of an old row: of its dates the first that is possible, NULL without one.
# WhatsApp began in 2009; a clock may be a day ahead.
_POSSIBLE = """
    CASE WHEN {0} >= '2009-01-01' AND {0} < now() AT TIME ZONE 'UTC' + interval '1 day'
         THEN {0} END
"""
_CREATED, _SENT, _DELIVERED, _READ = (
    _POSSIBLE.format(f"old.{name}_date")
    for name in ("create", "sent", "delivered", "read")
)
OLD_TIME = f"""
    coalesce(CASE old.direction WHEN 'outgoing' THEN {_SENT} END,
             {_CREATED}, {_SENT}, {_DELIVERED}, {_READ})
"""
# Conversations that hold something moved.
TOUCHED = """
    SELECT DISTINCT new.res_id
      FROM whatsapp_migration_item item
      JOIN mail_message new ON new.id = item.target_id
     WHERE item.source_table IN ('whatsapp_message', 'mail_message')
       AND item.state = 'moved' AND new.model = 'discuss.channel'
"""


# Digits of other scripts are digits.
_FOREIGN = "".join(
    chr(zero + digit) for zero in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)
)


def digits(column: str) -> str:
    """SQL: the digits of a text, of whatever script, as 0 to 9."""
    return (
        f"regexp_replace(translate({column}, '{_FOREIGN}', '{'0123456789' * 4}'),"
        " '[^0-9]', '', 'g')"
    )


@dataclass(frozen=True)
class Scene:
    """:param filestore: folder of the database's files; None: not opened
    :param before, after: figures of the run, ``{}`` while there are none
    :param ended: end of the newest run; what was written later is other people's
    """

    cr: Any
    filestore: Path | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    decisions: Mapping[str, Any] = field(default_factory=dict)
    ended: datetime = datetime.max  # noqa: DTZ901 - as the database: naive UTC

    def value(self, query: str, **params: Any) -> Any:
        self.cr.execute(query, params or None)
        return self.cr.fetchone()[0]

    def rows(self, query: str, **params: Any) -> list[tuple[Any, ...]]:
        self.cr.execute(query, params or None)
        return list(self.cr.fetchall())

    def has(self, table: str, column: str | None = None) -> bool:
        if column:
            return has_column(self.cr, table, column)
        return has_table(self.cr, table)

    def none(self, name: str, words: str, query: str, **params: Any) -> Check:
        """Check that a query finds nothing; its first column names a row."""
        found = self.rows(
            f"SELECT count(*) OVER (), found.* FROM ({query}) found LIMIT {EXAMPLES}",
            **params,
        )
        count = found[0][0] if found else 0
        return none_of(name, count, words, [row[1] for row in found])
