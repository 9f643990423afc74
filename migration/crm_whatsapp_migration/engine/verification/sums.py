"""Each row of the old tables became exactly one line of the ledger."""

from dataclasses import dataclass

from psycopg2 import sql

from .catalog import has_column, has_table
from .check import Check

STATES = ("moved", "existing", "skipped", "rejected")
PLAIN_SOURCES = ("whatsapp_gateway", "whatsapp_template", "whatsapp_message")

# Generation 2's own conversations, as long as nobody has moved them.
STRAYS = """
    SELECT id FROM discuss_channel
     WHERE channel_type = 'chat' AND gateway_id IS NOT NULL
"""


@dataclass(frozen=True)
class Sum:
    """Rows of one old table beside the ledger's lines of them.

    :param total: rows there are
    :param lost: rows of which the ledger says nothing
    :param vanished: lines whose row is gone from the old table
    """

    table: str
    total: int
    moved: int
    existing: int
    skipped: int
    rejected: int
    lost: int
    vanished: int

    @property
    def accounted(self) -> int:
        return self.moved + self.existing + self.skipped + self.rejected

    @property
    def agrees(self) -> bool:
        return self.total == self.accounted and not self.lost and not self.vanished


def sums(cr) -> list[Sum]:
    """One :class:`Sum` per old table; of one that is gone, what the ledger says."""
    found = [
        _plain(cr, table) if has_table(cr, table) else _told(cr, table, 0)
        for table in PLAIN_SOURCES
    ]
    if has_column(cr, "discuss_channel", "gateway_id"):
        found += [_strays(cr), _stray_messages(cr)]
    return [item for item in found if item.total or item.accounted]


def check_sums(cr) -> list[Check]:
    return [
        Check(
            f"sums.{item.table}",
            item.agrees,
            item.total,
            item.accounted if not item.lost else f"{item.accounted}, {item.lost} lost",
            "Rows of the old table = moved + already there + skipped + rejected."
            " Where a row is missing, run the migration again: it takes what is left.",
        )
        for item in sums(cr)
        if has_table(cr, item.table)
    ]


def _plain(cr, table):
    cr.execute(
        sql.SQL(
            """
            SELECT count(*), count(*) FILTER (WHERE item.id IS NULL)
              FROM {table} old
         LEFT JOIN whatsapp_migration_item item
                ON item.source_table = %(name)s AND item.source_id = old.id
            """
        ).format(table=sql.Identifier(table)),
        {"name": table},
    )
    total, lost = cr.fetchone()
    cr.execute(
        sql.SQL(
            """
            SELECT count(*) FROM whatsapp_migration_item item
             WHERE item.source_table = %(name)s
               AND NOT EXISTS (SELECT FROM {table} old WHERE old.id = item.source_id)
            """
        ).format(table=sql.Identifier(table)),
        {"name": table},
    )
    vanished = cr.fetchone()[0]
    return Sum(table, total, *_states(cr, table), lost, vanished)


def _strays(cr):
    """A folded conversation is known by the ledger only: it is no stray any more."""
    cr.execute(
        f"""
        SELECT count(*) FROM ({STRAYS}) stray
         WHERE NOT EXISTS (
            SELECT FROM whatsapp_migration_item item
             WHERE item.source_table = 'discuss_channel' AND item.source_id = stray.id)
        """
    )
    return _told(cr, "discuss_channel", cr.fetchone()[0])


def _stray_messages(cr):
    cr.execute(
        f"""
        SELECT count(*)
          FROM mail_message message
         WHERE message.model = 'discuss.channel'
           AND message.res_id IN ({STRAYS})
           AND NOT EXISTS (
            SELECT FROM whatsapp_migration_item item
             WHERE item.source_table = 'mail_message' AND item.source_id = message.id)
           -- A twin that was put there from the conversation is no row of its own.
           AND NOT EXISTS (
            SELECT FROM whatsapp_migration_effect effect
             WHERE effect.table_name = 'mail_message' AND effect.row_id = message.id
               AND effect.after ? 'res_id')
        """
    )
    return _told(cr, "mail_message", cr.fetchone()[0])


def _told(cr, table, lost):
    states = _states(cr, table)
    return Sum(table, sum(states) + lost, *states, lost, 0)


def _states(cr, table):
    cr.execute(
        """
        SELECT state, count(*) FROM whatsapp_migration_item
         WHERE source_table = %s GROUP BY state
        """,
        [table],
    )
    found = dict(cr.fetchall())
    return tuple(found.get(state, 0) for state in STATES)
