"""Who takes part: guests, contacts, conversations and their members."""

from __future__ import annotations

from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of

from tests.migration.driving import Moved
from tests.migration.generator.shares import Phone

UNREAD = """
    SELECT count(*) FROM discuss_channel_member member
      JOIN mail_message message ON message.model = 'discuss.channel'
       AND message.res_id = member.channel_id
       AND message.id >= member.new_message_separator
       AND message.message_type NOT IN ('notification', 'user_notification')
      JOIN discuss_channel channel ON channel.id = member.channel_id
     WHERE channel.channel_type = 'gateway'
"""
PINNED = """
    SELECT count(*) FROM discuss_channel_member member
      JOIN discuss_channel channel ON channel.id = member.channel_id
     WHERE channel.channel_type = 'gateway' AND member.partner_id IS NOT NULL
       AND (member.unpin_dt IS NULL OR member.last_interest_dt >= member.unpin_dt
            OR channel.last_interest_dt >= member.unpin_dt)
"""
MADE = """
    (SELECT row_id FROM whatsapp_migration_effect
      WHERE table_name = '{}' AND operation = 'insert')
"""
CHANNELS = MADE.format("discuss_channel")


def test_each_person_has_one_conversation_on_each_gateway(moved: Moved) -> None:
    made = moved.made
    skipped = set(made.ids("twilio", "custom"))
    wanted = {
        (gateway, key)
        for gateway, key in made.talks[Phone.READABLE] | made.talks[Phone.TWO]
        if gateway not in skipped
    }
    names = dict(
        moved.rows(
            "SELECT target_id, source_id FROM whatsapp_migration_item"
            " WHERE source_table = 'whatsapp_gateway' AND target_id IS NOT NULL"
        )
    )
    channels = moved.rows(
        "SELECT gateway_id, gateway_channel_token FROM discuss_channel"
        " WHERE channel_type = 'gateway' AND whatsapp_history_of_id IS NULL"
    )
    found = [
        (names.get(gateway, gateway), key_of(token)) for gateway, token in channels
    ]

    assert len(found) == len(set(found))
    assert set(found) == wanted


def test_guests_stand_for_who_is_no_contact(moved: Moved) -> None:
    rows = moved.rows(
        f"""
        SELECT guest.name, guest.access_token, guest.gateway_token,
               channel.gateway_channel_token, channel.name, channel.whatsapp_partner_id
          FROM mail_guest guest
          JOIN discuss_channel_member member ON member.guest_id = guest.id
          JOIN discuss_channel channel ON channel.id = member.channel_id
                                      AND channel.gateway_id = guest.gateway_id
         WHERE guest.id IN {MADE.format("mail_guest")}
           AND channel.whatsapp_history_of_id IS NULL
           AND channel.id IN {CHANNELS}
        """
    )
    tokens = {secret for _name, secret, *_rest in rows}

    assert rows
    assert len(tokens) == len(rows)
    for name, secret, number, token, channel, partner in rows:
        assert (number, name, partner) == (token, channel, None)
        assert len(secret) >= 32


def test_a_contact_has_one_number_on_a_gateway_the_one_decided(moved: Moved) -> None:
    several = """
        SELECT partner_id, gateway_id FROM res_partner_gateway_channel
         GROUP BY partner_id, gateway_id HAVING count(*) > 1
    """
    assert moved.rows(several) == []
    decided = moved.made.shared_partners
    bound = {
        (partner, gateway): number
        for partner, gateway, number in moved.rows(
            "SELECT partner_id, gateway_id, gateway_token"
            " FROM res_partner_gateway_channel"
        )
    }
    assert decided
    talks = moved.rows(
        "SELECT whatsapp_partner_id, gateway_id, array_agg(gateway_channel_token)"
        "  FROM discuss_channel WHERE whatsapp_history_of_id IS NULL"
        "   AND channel_type = 'gateway' AND whatsapp_partner_id IS NOT NULL"
        " GROUP BY 1, 2"
    )
    for partner, gateway, numbers in talks:
        assert bound[partner, gateway] in numbers
        wanted = key_of(min(decided.get(partner, numbers)))
        if wanted in map(key_of, numbers):
            assert key_of(bound[partner, gateway]) == wanted


def test_the_customer_and_the_adviser_are_members(moved: Moved) -> None:
    without = f"""
        SELECT channel.id FROM discuss_channel channel
     LEFT JOIN crm_lead lead ON lead.id = channel.lead_id
     LEFT JOIN res_users adviser ON adviser.id = lead.user_id
         WHERE channel.id IN {CHANNELS} AND channel.whatsapp_history_of_id IS NULL AND (
               NOT EXISTS (SELECT FROM discuss_channel_member own
                            WHERE own.channel_id = channel.id
                              AND (own.guest_id IS NOT NULL
                                   OR own.partner_id = channel.whatsapp_partner_id))
            OR adviser.id IS NOT NULL AND NOT EXISTS (
                   SELECT FROM discuss_channel_member own
                    WHERE own.channel_id = channel.id
                      AND own.partner_id = adviser.partner_id))
    """
    assert moved.rows(without) == []
    assert moved.value(f"SELECT count(*) FROM discuss_channel WHERE id IN {CHANNELS}")


def test_nothing_is_unread_and_nothing_comes_into_the_sidebar(moved: Moved) -> None:
    by_channel = UNREAD.replace("count(*)", "channel.id, count(*)", 1) + " GROUP BY 1"
    before = dict(moved.source.database.rows(by_channel))
    after = dict(moved.rows(by_channel))
    assert set(after) <= set(before)
    assert bool(after) == bool(moved.made.oddities["unread"])
    assert moved.value(f"{UNREAD} AND channel.id IN {CHANNELS}") == 0
    assert moved.value(f"{PINNED} AND channel.id IN {CHANNELS}") == 0
    assert moved.value(PINNED) == moved.source.database.value(PINNED)


def test_read_positions_lie_behind_everything(moved: Moved) -> None:
    rows = moved.rows(
        f"""
        SELECT member.new_message_separator, member.seen_message_id,
               member.fetched_message_id, member.last_seen_dt IS NOT NULL,
               newest.id, newest.comment
          FROM discuss_channel_member member
    CROSS JOIN LATERAL (
        SELECT max(id) AS id, max(id) FILTER (WHERE message_type = 'comment') AS comment
          FROM mail_message
         WHERE model = 'discuss.channel' AND res_id = member.channel_id) newest
         WHERE member.channel_id IN {CHANNELS} AND newest.id IS NOT NULL
        """
    )
    assert rows
    for separator, seen, fetched, dated, newest, comment in rows:
        assert separator > (comment or 0)
        assert (seen, fetched, dated) == (newest, newest, True)


def test_conversations_tell_what_was_last(moved: Moved) -> None:
    wrong = f"""
        SELECT channel.id, channel.whatsapp_last_at, last.date
          FROM discuss_channel channel
    CROSS JOIN LATERAL (
        SELECT max(date) AS date,
               max(date) FILTER (WHERE whatsapp_wamid IS NOT NULL) AS inbound
          FROM mail_message
         WHERE model = 'discuss.channel' AND res_id = channel.id
           AND message_type = 'comment') last
         WHERE channel.id IN {CHANNELS}
           AND (channel.whatsapp_last_at IS DISTINCT FROM last.date
                OR channel.whatsapp_last_inbound_at IS DISTINCT FROM last.inbound
                OR channel.whatsapp_state IS NULL
                OR channel.whatsapp_unread <> 0)
    """
    assert moved.rows(wrong) == []
