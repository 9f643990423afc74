"""Histograms of old and new rows, counted apart from each other."""

from __future__ import annotations

from typing import Any

from .check import Check
from .scene import EXAMPLES, OLD_ID, OLD_TIME, Scene, digits
from .states import OLD_STATE, RANK

# The old rows that the ledger calls moved, and the messages that bear the mark of a
# migration: two ways to the same figures.
_OLD = """
    SELECT {key}, count(*)
      FROM whatsapp_message old
      JOIN whatsapp_migration_item item ON item.source_table = 'whatsapp_message'
       AND item.source_id = old.id AND item.state = 'moved'
     GROUP BY 1
"""
_NEW = """
    SELECT {key}, count(*)
      FROM mail_message new
      JOIN discuss_channel channel ON channel.id = new.res_id
      JOIN whatsapp_message old ON old.id = {id}
     WHERE new.model = 'discuss.channel'
     GROUP BY 1
"""
# Only what was sent has a line of state; a line of ours says that a draft was not.
_NEW_DIRECTION = """
    CASE WHEN new.message_type = 'notification' OR EXISTS (
              SELECT FROM mail_notification own WHERE own.mail_message_id = new.id
                 AND own.notification_type = 'gateway')
         THEN 'outgoing' ELSE 'incoming' END
"""
_OLD_STATE = f"""
    CASE WHEN old.direction = 'incoming' THEN 'received'
         WHEN old.state = 'draft' THEN 'draft'
         ELSE {OLD_STATE} END
"""
_NEW_NOTED = """
    LEFT JOIN LATERAL (
         SELECT own.whatsapp_state AS state FROM mail_notification own
          WHERE own.mail_message_id = new.id AND own.notification_type = 'gateway'
          ORDER BY own.id LIMIT 1) noted ON true
"""
_NEW_STATE = f"""
    CASE WHEN new.message_type = 'notification' THEN 'draft'
         WHEN noted.state IS NULL THEN 'received'
         WHEN {RANK.format("noted.state")}
              > {RANK.format(f"({OLD_STATE})")} THEN {_OLD_STATE}
         ELSE noted.state END
"""
# What a legacy gateway became, else the gateway itself (generation 2).
_OLD_GATEWAY = """
    coalesce((SELECT own.target_id FROM whatsapp_migration_item own
               WHERE own.source_table = 'whatsapp_gateway'
                 AND own.source_id = old.gateway_id), old.gateway_id)
"""


def check_counts(scene: Scene) -> list[Check]:
    checks = [
        _same(
            scene,
            "counts.month",
            "Messages per month are the same before and after.",
            f"to_char({OLD_TIME}, 'YYYY-MM')",
            f"CASE WHEN {OLD_TIME} IS NOT NULL THEN to_char(new.date, 'YYYY-MM') END",
        ),
        _same(
            scene,
            "counts.direction",
            "Received and sent messages are as many as before.",
            "old.direction",
            _NEW_DIRECTION,
        ),
        _same(
            scene,
            "counts.state",
            "Messages per state are the same before and after; a state that WhatsApp"
            " told since may be further.",
            _OLD_STATE,
            _NEW_STATE,
            new_from=_NEW_NOTED,
        ),
        _same(
            scene,
            "counts.person",
            "Messages per number are in conversations of that number: the last eight"
            " digits of the old number are those of the conversation.",
            _person("old.phone"),
            f"CASE WHEN position(right(token.digits, 8) in {digits('old.phone')}) > 0"
            f" THEN {_person('old.phone')} ELSE '?' END",
            new_from="""
                CROSS JOIN LATERAL (
                    SELECT coalesce(main.gateway_channel_token,
                                    channel.gateway_channel_token, '') AS digits
                      FROM (SELECT 1) one
                 LEFT JOIN discuss_channel main
                        ON main.id = channel.whatsapp_history_of_id) token
            """,
        ),
    ]
    if scene.has("whatsapp_gateway"):
        checks.append(_gateways(scene))
    return checks


def _person(column: str) -> str:
    # A number that was corrected by hand has other digits than its row.
    return (
        f"CASE WHEN {column} = ANY(%(corrected)s) THEN 'corrected'"
        f" ELSE right({digits(column)}, 8) END"
    )


def _gateways(scene: Scene) -> Check:
    return _same(
        scene,
        "counts.gateway",
        "Messages per gateway are those of the gateway that took its place.",
        _OLD_GATEWAY,
        "channel.gateway_id",
    )


def _same(
    scene: Scene, name: str, words: str, old: str, new: str, new_from: str = ""
) -> Check:
    params = {"corrected": list(scene.decisions.get("phones") or {})}
    before = dict(scene.rows(_OLD.format(key=old), **params))
    query = _NEW.format(key=new, id=OLD_ID).replace(
        " WHERE new.model", f"{new_from} WHERE new.model"
    )
    after = dict(scene.rows(query, **params))
    return _compare(name, words, before, after)


def _compare(
    name: str, words: str, before: dict[Any, int], after: dict[Any, int]
) -> Check:
    differ = sorted(
        (
            key
            for key in before.keys() | after.keys()
            if before.get(key) != after.get(key)
        ),
        key=str,
    )
    if not differ:
        return Check(name, True, sum(before.values()), sum(after.values()), words)
    shown = differ[:EXAMPLES]
    return Check(
        name,
        False,
        {str(key): before.get(key, 0) for key in shown},
        {str(key): after.get(key, 0) for key in shown},
        words,
    )
