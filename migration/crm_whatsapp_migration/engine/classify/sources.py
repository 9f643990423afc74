"""Which parts of a database there are to look into."""

from __future__ import annotations

from ..legacy import Legacy
from ..old_columns import REQUIRED


def has_messages(legacy: Legacy) -> bool:
    return legacy.has("whatsapp_message", *REQUIRED["whatsapp_message"])


def has_strays(legacy: Legacy) -> bool:
    """Tell whether conversations of generation 2 can exist."""
    return legacy.has(
        "discuss_channel", "channel_type", "gateway_id", "gateway_channel_token"
    )


def has_wamids(legacy: Legacy) -> bool:
    return legacy.has("mail_notification", "gateway_message_id", "gateway_channel_id")


def has_inbound_wamids(legacy: Legacy) -> bool:
    return legacy.has("mail_message", "whatsapp_wamid")


def has_ledger(legacy: Legacy) -> bool:
    return legacy.has("whatsapp_migration_item")


def effects(legacy: Legacy) -> str:
    """Subquery of the rows that earlier runs changed (``engine/effects.py``)."""
    if legacy.has("whatsapp_migration_effect"):
        return "whatsapp_migration_effect"
    return "(SELECT NULL::varchar AS table_name, NULL::integer AS row_id WHERE false)"


# A ledger that holds nothing, for databases without the addon.
_NO_LEDGER = """
    SELECT NULL::varchar AS source_table, NULL::integer AS source_id,
           NULL::varchar AS state, NULL::varchar AS reason,
           NULL::varchar AS target_table, NULL::integer AS target_id
     WHERE false
"""
_LEDGER = """
    SELECT source_table, source_id, state, coalesce(reason, '') AS reason,
           target_table, target_id
      FROM whatsapp_migration_item
     WHERE state IN ('moved', 'existing')
        OR (reason = 'decided_skip'
            AND source_table IN ('whatsapp_message', 'discuss_channel'))
"""


def ledger(legacy: Legacy) -> str:
    """Subquery of what is done for good.

    What was skipped or rejected is looked at again: a decision may have changed. Not
    what a person looked at on the screen and left behind.
    """
    return f"({_LEDGER if has_ledger(legacy) else _NO_LEDGER})"
