"""Messages: in order of time, by whom and when they were, as the text they were."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from lxml import html

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of, to_e164

from tests.migration.driving import NOW, Moved

LEGACY = ("whatsapp_gateway", "whatsapp_template", "whatsapp_message")
#: old: the legacy row, new: what it became.
PAIRS = """
      FROM whatsapp_migration_item item
      JOIN whatsapp_message old ON old.id = item.source_id
      JOIN mail_message new ON new.id = item.target_id
     WHERE item.source_table = 'whatsapp_message' AND item.state = 'moved'
"""
ADMIN_PARTNER = 3


def shown(body: str) -> str:
    """The text that a browser shows of a body."""
    tree = html.fromstring(body)
    for line_end in tree.iter("br"):
        line_end.tail = "\n" + (line_end.tail or "")
    return str(tree.text_content())


def tags(body: str) -> set[str]:
    return {str(element.tag) for element in html.fromstring(body).iter()}


def test_the_legacy_tables_are_as_they_were(moved: Moved) -> None:
    for table in LEGACY:
        query = f"SELECT * FROM {table} ORDER BY id"
        assert moved.rows(query) == moved.source.database.rows(query), table


def test_ids_ascend_with_the_time(moved: Moved) -> None:
    rows = moved.rows(f"SELECT new.date, old.id {PAIRS} ORDER BY new.id")

    assert len(rows) == moved.outcome.counts["whatsapp_message"]["moved"] > 50
    assert all(first <= second for first, second in pairwise(rows))


def test_a_conversation_reads_in_order_from_top_to_bottom(moved: Moved) -> None:
    """Folded messages and twins included: Discuss reads by id."""
    rows = moved.rows(
        """
        SELECT message.res_id, message.date FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
         WHERE message.model = 'discuss.channel' AND channel.channel_type = 'gateway'
           AND message.message_type = 'comment'
         ORDER BY message.res_id, message.id
        """
    )
    late = [
        (first, second)
        for first, second in pairwise(rows)
        if first[0] == second[0] and (first[1] - second[1]).total_seconds() > 2
    ]

    assert rows
    assert late == []


def test_each_message_is_in_the_conversation_of_its_person(moved: Moved) -> None:
    rows = moved.rows(
        f"""
        SELECT old.id, old.phone, main.gateway_channel_token, main.channel_type,
               main.gateway_id, coalesce(gateway.target_id, old.gateway_id)
          FROM (SELECT item.source_id, item.target_id {PAIRS}) pair
          JOIN whatsapp_message old ON old.id = pair.source_id
          JOIN mail_message new ON new.id = pair.target_id
                               AND new.model = 'discuss.channel'
          JOIN discuss_channel own ON own.id = new.res_id
          JOIN discuss_channel main
            ON main.id = coalesce(own.whatsapp_history_of_id, own.id)
     LEFT JOIN whatsapp_migration_item gateway
            ON gateway.source_table = 'whatsapp_gateway'
           AND gateway.source_id = old.gateway_id
        """
    )
    for id_, phone, token, kind, gateway, wanted in rows:
        first = re.split(r"[/;,]", phone)[0]
        assert key_of(token) == key_of(to_e164(first, ["CO"])), id_
        assert (kind, gateway) == ("gateway", wanted), id_
    assert len(rows) == moved.outcome.counts["whatsapp_message"]["moved"]


def test_authors_are_who_wrote(moved: Moved) -> None:
    rows = moved.rows(
        f"""
        SELECT old.direction, new.author_id, new.author_guest_id, old.partner_id,
               guest.gateway_token, channel.gateway_channel_token,
               channel.whatsapp_partner_id
          FROM (SELECT item.source_id, item.target_id {PAIRS}) pair
          JOIN whatsapp_message old ON old.id = pair.source_id
          JOIN mail_message new ON new.id = pair.target_id
          JOIN discuss_channel own ON own.id = new.res_id
          JOIN discuss_channel channel
            ON channel.id = coalesce(own.whatsapp_history_of_id, own.id)
     LEFT JOIN mail_guest guest ON guest.id = new.author_guest_id
        """
    )
    kinds = set()
    for direction, author, guest, partner, guest_token, token, customer in rows:
        if direction == "outgoing":
            assert (author, guest) == (ADMIN_PARTNER, None)
        elif guest:
            assert author is None
            assert key_of(guest_token) == key_of(token)
        else:
            assert author == customer
            assert partner in (None, customer)
        kinds.add((direction, bool(guest)))
    assert kinds == {("outgoing", False), ("incoming", False), ("incoming", True)}


def test_a_person_is_one_author_in_a_conversation(moved: Moved) -> None:
    several = """
        SELECT new.res_id FROM mail_message new
          JOIN discuss_channel channel ON channel.id = new.res_id
                                      AND channel.channel_type = 'gateway'
         WHERE new.model = 'discuss.channel' AND new.whatsapp_wamid IS NOT NULL
         GROUP BY new.res_id
        HAVING count(DISTINCT (new.author_id, new.author_guest_id)) > 1
    """
    assert moved.rows(several) == []


def test_times_are_when_it_happened(moved: Moved) -> None:
    wrong = f"""
        SELECT old.id, old.direction, old.sent_date, old.create_date, new.date {PAIRS}
           AND new.date <> CASE WHEN old.direction = 'outgoing'
                                THEN coalesce(old.sent_date, old.create_date)
                                ELSE old.create_date END
    """
    assert moved.rows(wrong) == []
    query = f"SELECT count(*) {PAIRS} AND new.create_date <> old.create_date"
    assert moved.value(query) == 0
    assert moved.value(f"SELECT max(new.date) {PAIRS}") < NOW


def test_message_ids_say_which_row_it_was(moved: Moved) -> None:
    uuid = moved.value(
        "SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'"
    )
    rows = moved.rows(f"SELECT old.id, new.message_id {PAIRS}")

    assert rows
    assert all(found == f"<whatsapp-legacy-{id_}@{uuid}>" for id_, found in rows)


def test_texts_are_shown_as_they_were_written(moved: Moved) -> None:
    rows = moved.rows(f"SELECT old.message, new.body {PAIRS}")
    for text, body in rows:
        assert shown(body) == text.replace("\r\n", "\n"), body
        assert tags(body) <= {"p", "br"}
    odd: dict[str, Any] = {
        "html": [text for text, _ in rows if "<script>" in text or "onerror" in text],
        "long": [text for text, _ in rows if len(text) > 4096],
        "emoji": [text for text, _ in rows if "\U0001f44b" in text],
    }
    assert odd["emoji"]
    assert odd["html"]


def test_what_came_in_keeps_the_id_of_whatsapp(moved: Moved) -> None:
    wrong = f"""
        SELECT old.id {PAIRS} AND new.whatsapp_wamid IS DISTINCT FROM
               CASE WHEN old.direction = 'incoming' THEN nullif(old.external_id, '') END
    """
    assert moved.rows(wrong) == []


def test_lines_are_of_the_kind_that_discuss_shows(moved: Moved) -> None:
    comment = moved.value(
        "SELECT res_id FROM ir_model_data WHERE module = 'mail' AND name = 'mt_comment'"
    )
    query = (
        "SELECT DISTINCT new.message_type, new.subtype_id, new.gateway_type,"
        f" new.is_internal {PAIRS}"
    )
    assert moved.rows(query) == [("comment", comment, "whatsapp", False)]
