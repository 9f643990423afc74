"""Which generation each ``whatsapp_message`` is of: the table its gateway id means.

A database that was upgraded from the first generation to the second holds rows of
both, and neither the foreign key nor the id tells them apart: the key stays on
``whatsapp_gateway`` (the comodel is unknown while Odoo makes the column), and ids of
both tables are small numbers. So each row is judged by what it holds itself:

* ``external_id`` is the number of a message in a conversation of Discuss that the
  second generation made or wrote to (a legacy channel): second.
* It was sent, and ``external_id`` is an id of WhatsApp or Twilio: first.
* ``gateway_id`` exists in one of the tables only: that one.
* It is older than the gateway of that id in one of the tables: the other one.

The module was upgraded once. Of the remaining rows those before the first row that
is known to be of the second generation are of the first, and the other way round;
what lies between is a question, for each gateway id.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extras import execute_values

from ..legacy import Legacy
from ..options import Options
from .sources import has_messages, has_strays, ledger

OLD = "whatsapp_gateway"
NEW = "mail_gateway"
MISSING = "missing"
OPEN = "open"

# Ids that WhatsApp or Twilio give once; free text of other providers proves nothing.
UNIQUE_ID = r"^(wamid\.|[SM]M[0-9a-f]{32}$)"
# Seconds between a row and its message at most: the second generation made both in
# one call.
ONE_CALL = 60


@dataclass(frozen=True)
class Origin:
    """A value of ``whatsapp_message.gateway_id``, and the rows that have it.

    :param old, new: whether the table has a gateway of this id
    :param counts: rows by source (``whatsapp_gateway``, ``mail_gateway``,
        ``missing``, ``open``)
    :param asked: rows that nothing in the database decides, answered or not
    :param upgraded: first moment known to be of the second generation
    """

    gateway_id: int
    old: bool
    new: bool
    counts: Counter[str]
    asked: int = 0
    answer: str | None = None
    upgraded: datetime | None = None


def fill(cr: Any, legacy: Legacy, options: Options) -> None:
    """Fill ``wamig_origin``, one row per ``whatsapp_message``."""
    if not has_messages(legacy):
        return
    _fill_gateway_ids(cr, legacy, options)
    named = _NAMED.format(ledger=ledger(legacy), seconds=ONE_CALL)
    cr.execute(
        _FILL.format(named=named if has_strays(legacy) else _NONE),
        {"unique": UNIQUE_ID},
    )
    cr.execute("ANALYZE wamig_origin")


def read_origins(cr: Any, legacy: Legacy, options: Options) -> list[Origin]:
    """The gateway ids of ``wamig_origin``, by id."""
    if not has_messages(legacy):
        return []
    cr.execute(
        """
        SELECT known.id, known.in_old, known.in_new, origin.source, origin.asked,
               count(origin.id), (SELECT min(created) FROM wamig_origin
                                   WHERE message_id IS NOT NULL)
          FROM wamig_gateway_id known
          JOIN wamig_origin origin ON origin.gateway_id = known.id
         GROUP BY known.id, origin.source, origin.asked ORDER BY known.id
        """
    )
    found: dict[int, Origin] = {}
    asked: Counter[int] = Counter()
    for id_, old, new, source, open_, count, upgraded in cr.fetchall():
        origin = found.setdefault(
            id_, Origin(id_, old, new, Counter(), upgraded=upgraded)
        )
        origin.counts[source] += count
        asked[id_] += count if open_ else 0
    answers = options.decisions.mixed_gateways
    return [
        Origin(
            id_,
            origin.old,
            origin.new,
            origin.counts,
            asked[id_],
            answers.get(str(id_)),
            origin.upgraded,
        )
        for id_, origin in found.items()
    ]


def _fill_gateway_ids(cr: Any, legacy: Legacy, options: Options) -> None:
    """Fill ``wamig_gateway_id``: each id that rows name, and the tables that have it.

    No row names a gateway that the migration has made.
    """
    old = _created(cr, OLD) if legacy.has(OLD) else {}
    new = _created(cr, NEW) if legacy.has(NEW) else {}
    custom = _custom(cr) if legacy.has(OLD, "provider") else set()
    for made in _made(cr, legacy):
        new.pop(made, None)
    channels = _gateways_of_legacy_channels(cr, legacy)
    cr.execute(
        "SELECT DISTINCT gateway_id FROM whatsapp_message WHERE gateway_id IS NOT NULL"
    )
    rows = []
    for (id_,) in cr.fetchall():
        answer = options.decisions.mixed_gateways.get(str(id_))
        rows.append(
            (
                id_,
                id_ in old,
                id_ in new,
                old.get(id_),
                new.get(id_),
                id_ in custom,
                _usual(legacy, id_ in channels),
                *_answered(answer),
            )
        )
    execute_values(cr, "INSERT INTO wamig_gateway_id VALUES %s", rows)


def _usual(legacy: Legacy, has_channels: bool) -> str | None:
    """Source of a row of which nothing else is known, ``None`` when unsure.

    A foreign key on ``mail_gateway`` was made when every row fitted it. One on
    ``whatsapp_gateway`` tells only where no legacy channel of that gateway exists.
    """
    if legacy.gateway_target == NEW:
        return NEW
    if legacy.gateway_target == OLD and not has_channels:
        return OLD
    return None


def _answered(answer: str | None) -> tuple[str, str, datetime]:
    """(source before a moment, source since, the moment) of an answer."""
    always = datetime.min  # noqa: DTZ901 - as the database: naive UTC
    if answer in (OLD, NEW):
        return answer, answer, always
    if answer == "reject":
        return MISSING, MISSING, always
    if answer:
        return OLD, NEW, datetime.fromisoformat(answer).replace(tzinfo=None)
    return OPEN, OPEN, always


def _created(cr: Any, table: str) -> dict[int, datetime | None]:
    cr.execute(f"SELECT id, create_date FROM {table}")
    return dict(cr.fetchall())


def _custom(cr: Any) -> set[int]:
    cr.execute("SELECT id FROM whatsapp_gateway WHERE provider = 'custom'")
    return {row[0] for row in cr.fetchall()}


def _made(cr: Any, legacy: Legacy) -> list[int]:
    if not legacy.has("whatsapp_migration_item"):
        return []
    cr.execute(
        "SELECT target_id FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_gateway' AND state = 'moved'"
    )
    return [row[0] for row in cr.fetchall()]


def _gateways_of_legacy_channels(cr: Any, legacy: Legacy) -> set[int]:
    if not has_strays(legacy):
        return set()
    cr.execute(
        "SELECT DISTINCT gateway_id FROM discuss_channel"
        " WHERE channel_type = 'chat' AND gateway_id IS NOT NULL"
    )
    return {row[0] for row in cr.fetchall()}


_NONE = "(SELECT NULL::integer AS id, NULL::integer AS message_id WHERE false)"
# The message of Discuss that a row names. Another provider's free text may be a small
# number by chance: then the two must be of one moment.
_NAMED = """
    (SELECT own.id, said.id AS message_id
       FROM (SELECT id, gateway_id, coalesce(create_date, sent_date) AS at,
                    CASE WHEN external_id ~ '^[0-9]{{1,9}}$'
                         THEN external_id::integer END AS number
               FROM whatsapp_message) own
       JOIN wamig_gateway_id gateway ON gateway.id = own.gateway_id
       JOIN mail_message said ON said.id = own.number
        AND said.model = 'discuss.channel'
        AND (NOT gateway.custom
             OR abs(extract(epoch FROM said.date - own.at)) <= {seconds})
       JOIN discuss_channel channel ON channel.id = said.res_id
      WHERE channel.gateway_id = own.gateway_id
         OR EXISTS (SELECT FROM {ledger} item
                     WHERE item.source_table = 'mail_message'
                       AND item.source_id = said.id))
