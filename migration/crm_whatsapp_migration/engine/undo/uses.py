"""What people, and customers, have done since with what a run made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from ..verification.catalog import has_table
from ..words import say
from .foreign_keys import ForeignKey, pointing_at
from .made import made_tables

# Pointing rows that are no use of what they point at: they follow from it, or only
# say how far somebody has read.
PART_OF_IT = frozenset(
    {
        "discuss_channel_member",
        "discuss_channel_rtc_session",
        "bus_presence",
        "mail_presence",
        "message_attachment_rel",
        "mail_message_translation",
        "mail_gateway_res_users_rel",
        "mail_gateway_whatsapp_adviser_rel",
        "mail_whatsapp_template_variable",
        "mail_whatsapp_template_button",
        "whatsapp_assignment_turn",
        "whatsapp_webhook_refusal",
        # Wizards and dialogs that were opened, and are swept away.
        "mail_compose_message",
        "mail_compose_gateway_message",
        "mail_compose_gateway_message_gateway_channel_rel",
        "mail_guest_manage",
        "mail_message_gateway_link",
        "mail_message_gateway_send",
        "mail_resend_message",
        "whatsapp_composer",
        "whatsapp_erase_person",
    }
)
# Made rows that a person edits; a change shows in write_date.
EDITED = ("mail_gateway", "mail_whatsapp_template", "discuss_channel", "mail_message")
# Words of what points, for whoever is asked.
WORDS = {
    "mail_message": "later messages",
    "mail_message_reaction": "reactions",
    "mail_message_res_partner_starred_rel": "stars",
    "whatsapp_message_queue": "messages in the sending queue",
    "whatsapp_webhook_event": "received events",
    "crm_lead": "leads that were linked since",
    "discuss_channel": "conversations",
    "mail_notification": "notifications of later messages",
    "ir_attachment": "files",
    "mail_activity": "activities",
    "mail_followers": "followers",
    "mail_guest": "guests",
    "mail_whatsapp_template": "templates",
    "res_partner_gateway_channel": "contacts",
}
# Words of what is pointed at.
WORDS_OF = {
    "mail_message": "messages",
    "discuss_channel": "conversations",
    "mail_gateway": "gateways",
    "mail_whatsapp_template": "templates",
    "mail_guest": "guests",
    "ir_attachment": "files",
}
# Old tables, and what the run made of their rows. When an original is gone, what was
# made of it is the only copy.
ORIGINALS = {
    "whatsapp_message": "mail_message",
    "whatsapp_template": "mail_whatsapp_template",
    "whatsapp_gateway": "mail_gateway",
}
# How many of them are named.
EXAMPLES = 3


@dataclass(frozen=True)
class Use:
    """Rows that hang on rows of the run.

    :param table: table of the rows that hang on it
    :param of: table of the rows of the run; equal to ``table`` for an edit
    :param examples: names of some of the rows of the run
    """

    table: str
    of: str
    count: int
    edited: bool = False
    examples: tuple[str, ...] = ()

    def say(self, lang: str) -> str:
        of = say(WORDS_OF.get(self.of, self.of), {}, lang)
        if self.table in ORIGINALS:
            values = {"count": self.count, "of": of}
            text = say(
                "%(of)s of the run whose original is gone: %(count)s", values, lang
            )
        elif self.edited:
            values = {"count": self.count, "of": of}
            text = say("%(of)s of the run that were edited: %(count)s", values, lang)
        else:
            what = say(WORDS.get(self.table, self.table), {}, lang)
            values = {"count": self.count, "what": what, "of": of}
            text = say(
                "%(what)s that hang on %(of)s of the run: %(count)s", values, lang
            )
        return text + (f" ({', '.join(self.examples)})" if self.examples else "")


def uses(cr: Any, run_id: int) -> list[Use]:
    """Everything that hangs on the rows of ``wamig_undo``."""
    find_uses(cr, run_id)
    cr.execute(
        """
        SELECT by_table, of_table, count(DISTINCT by_id), edited,
               (array_agg(DISTINCT of_id ORDER BY of_id))[:%s]
          FROM wamig_use
      GROUP BY by_table, of_table, edited ORDER BY 1, 2, edited
        """,
        [EXAMPLES],
    )
    return [Use(*row, examples=_names(cr, row[1], ids)) for *row, ids in cr.fetchall()]


# Where a row of the run has a name that people know.
_NAMES = {
    "discuss_channel": "SELECT name FROM discuss_channel own WHERE own.id = ANY(%s)",
    "mail_gateway": "SELECT name FROM mail_gateway own WHERE own.id = ANY(%s)",
    "mail_whatsapp_template": "SELECT name FROM mail_whatsapp_template own"
    " WHERE own.id = ANY(%s)",
    "mail_message": "SELECT channel.name FROM mail_message own"
    " JOIN discuss_channel channel ON channel.id = own.res_id"
    " AND own.model = 'discuss.channel' WHERE own.id = ANY(%s)",
}


def _names(cr: Any, table: str, ids: list[int]) -> tuple[str, ...]:
    if table not in _NAMES:
        return ()
    cr.execute(f"{_NAMES[table]} ORDER BY own.id", [ids])
    return tuple(dict.fromkeys(str(name) for (name,) in cr.fetchall() if name))


def find_uses(cr: Any, run_id: int) -> None:
    """Fill ``wamig_use``: by_table, by_id, of_table, of_id, edited."""
    cr.execute("DROP TABLE IF EXISTS pg_temp.wamig_use")
    cr.execute(
        """
        CREATE TEMPORARY TABLE wamig_use (
            by_table text, by_id bigint, of_table text, of_id integer,
            edited boolean DEFAULT false)
        """
    )
    tables = made_tables(cr)
    for key in pointing_at(cr, tables):
        if key.table not in PART_OF_IT:
            _note_pointing(cr, run_id, key)
    for table, model in (
        ("mail_message", "model"),
        ("ir_attachment", "res_model"),
        ("mail_activity", "res_model"),
        ("mail_followers", "res_model"),
    ):
        _note_documents(cr, run_id, table, model)
    for table in EDITED:
        if table in tables:
            _note_edits(cr, run_id, table)
    for original in ORIGINALS:
        _note_originals_gone(cr, run_id, original)


def count_originals_gone(cr: Any) -> int:
    """Rows of ``wamig_use`` that are the only copy of what they were made of."""
    cr.execute(
        "SELECT count(DISTINCT (of_table, of_id)) FROM wamig_use"
        " WHERE by_table = ANY(%s)",
        [list(ORIGINALS)],
    )
    return int(cr.fetchone()[0])


def _note_originals_gone(cr: Any, run_id: int, original: str) -> None:
    there = (
        sql.SQL("NOT EXISTS (SELECT FROM {} old WHERE old.id = item.source_id)").format(
            sql.Identifier(original)
        )
        if has_table(cr, original)
        else sql.SQL("true")
    )
    cr.execute(
        sql.SQL(
            """
            INSERT INTO wamig_use
            SELECT item.source_table, item.source_id, made.table_name, made.row_id
              FROM whatsapp_migration_item item
              JOIN wamig_undo made ON made.table_name = %(made)s
                                  AND made.row_id = item.target_id
             WHERE item.run_id = %(run)s AND item.state = 'moved'
               AND item.source_table = %(original)s AND {}
            """
        ).format(there),
        {"run": run_id, "original": original, "made": ORIGINALS[original]},
    )


_BY_RUN = """
    NOT EXISTS (SELECT FROM wamig_undo own
                 WHERE own.table_name = {name} AND own.row_id = pointing.id)
    AND NOT EXISTS (SELECT FROM whatsapp_migration_effect effect
                     WHERE effect.run_id = %(run)s AND effect.operation = 'update'
                       AND effect.table_name = {name} AND effect.row_id = pointing.id
                       AND effect.after ? {column})
