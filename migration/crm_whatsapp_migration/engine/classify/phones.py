"""Every distinct raw number, read once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from psycopg2.extras import execute_values

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from ..legacy import Legacy
from ..options import Options
from ..phones import TWO_NUMBERS, NumberReader, Reading
from .sources import has_strays

# Reason of an unanswered question; no row of the ledger ever has it.
OPEN_PHONE = "open_phone"
_A_PART = 5000


def fill(cr: Any, legacy: Legacy, options: Options) -> None:
    """Read the numbers of messages and strays into ``wamig_phone``."""
    queries = []
    if legacy.has("whatsapp_message", "phone"):
        queries.append("SELECT DISTINCT coalesce(phone, '') FROM whatsapp_message")
    if has_strays(legacy):
        queries.append(
            "SELECT DISTINCT coalesce(gateway_channel_token, '') FROM discuss_channel"
            " WHERE channel_type = 'chat' AND gateway_id IS NOT NULL"
        )
    if not queries:
        return
    cr.execute(" UNION ".join(queries))
    reader = NumberReader(options.country)
    raws = [row[0] for row in cr.fetchall()]
    # A part at a time: what is known of a quarter of a million numbers is large.
    for first in range(0, len(raws), _A_PART):
        rows = []
        for raw in raws[first : first + _A_PART]:
            reading = decide(reader.read(raw), raw, options, reader)
            row = (raw, reading.wa_id, reading.key, reading.reason)
            rows.append((*row, bool(reading.others)))
        execute_values(cr, "INSERT INTO wamig_phone VALUES %s", rows, page_size=1000)
    cr.execute("ANALYZE wamig_phone")


def decide(
    reading: Reading, raw: str, options: Options, reader: NumberReader
) -> Reading:
    """Apply what the administrator decided about a text that is no one number.

    :return: ``reason`` is a code of ``reasons.py``, or ``open_phone``; ``others`` of
        two numbers stay, whichever was chosen
    """
    if not reading.reason:
        return reading
    corrected = options.decisions.phones.get(raw)
    if corrected:
        fixed = reader.read(corrected)
        if fixed.wa_id:
            return fixed
    if reading.reason == TWO_NUMBERS:
        choice = options.decisions.two_numbers
        if choice in ("first", "second"):
            wa_id = reading.others[0 if choice == "first" else 1]
            return replace(reading, wa_id=wa_id, key=key_of(wa_id), reason="")
        if choice is None:
            return replace(reading, reason=OPEN_PHONE)
    return replace(reading, reason=f"phone_{reading.reason}")
