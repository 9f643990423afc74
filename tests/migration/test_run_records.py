"""Gateways, templates, leads and files: what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.migration.bench import Database
from tests.migration.driving import LATER, Moved, run
from tests.migration.handmade import BEGAN, Hand, written

NOTES = (
    "SELECT res_id, body FROM mail_message WHERE message_id LIKE '<whatsapp-lead-%%'"
)


# ------------------------------------------------------------------ gateways
def test_gateways_of_meta_are_made_anew_with_their_number(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> dict[str, int]:
        ids = {
            "plain": hand.gateway(1),
            "newer": hand.gateway(
                2, api_url="https://graph.facebook.com/v99.0/100000000000002/messages"
            ),
            "same": hand.gateway(3),
            "archived": hand.gateway(4, active=False),
            "odd": hand.gateway(5, api_url="https://old.example/x", api_key="EAA-1"),
            "odd_again": hand.gateway(
                6, api_url="https://old.example", api_key="EAA-1"
            ),
            "unused": hand.gateway(7, provider="twilio"),
        }
        hand.mail_gateway(3, whatsapp_from_phone="100000000000003", token="EAA-3")
        for place, gateway in enumerate(list(ids.values())[:-1]):
            hand.message(gateway, f"301234567{place}")
        return ids

    ids = written(database, write)
    created = ("archived", "odd", "odd_again")
    answers = {"gateways": {str(ids[one]): {"action": "create"} for one in created}}
    outcome = run(database, answers)
    rows = dict(
        database.rows(
            "SELECT source_id, ARRAY[state, reason] FROM whatsapp_migration_item"
            " WHERE source_table = 'whatsapp_gateway'"
        )
    )

    assert outcome.counts["whatsapp_message"]["moved"] == 6
    assert rows == {
        ids["plain"]: ["moved", None],
        ids["newer"]: ["moved", None],
        ids["same"]: ["existing", "gateway_same_number"],
        ids["archived"]: ["moved", None],
        ids["odd"]: ["moved", None],
        ids["odd_again"]: ["moved", None],
        ids["unused"]: ["skipped", "gateway_unused"],
    }
    made = database.rows(
        """
        SELECT gateway.name, token, webhook_secret, whatsapp_from_phone,
               whatsapp_version, gateway_type, integrated_webhook_state,
               webhook_key IS NOT NULL AND whatsapp_security_key IS NOT NULL
          FROM mail_gateway gateway
          JOIN whatsapp_migration_item item ON item.target_id = gateway.id
           AND item.source_table = 'whatsapp_gateway' AND item.state = 'moved'
         WHERE item.source_id IN %s ORDER BY gateway.id
        """,
        [(ids["plain"], ids["newer"])],
    )
    # Not connected: the admin switches the webhook when all is verified.
    assert made == [
        ("Línea 1", "EAA-1", "s", "100000000000001", "23.0", "whatsapp", None, True),
        ("Línea 2", "EAA-2", "s", "100000000000002", "99.0", "whatsapp", None, True),
    ]


def test_history_of_twilio_goes_where_it_was_mapped(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> tuple[int, int, int]:
        target, twilio = hand.mail_gateway(1), hand.gateway(2, provider="twilio")
        joins = hand.gateway(1, name="otra", api_key="EAA-x")
        same = hand.gateway(1, api_key="EAA-y")
        for place, gateway in enumerate((twilio, joins, same)):
            hand.message(gateway, f"301234567{place}", external_id=f"SM{place:032x}")
        return target, twilio, same

    target, twilio, same = written(database, write)
    answers = {
        "gateways": {
            str(twilio): {"action": "map", "gateway": target},
            str(same): {"action": "join", "legacy": same - 1},
        }
    }
    outcome = run(database, answers)
    assert outcome.counts["whatsapp_gateway"] == {
        "moved": 1,
        "existing": 2,
        "skipped": {},
        "rejected": {},
    }
    found = database.rows(
        "SELECT gateway_id = %s, count(*) FROM discuss_channel"
        " WHERE channel_type = 'gateway' GROUP BY 1 ORDER BY 1",
        [target],
    )
    assert found == [(False, 2), (True, 1)]
    wamids = (
        "SELECT count(*) FROM mail_notification WHERE gateway_message_id LIKE 'SM%%'"
    )
    assert database.value(wamids) == 3


# ------------------------------------------------------------------ templates
def test_templates_become_drafts_with_their_variables(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> list[int]:
        hand.message(hand.gateway(), "3012345678")
        return [
            hand.template("Bienvenida", "Hola {{name}}, {{company}}. {{ name }}"),
            hand.template("Bienvenida", "Otra de {{user}}", code="b2"),
            hand.template("Promoción ¡ya!", "{{descuento}} \U0001f389", code="p"),
            hand.template("Fuera", "{{x}}"),
        ]

    ids = written(database, write)
    answers = {
        "templates": {
            "*": {"action": "draft", "category": "utility", "language": "es"},
            str(ids[3]): {"action": "skip"},
        },
        "variables": {
            "name": "whatsapp_customer_name",
            "descuento": "partner_id.ref",
        },
    }
    outcome = run(database, answers)
    assert outcome.counts["whatsapp_template"] == {
        "moved": 3,
        "existing": 0,
        "skipped": {"template_decided_skip": 1},
        "rejected": {},
    }
    rows = database.rows(
        """
        SELECT template.name, template.body, template.state, template.category,
               template.language, template.model, template.template_uid,
               (SELECT array_agg(ARRAY[variable.name, variable.field_name]
                                 ORDER BY variable.id)
                  FROM mail_whatsapp_template_variable variable
                 WHERE variable.template_id = template.id)
          FROM mail_whatsapp_template template
          JOIN whatsapp_migration_item item ON item.target_id = template.id
           AND item.source_table = 'whatsapp_template' ORDER BY template.id
        """
    )
    kind = ("draft", "utility", "es", "crm.lead", None)
    assert rows == [
        (
            *("Bienvenida", "Hola {{1}}, {{2}}. {{1}}", *kind),
            [["{{1}}", "whatsapp_customer_name"], ["{{2}}", "partner_name"]],
        ),
        ("Bienvenida (b2)", "Otra de {{1}}", *kind, [["{{1}}", "user_id.name"]]),
        ("Promoción ¡ya!", "{{1}} \U0001f389", *kind, [["{{1}}", "partner_id.ref"]]),
    ]
    again = run(database, answers, LATER)
    assert again.counts == {}


# ------------------------------------------------------------------ leads
def test_each_lead_has_one_note_with_a_link(moved: Moved) -> None:
    rows = moved.rows(NOTES)
    leads = [lead for lead, _body in rows]
    wanted = moved.rows(
        """
        SELECT DISTINCT old.lead_id FROM whatsapp_migration_item item
          JOIN whatsapp_message old ON old.id = item.source_id
          JOIN crm_lead lead ON lead.id = old.lead_id
         WHERE item.source_table = 'whatsapp_message'
           AND item.state IN ('moved', 'existing') ORDER BY 1
        """
    )
    assert sorted(leads) == [lead for (lead,) in wanted]
    for lead, body in rows:
        pointer = moved.value(
            "SELECT gateway_channel_id FROM crm_lead WHERE id = %s", [lead]
        )
        assert f'data-oe-id="{pointer}"' in body


def test_leads_point_at_a_conversation_of_theirs_and_it_at_one_of_its_leads(
    moved: Moved,
) -> None:
    rows = moved.rows(
        """
        SELECT lead.id, channel.lead_id, channel.whatsapp_history_of_id,
               array_agg(DISTINCT old.lead_id)
          FROM crm_lead lead
          JOIN discuss_channel channel ON channel.id = lead.gateway_channel_id
          JOIN discuss_channel own
            ON coalesce(own.whatsapp_history_of_id, own.id) = channel.id
          JOIN mail_message new ON new.model = 'discuss.channel' AND new.res_id = own.id
          JOIN whatsapp_migration_item item ON item.source_table = 'whatsapp_message'
           AND item.target_table = 'mail_message' AND item.target_id = new.id
          JOIN whatsapp_message old ON old.id = item.source_id
         WHERE old.lead_id IS NOT NULL
         GROUP BY lead.id, channel.lead_id, channel.whatsapp_history_of_id
        """
    )
    assert rows
    for lead, of_channel, history_of, named in rows:
        assert history_of is None
        assert lead in named
        assert of_channel in named


def test_leads_are_found_by_the_numbers_of_their_conversations(moved: Moved) -> None:
    missing = """
        SELECT lead.id FROM crm_lead lead
          JOIN discuss_channel channel ON channel.id = lead.gateway_channel_id
         WHERE NOT EXISTS (SELECT FROM whatsapp_number number
                            WHERE number.lead_id = lead.id)
    """
    assert moved.rows(missing) == []


# ------------------------------------------------------------------ files and chatter
def test_files_hang_on_the_new_messages_with_every_byte(moved: Moved) -> None:
    rows = moved.rows(
        """
        SELECT file.res_model, file.res_id, new.res_id, file.store_fname, old.store
          FROM whatsapp_migration_item item
          JOIN (SELECT (before ->> 'res_id')::int AS row_id, row_id AS file_id,
                       before ->> 'res_model' AS store
                  FROM whatsapp_migration_effect
                 WHERE table_name = 'ir_attachment' AND operation = 'update') old
            ON old.row_id = item.source_id
          JOIN mail_message new ON new.id = item.target_id
          JOIN message_attachment_rel rel ON rel.message_id = new.id
                                         AND rel.attachment_id = old.file_id
          JOIN ir_attachment file ON file.id = old.file_id
         WHERE item.source_table = 'whatsapp_message'
        """
    )
    assert rows
    for model, res_id, channel, stored, before in rows:
        assert (model, res_id, before) == (
            "discuss.channel",
            channel,
            "whatsapp.message",
        )
        assert (moved.database.filestore / stored).is_file()
    left = moved.rows(
        """
        SELECT file.id FROM ir_attachment file
          JOIN whatsapp_migration_item item ON item.source_table = 'whatsapp_message'
           AND item.source_id = file.res_id AND item.state IN ('moved', 'existing')
         WHERE file.res_model = 'whatsapp.message'
        """
    )
    assert left == []


def _with_chatter(hand: Hand) -> int:
    gateway = hand.gateway()
    row = hand.message(gateway, "3012345678")
    hand.row(
        "mail_message",
        model="whatsapp.message",
        res_id=row,
        body="<p>Llamar el <b>lunes</b></p>",
        message_type="comment",
        author_id=3,
        date=BEGAN,
        is_internal=False,
    )
    return gateway


@pytest.mark.parametrize("answer", ["attach", "drop"])
def test_chatter_of_the_old_messages_is_kept_as_a_file_or_left(
    fresh: Callable[..., Database], answer: str
) -> None:
    database = fresh()
    gateway = written(database, _with_chatter)
    run(database, {"chatter": answer})
    files = (
        "SELECT convert_from(db_datas, 'UTF8'), res_model FROM ir_attachment"
        " WHERE description LIKE 'whatsapp-legacy-chatter%%' ORDER BY id"
    )
    rows = database.rows(files)
    if answer == "drop":
        assert rows == []
        return
    assert [model for _text, model in rows] == ["discuss.channel"]
    assert "Llamar el" in rows[0][0]

    # The old module goes on; its next note is kept too, the first is not doubled.
    def write_on(hand: Hand) -> None:
        row = hand.message(gateway, "3012345678", at=LATER)
        values: dict[str, Any] = {"model": "whatsapp.message", "res_id": row}
        hand.row(
            "mail_message",
            body="<p>Segunda nota</p>",
            message_type="comment",
            author_id=3,
            date=LATER,
            is_internal=False,
            **values,
        )

    with database.cursor() as cr:
        write_on(Hand(cr))
    run(database, {"chatter": answer}, LATER)
    texts = [text for text, _model in database.rows(files)]
    assert sum("Llamar el" in text for text in texts) == 1
    assert sum("Segunda nota" in text for text in texts) == 1
