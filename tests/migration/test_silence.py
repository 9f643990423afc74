"""A run sends nothing, tells nobody and leaves nothing unread (C4)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.migration.bench import Legacy
from tests.migration.conftest import GENERATIONS
from tests.migration.driving import Moved, run

#: Tables in which something that is sent, told or done later would stand.
STILL = (
    *("mail_mail", "bus_bus", "mail_followers", "mail_activity", "ir_cron_trigger"),
    *("whatsapp_message_queue", "whatsapp_webhook_event", "whatsapp_assignment_log"),
    *("crm_lead_tag_rel", "mail_message_schedule", "mail_push", "res_partner"),
    *("mail_tracking_value", "ir_logging", "res_users"),
)
LEADS = """
    SELECT id, name, stage_id, user_id, team_id, active, probability, partner_id,
           write_uid, write_date, date_last_stage_update
      FROM crm_lead ORDER BY id
"""


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that Python connects to; the database's library is not Python."""
    found: list[Any] = []
    connect = socket.socket.connect

    def heard(self: socket.socket, address: Any) -> None:
        found.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", heard)
    return found


@pytest.fixture
def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("generation", GENERATIONS)
def test_nobody_is_called(
    legacy: Callable[..., Legacy],
    dialled: list[Any],
    closed_port: int,
    generation: str,
) -> None:
    one = legacy(rows=60, generation=generation)
    assert run(one.database, one.made.decisions()).state == "done"
    assert dialled == []
    # The ear is open: a call would have been heard.
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{closed_port}/", timeout=5)
    assert dialled


def test_the_command_calls_nobody_either(
    legacy: Callable[..., Legacy], tmp_path: Any
) -> None:
    one = legacy(rows=60)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.setblocking(False)
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        env = {"HTTP_PROXY": address, "HTTPS_PROXY": address, "http_proxy": address}
        answers = one.decisions(tmp_path)
        one.database.migrate("run", "--decisions", answers, expect=0, env=env)
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_tables_of_what_is_sent_or_told_are_as_they_were(moved: Moved) -> None:
    there = {
        table
        for (table,) in moved.rows(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public'"
        )
    }
    compared = [table for table in STILL if table in there]
    assert {"mail_mail", "bus_bus", "mail_followers", "mail_activity"} <= set(compared)
    for table in compared:
        query = f"SELECT * FROM {table} ORDER BY 1, 2"
        assert moved.rows(query) == moved.source.database.rows(query), table


def test_leads_are_not_touched_but_for_their_pointer(moved: Moved) -> None:
    assert moved.rows(LEADS) == moved.source.database.rows(LEADS)


def test_no_notification_is_for_a_user_or_waits_to_be_sent(moved: Moved) -> None:
    newest = moved.source.database.value(
        "SELECT coalesce(max(id), 0) FROM mail_notification"
    )
    rows = moved.rows(
        """
        SELECT DISTINCT notification_type, res_partner_id IS NULL, author_id IS NULL,
               is_read, mail_mail_id IS NULL
          FROM mail_notification WHERE id > %s
        """,
        [newest],
    )
    assert rows == [("gateway", True, True, True, True)]
    ready = "SELECT count(*) FROM mail_notification WHERE notification_status = 'ready'"
    assert moved.value(ready) == moved.source.database.value(ready)


def test_chatter_of_leads_gets_one_line_and_not_the_history(moved: Moved) -> None:
    before = (
        "SELECT res_id, count(*) FROM mail_message WHERE model = 'crm.lead' GROUP BY 1"
    )
    old, new = dict(moved.source.database.rows(before)), dict(moved.rows(before))
    assert {lead: count - old.get(lead, 0) for lead, count in new.items()}.items() <= {
        (lead, more) for lead in new for more in (0, 1)
    }
    assert any(count > old.get(lead, 0) for lead, count in new.items())


def test_no_conversation_gets_a_member_without_need(moved: Moved) -> None:
    """Members of before are those of before, but for advisers of their lead."""
    old = moved.source.database.rows(
        "SELECT channel_id, partner_id, guest_id FROM discuss_channel_member"
        " ORDER BY id"
    )
    new = moved.rows(
        """
        SELECT member.channel_id, member.partner_id, member.guest_id
          FROM discuss_channel_member member
         WHERE member.channel_id IN (SELECT unnest(%s))
           AND NOT EXISTS (
               SELECT FROM whatsapp_migration_effect effect
                WHERE effect.table_name = 'discuss_channel_member'
                  AND effect.operation = 'insert' AND effect.row_id = member.id)
         ORDER BY member.id
        """,
        [[channel for channel, *_who in old]],
    )
    assert new == old