"""


def _note_pointing(cr: Any, run_id: int, key: ForeignKey) -> None:
    others = sql.SQL(_BY_RUN if key.has_id else "true").format(
        name=sql.Literal(key.table), column=sql.Literal(key.column)
    )
    cr.execute(
        sql.SQL(
            """
            INSERT INTO wamig_use
            SELECT {name}, {id}, made.table_name, made.row_id
              FROM wamig_undo made
              JOIN {table} pointing ON pointing.{column} = made.row_id
             WHERE made.table_name = {target} AND {others}
            """
        ).format(
            name=sql.Literal(key.table),
            id=sql.SQL("pointing.id" if key.has_id else "made.row_id"),
            table=sql.Identifier(key.table),
            column=sql.Identifier(key.column),
            target=sql.Literal(key.target),
            others=others,
        ),
        {"run": run_id},
    )


def _note_documents(cr: Any, run_id: int, table: str, model: str) -> None:
    """Rows that name a conversation by model and id, which no foreign key knows."""
    others = sql.SQL(_BY_RUN).format(
        name=sql.Literal(table), column=sql.Literal("res_id")
    )
    folded = (
        # Folded messages keep their ids; the ledger says whence they came.
        """
        AND NOT EXISTS (SELECT FROM whatsapp_migration_item item
                         WHERE item.source_table = 'mail_message'
                           AND item.source_id = pointing.id
                           AND item.run_id = %(run)s AND item.state = 'moved')
        """
        if table == "mail_message"
        else ""
    )
    cr.execute(
        sql.SQL(
            """
            INSERT INTO wamig_use
            SELECT {name}, pointing.id, made.table_name, made.row_id
              FROM wamig_undo made
              JOIN {table} pointing ON pointing.{model} = 'discuss.channel'
                                   AND pointing.res_id = made.row_id
             WHERE made.table_name = 'discuss_channel' AND {others} {folded}
            """
        ).format(
            name=sql.Literal(table),
            table=sql.Identifier(table),
            model=sql.Identifier(model),
            others=others,
            folded=sql.SQL(folded),
        ),
        {"run": run_id},
    )


def _note_edits(cr: Any, run_id: int, table: str) -> None:
    """Rows changed after the run's end by somebody else than the run."""
    cr.execute(
        sql.SQL(
            """
            INSERT INTO wamig_use
            SELECT made.table_name, made.row_id, made.table_name, made.row_id, true
              FROM wamig_undo made
              JOIN {table} own ON own.id = made.row_id
              JOIN whatsapp_migration_run run ON run.id = %(run)s
             WHERE made.table_name = {name} AND own.write_date > run.ended
            """
        ).format(table=sql.Identifier(table), name=sql.Literal(table)),
        {"run": run_id},
    )
