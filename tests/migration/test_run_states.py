"""What became of outgoing messages: state, times, id of WhatsApp, why it failed."""

from __future__ import annotations

from typing import Any

from tests.migration.driving import Moved

#: (bridge's state, Odoo's) by the legacy one.
STATES = {
    "sent": ("sent", "pending"),
    "delivered": ("delivered", "sent"),
    "read": ("read", "sent"),
    "failed": ("failed", "exception"),
}
#: Longest reason that travels to the browser.
SHOWN = 520
ROWS = """
    SELECT old.id, old.state, old.external_id, old.error_message, old.sent_date,
           old.delivered_date, old.read_date, new.date, new.res_id,
           own.whatsapp_state, own.notification_status, own.gateway_message_id,
           own.whatsapp_failure, own.failure_reason, own.gateway_failure_reason,
           own.failure_type, own.whatsapp_sent_at, own.whatsapp_delivered_at,
           own.whatsapp_read_at, own.whatsapp_failed_at, own.gateway_channel_id,
           own.notification_type, own.gateway_type, own.is_read, own.author_id,
           own.res_partner_id
      FROM whatsapp_migration_item item
      JOIN whatsapp_message old ON old.id = item.source_id
      JOIN mail_message new ON new.id = item.target_id
      JOIN mail_notification own ON own.mail_message_id = new.id
     WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'
"""
COUNTED = """
    SELECT old.direction, count(own.id), count(*)
      FROM whatsapp_migration_item item
      JOIN whatsapp_message old ON old.id = item.source_id
 LEFT JOIN mail_notification own ON own.mail_message_id = item.target_id
     WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'
     GROUP BY old.direction, old.id
"""


def _notifications(moved: Moved) -> list[dict[str, Any]]:
    with moved.database.cursor() as cr:
        cr.execute(ROWS)
        names = [column.name for column in cr.description]
        return [dict(zip(names, row, strict=True)) for row in cr.fetchall()]


def test_what_went_out_has_one_and_what_came_in_has_none(moved: Moved) -> None:
    assert set(moved.rows(COUNTED)) == {("outgoing", 1, 1), ("incoming", 0, 1)}


def test_states_and_times_are_kept(moved: Moved) -> None:
    rows = _notifications(moved)
    for row in rows:
        assert (row["whatsapp_state"], row["notification_status"]) == STATES[
            row["state"]
        ], row["id"]
        for name in ("sent", "delivered", "read"):
            assert row[f"whatsapp_{name}_at"] == row[f"{name}_date"], row["id"]
        failed_at = row["date"] if row["state"] == "failed" else None
        assert row["whatsapp_failed_at"] == failed_at
    # What generation 2 sent is there already, but for a few.
    wanted = {"read"}
    if moved.made.generation != "2":
        wanted |= {"sent", "delivered", "failed"}
    assert {row["state"] for row in rows} >= wanted


def test_late_statuses_and_quotes_find_their_message(moved: Moved) -> None:
    """By wamid and conversation; an id of another kind is none."""
    rows = _notifications(moved)
    for row in rows:
        external = row["external_id"] or ""
        wanted = None if external.isdigit() else external or None
        assert row["gateway_message_id"] == wanted, row["id"]
        assert row["gateway_channel_id"] == row["res_id"]
        assert (row["notification_type"], row["gateway_type"]) == (
            "gateway",
            "whatsapp",
        )


def test_failures_keep_their_reason_and_alarm_nobody(moved: Moved) -> None:
    rows = _notifications(moved)
    for row in rows:
        # A failure with an author is listed in the author's systray.
        assert (row["author_id"], row["res_partner_id"], row["is_read"]) == (
            *(None, None),
            True,
        )
        reason = row["error_message"] if row["state"] == "failed" else None
        assert row["gateway_failure_reason"] == (reason and reason.strip())
        assert row["whatsapp_failure"] == row["failure_reason"]
        if row["state"] == "failed":
            assert row["failure_type"] == "unknown"
            shown = row["whatsapp_failure"]
            assert len(shown) <= SHOWN
            assert reason.strip().startswith(shown.removesuffix(" [...]"))
        else:
            assert (row["failure_type"], row["whatsapp_failure"]) == (None, None)
    if moved.made.generation == "1":
        assert any(len(row["error_message"] or "") > SHOWN for row in rows)
