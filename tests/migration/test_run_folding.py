"""Conversations of generation 2 are folded; a twin is not doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from tests.migration.driving import Moved
from tests.migration.generator.shares import Phone
from tests.migration.test_run_states import STATES

STRAY = "channel.channel_type = 'chat' AND channel.gateway_id IS NOT NULL"
#: A stray, the conversation it was folded into, and the stray's messages of before.
FOLDED = f"""
    SELECT channel.id, item.target_id
      FROM discuss_channel channel
      JOIN whatsapp_migration_item item ON item.source_table = 'discuss_channel'
                                       AND item.source_id = channel.id
     WHERE {STRAY}
"""


@pytest.fixture(params=["2", "mixed"])
def moved(moved_of: Callable[[str], Moved], request: pytest.FixtureRequest) -> Moved:
    """Generation 1 made no second conversations."""
    return moved_of(request.param)


def test_strays_are_archived_and_empty_but_for_twins(moved: Moved) -> None:
    rows = moved.rows(
        f"SELECT channel.active FROM discuss_channel channel WHERE {STRAY}"
    )
    assert rows == [(False,)] * moved.made.strays
    left = moved.rows(
        f"""
        SELECT message.id FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
         WHERE message.model = 'discuss.channel' AND {STRAY}
        """
    )
    assert len(left) == moved.made.oddities["twin"] > 0


def test_each_stray_went_into_the_conversation_of_its_person(moved: Moved) -> None:
    rows = moved.rows(
        f"""
        SELECT stray.gateway_id, stray.gateway_channel_token, own.gateway_id,
               own.gateway_channel_token, own.channel_type, own.active
          FROM ({FOLDED}) folded (stray_id, target_id)
          JOIN discuss_channel stray ON stray.id = folded.stray_id
          JOIN discuss_channel own ON own.id = folded.target_id
        """
    )
    assert len(rows) == moved.made.strays
    for gateway, token, own_gateway, own_token, kind, active in rows:
        assert (gateway, key_of(token)) == (own_gateway, key_of(own_token))
        assert (kind, active, own_token[:1]) == ("gateway", True, own_token[0])
        assert not own_token.startswith("+")


def test_messages_keep_id_text_author_and_time(moved: Moved) -> None:
    columns = "id, body, author_id, author_guest_id, date, message_id, parent_id"
    query = f"""
        SELECT {columns} FROM mail_message WHERE model = 'discuss.channel'
           AND id <= %s ORDER BY id
    """
    newest = moved.source.database.value("SELECT max(id) FROM mail_message")

    assert moved.rows(query, [newest]) == moved.source.database.rows(query, [newest])


def test_of_twins_the_lower_id_is_shown_and_only_it(moved: Moved) -> None:
    shown = """
        SELECT message.res_id, message.body, message.author_id, count(*)
          FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
           AND channel.channel_type = 'gateway'
         WHERE message.model = 'discuss.channel' AND message.author_id IS NOT NULL
         GROUP BY 1, 2, 3, date_trunc('minute', message.date) HAVING count(*) > 1
    """
    hidden = f"""
        SELECT hidden.id, kept.id
          FROM mail_message hidden
          JOIN discuss_channel channel ON channel.id = hidden.res_id AND {STRAY}
          JOIN ({FOLDED}) folded (stray_id, target_id) ON folded.stray_id = channel.id
     LEFT JOIN mail_message kept ON kept.model = 'discuss.channel'
           AND kept.res_id = folded.target_id AND kept.body = hidden.body
           AND abs(extract(epoch FROM kept.date - hidden.date)) <= 2
         WHERE hidden.model = 'discuss.channel'
    """
    rows = moved.rows(hidden)
    assert moved.rows(shown) == []
    assert rows
    assert all(kept and kept < gone for gone, kept in rows)


def test_rows_whose_text_stands_there_are_not_written_again(moved: Moved) -> None:
    """They point at the message that is shown, which learns its state."""
    rows = moved.rows(
        """
        SELECT old.id, old.state, channel.channel_type, own.whatsapp_state,
               own.notification_status, own.whatsapp_delivered_at, old.delivered_date,
               own.gateway_channel_id = shown.res_id, old.direction
          FROM whatsapp_migration_item item
          JOIN whatsapp_message old ON old.id = item.source_id
          JOIN mail_message shown ON shown.id = item.target_id
          JOIN discuss_channel channel ON channel.id = shown.res_id
     LEFT JOIN mail_notification own ON own.mail_message_id = shown.id
                                    AND own.notification_type = 'gateway'
         WHERE item.source_table = 'whatsapp_message' AND item.state = 'existing'
        """
    )
    assert len(rows) == moved.outcome.counts["whatsapp_message"]["existing"] > 50
    ways = set()
    for id_, state, kind, whatsapp, status, delivered, wanted, same, way in rows:
        ways.add(way)
        if way == "incoming":
            # Nobody was told of it, and nobody is now.
            assert (kind, whatsapp, same) == ("gateway", None, None), id_
            continue
        assert (kind, same) == ("gateway", True), id_
        assert (whatsapp, status) == STATES[state], id_
        assert delivered == wanted, id_
    assert ways == {"incoming", "outgoing"}


def test_what_came_in_by_oca_is_not_doubled(moved: Moved) -> None:
    """It has no id there: text, moment and person say that it is the same."""
    doubled = """
        SELECT message.body, message.date, array_agg(channel.id)
          FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
           AND channel.channel_type = 'gateway'
         WHERE message.model = 'discuss.channel' AND message.message_type = 'comment'
           AND message.author_id IS DISTINCT FROM 3
         GROUP BY coalesce(channel.whatsapp_history_of_id, channel.id), message.body,
                  message.date
        HAVING count(*) > 1
    """
    assert moved.rows(doubled) == []
    shared = """
        SELECT target_id FROM whatsapp_migration_item
         WHERE source_table = 'whatsapp_message' AND reason = 'twin_message'
         GROUP BY target_id HAVING count(*) > 1
    """
    assert moved.rows(shared) == []
    found = """
        SELECT count(*) FROM whatsapp_migration_item item
          JOIN whatsapp_message old ON old.id = item.source_id
         WHERE item.source_table = 'whatsapp_message' AND item.state = 'existing'
           AND old.direction = 'incoming'
    """
    # One whose field holds no number belongs to nobody.
    wanted = sum(
        moved.made.count(direction="incoming", stands=True, phone=phone)
        for phone in (Phone.READABLE, Phone.TWO)
    )
    assert moved.value(found) == wanted > 0
