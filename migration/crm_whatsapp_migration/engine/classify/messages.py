"""What becomes of each ``whatsapp_message``: conditions, the first that holds wins."""

from __future__ import annotations

from typing import Any

from ..decisions import NEAREST, REJECT
from ..legacy import Legacy
from ..options import Options
from ..reasons import REASONS
from ..times import is_odd, time_or_nearest
from . import same_text
from .origins import UNIQUE_ID
from .phones import OPEN_PHONE
from .sources import (
    has_inbound_wamids,
    has_messages,
    has_strays,
    has_wamids,
    ledger,
)

OPEN_GATEWAY = "open_gateway"
OPEN_DATE = "open_date"
# Reason of a row without a possible date, by what was decided about such rows.
_ODD_REASONS = {None: OPEN_DATE, NEAREST: "", REJECT: "date_impossible"}
# (condition, reason); aliases as in _INSERT below. A reason of '' means moved.
_RULES = (
    ("gateway.state = 'open'", OPEN_GATEWAY),
    ("gateway.state IS NULL OR gateway.state = 'rejected'", "gateway_missing"),
    ("gateway.state = 'skipped'", "gateway_skipped"),
    (
        "coalesce(message.direction, '') NOT IN ('incoming', 'outgoing')",
        "direction_unknown",
    ),
    ("message.state = 'draft' AND %(skip_drafts)s", "draft"),
)

_INSERT = """
    INSERT INTO wamig_message
    SELECT id, CASE WHEN done THEN done_state ELSE fate.state END,
           CASE WHEN done THEN done_reason ELSE found.reason END,
           gateway, key, at, incoming, twin_id, done
      FROM (
        SELECT message.id, item.state AS done_state, item.reason AS done_reason,
               item.state IS NOT NULL AS done,
               CASE {rules}
                    WHEN twin.id IS NOT NULL THEN twin.reason
                    WHEN phone.reason = '' AND {odd} THEN %(odd_reason)s
                    ELSE coalesce(phone.reason, 'phone_empty') END AS reason,
               gateway.gateway, nullif(phone.key, '') AS key,
               {time} AS at,
               coalesce(message.direction = 'incoming', false) AS incoming,
               twin.message_id AS twin_id
          FROM whatsapp_message message
     LEFT JOIN wamig_origin origin ON origin.id = message.id
     LEFT JOIN wamig_gateway gateway ON gateway.id = origin.gateway_id
                                    AND gateway.source = origin.source
     LEFT JOIN wamig_phone phone ON phone.raw = coalesce(message.phone, '')
     LEFT JOIN wamig_twin twin ON twin.id = message.id
     LEFT JOIN {ledger} item ON item.source_table = 'whatsapp_message'
                            AND item.source_id = message.id) found
      JOIN unnest(%(reasons)s, %(states)s) AS fate (reason, state)
        ON fate.reason = found.reason
"""


def fill(cr: Any, legacy: Legacy, options: Options) -> None:
    if not has_messages(legacy):
        return
    _fill_twins(cr, legacy)
    fates = {code: reason.state for code, reason in REASONS.items()}
    fates.update(
        {"": "moved", OPEN_GATEWAY: "open", OPEN_PHONE: "open", OPEN_DATE: "open"}
    )
    rules = "\n".join(f"WHEN {rule} THEN '{reason}'" for rule, reason in _RULES)
    cr.execute(
        _INSERT.format(
            rules=rules,
            ledger=ledger(legacy),
            odd=is_odd("message"),
            time=time_or_nearest("message"),
        ),
        {
            "odd_reason": _ODD_REASONS[options.decisions.odd_dates],
            "skip_drafts": options.decisions.drafts != "note",
            "reasons": list(fates),
            "states": list(fates.values()),
        },
    )
    cr.execute("ANALYZE wamig_message")
    if has_strays(legacy):
        same_text.mark_twins(cr, legacy)
    _mark_duplicates(cr)


def _fill_twins(cr: Any, legacy: Legacy) -> None:
    """Messages of OCA's conversations that legacy rows repeat."""
    cr.execute(_BY_MESSAGE_ID)
    sources = []
    if has_wamids(legacy):
        sources.append(
            "SELECT gateway_message_id AS wamid, mail_message_id AS message_id"
            "  FROM mail_notification WHERE gateway_message_id LIKE 'wamid.%%'"
        )
    if has_inbound_wamids(legacy):
        sources.append(
            "SELECT whatsapp_wamid, id FROM mail_message"
            " WHERE whatsapp_wamid LIKE 'wamid.%%'"
        )
    if legacy.has("whatsapp_message_queue", "wamid", "message_id"):
        # Of a message with several files only one id is in its notification.
        sources.append(
            "SELECT wamid, message_id FROM whatsapp_message_queue"
            " WHERE wamid LIKE 'wamid.%%' AND message_id IS NOT NULL"
        )
    if sources:
        cr.execute(
            _BY_WAMID.format(sources=" UNION ".join(sources), ledger=ledger(legacy)), {}
        )
    cr.execute("ANALYZE wamig_twin")


# Generation 2 keeps the id of the message it posted in a conversation. After a stray
# was folded, the message is in OCA's conversation, and still the same message.
_BY_MESSAGE_ID = """
    INSERT INTO wamig_twin
    SELECT id, message_id, 'twin_message' FROM wamig_origin
     WHERE source = 'mail_gateway' AND message_id IS NOT NULL
"""

# Messages that an earlier run made of legacy rows are no twins of their duplicates.
_BY_WAMID = """
    INSERT INTO wamig_twin
    SELECT DISTINCT ON (message.id) message.id, known.message_id, 'twin_wamid'
      FROM ({sources}) known
      JOIN whatsapp_message message ON message.external_id = known.wamid
 LEFT JOIN {ledger} item ON item.target_table = 'mail_message'
                        AND item.target_id = known.message_id
                        AND item.source_table = 'whatsapp_message'
                        AND item.state = 'moved'
     WHERE item.source_id IS NULL
     ORDER BY message.id, known.message_id
        ON CONFLICT DO NOTHING
"""


def _mark_duplicates(cr: Any) -> None:
    """Of rows with one id of WhatsApp, the first stays, or the one that is there."""
    cr.execute(
        """
        WITH copies AS (
            SELECT mine.id, row_number() OVER (
                       PARTITION BY message.external_id, mine.incoming
                       ORDER BY mine.done DESC, mine.state, mine.id) AS place
              FROM wamig_message mine
              JOIN whatsapp_message message ON message.id = mine.id
             WHERE mine.state IN ('existing', 'moved') AND message.external_id ~ %s
        )
        UPDATE wamig_message mine SET state = 'skipped', reason = 'duplicate'
          FROM copies
         WHERE copies.id = mine.id AND copies.place > 1 AND NOT mine.done
           AND mine.state = 'moved'
        """,
        (UNIQUE_ID,),
    )