"""
_FILL = """
    INSERT INTO wamig_origin
    WITH proved AS MATERIALIZED (
        SELECT message.id, message.gateway_id, message.create_date AS created,
               named.message_id, gateway.in_old, gateway.in_new, gateway.usual,
               CASE WHEN message.create_date < gateway.since THEN gateway.older
                    ELSE gateway.newer END AS answered,
               CASE WHEN gateway.id IS NULL THEN NULL
                    WHEN gateway.in_old AND NOT gateway.in_new THEN 'whatsapp_gateway'
                    WHEN gateway.in_new AND NOT gateway.in_old THEN 'mail_gateway'
                    WHEN NOT gateway.in_old THEN NULL
                    WHEN named.id IS NOT NULL THEN 'mail_gateway'
                    WHEN message.direction = 'outgoing' AND NOT gateway.custom
                     AND message.external_id ~ '^[0-9]+$' THEN 'mail_gateway'
                    WHEN message.direction = 'outgoing'
                     AND message.external_id ~ %(unique)s THEN 'whatsapp_gateway'
                    WHEN message.create_date < gateway.new_created
                     AND message.create_date < gateway.old_created IS NOT TRUE
                    THEN 'whatsapp_gateway'
                    WHEN message.create_date < gateway.old_created
                     AND message.create_date < gateway.new_created IS NOT TRUE
                    THEN 'mail_gateway'
               END AS proof
          FROM whatsapp_message message
     LEFT JOIN wamig_gateway_id gateway ON gateway.id = message.gateway_id
     LEFT JOIN {named} named ON named.id = message.id
    ), known AS (
        SELECT max(created) FILTER (WHERE proof = 'whatsapp_gateway') AS last_old,
               min(created) FILTER (WHERE proof = 'mail_gateway') AS first_new
          FROM proved
    ), judged AS (
        SELECT proved.*,
               CASE WHEN NOT (in_old OR in_new) OR gateway_id IS NULL THEN 'missing'
                    WHEN proof IS NOT NULL THEN proof
                    WHEN first_new IS NULL
                     AND (usual = 'whatsapp_gateway' OR last_old IS NULL) THEN usual
                    WHEN created < first_new AND created <= last_old
                    THEN 'whatsapp_gateway'
                    WHEN created >= first_new
                     AND created <= last_old IS NOT TRUE THEN 'mail_gateway'
               END AS source
          FROM proved CROSS JOIN known
    )
    SELECT id, gateway_id, coalesce(source, answered), source IS NULL, message_id,
           created
      FROM judged
"""
