"""What a plan finds in dirty data, said with figures, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace as Found
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.findings import Question
from odoo.addons.crm_whatsapp_migration.engine.plan import Plan

from tests.migration.bench import Bench, Database
from tests.migration.driving import Moved, plan, run
from tests.migration.generator.shares import Phone
from tests.migration.handmade import BEGAN, Hand, written


def _all(found: Any) -> dict[str, dict[str, Any]]:
    values = found.as_dict("es")
    return {
        one["code"]: one
        for one in (*values["blockers"], *values["warnings"], *values["notes"])
    }


def test_the_plan_counts_what_was_made(moved: Moved) -> None:
    found, made = _all(moved.plan), moved.made
    skipped = made.ids("twilio", "custom")
    for code, phone in (
        ("phone_empty", Phone.EMPTY),
        ("phone_letters", Phone.LETTERS),
        ("phone_unreadable", Phone.NOWHERE),
    ):
        rows = moved.outcome.counts["whatsapp_message"]["rejected"].get(code, 0)
        assert found.get(code, {"values": {"count": 0}})["values"]["count"] == rows
        assert rows <= made.count(phone=phone)
    drafts = made.count(state="draft") - sum(
        made.count(state="draft", gateway=gateway, generation=1) for gateway in skipped
    )
    assert found["drafts"]["values"]["count"] == drafts
    assert bool(found.get("strays")) == bool(made.strays)
    if made.strays:
        assert found["strays"]["values"]["count"] == made.strays
    histories = moved.value(
        "SELECT count(*) FROM discuss_channel WHERE whatsapp_history_of_id IS NOT NULL"
    )
    there = found.get("live_channels", {"values": {"count": 0}})
    assert there["values"]["count"] == histories


def test_time_and_space_are_told(moved: Moved) -> None:
    told = moved.plan.estimate
    assert told.messages == moved.outcome.counts["whatsapp_message"]["moved"]
    assert (told.seconds, told.bytes > told.messages * 500) == (1, True)
    assert any("MB" in line for line in moved.plan.words("es"))
    conversations = moved.value(
        "SELECT count(*) FROM discuss_channel WHERE channel_type = 'gateway'"
        " AND whatsapp_history_of_id IS NULL"
    )
    assert told.conversations <= conversations


def test_the_plan_is_json_and_holds_no_secret(moved: Moved) -> None:
    import json  # noqa: PLC0415

    text = json.dumps(moved.plan.as_dict("es"), default=str)
    tables = [("whatsapp_gateway", ("api_key", "api_secret"))]
    for table, columns in tables:
        for column in columns:
            for (secret,) in moved.rows(f"SELECT {column} FROM {table}"):
                assert secret not in text


@pytest.fixture(scope="module")
def dirty(bench: Bench) -> Iterator[Any]:
    """One of each oddity, planned, then run; generation 1."""
    database = bench.copy()

    def write(hand: Hand) -> Any:
        for column in ("lead_id", "partner_id", "template_id", "gateway_id"):
            hand.cr.execute(
                "ALTER TABLE whatsapp_message"
                f" DROP CONSTRAINT whatsapp_message_{column}_fkey"
            )
        gateway = hand.gateway()
        ids = {
            "gateway": gateway,
            "no_lead": hand.message(gateway, "3011111111", lead_id=9_999_999),
            "no_partner": hand.message(gateway, "3011111112", partner_id=9_999_999),
            "no_template": hand.message(gateway, "3011111113", template_id=9_999_999),
            "no_gateway": hand.message(9_999_999, "3011111114"),
            "no_direction": hand.message(gateway, "3011111115", direction=None),
            "no_state": hand.message(gateway, "3011111116", state=None),
            "no_times": hand.message(
                gateway, "3011111117", sent_date=None, create_date=None
            ),
        }
        for notation in ("3022222222", "+57 302 222 2222", "(302) 222-2222"):
            hand.message(gateway, notation)
        for variant in ("+5511987654321", "551187654321", "+55 11 98765-4321"):
            hand.message(gateway, variant)
        return ids

    ids = written(database, write)
    # One row has no date at all.
    planned = plan(database, {"odd_dates": "nearest"})
    outcome = run(database, {"odd_dates": "nearest"})
    yield Found(database=database, ids=ids, plan=planned, outcome=outcome)
    database.drop()


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("lead_gone", "no_lead"),
        ("partner_gone", "no_partner"),
        ("template_gone", "no_template"),
    ],
)
def test_rows_that_point_nowhere_are_named_and_moved(
    dirty: Any, code: str, row: str
) -> None:
    remark = _all(dirty.plan)[code]
    assert (remark["values"]["count"], remark["samples"]) == (1, (dirty.ids[row],))
    assert _end(dirty, row) == ("moved", None)


@pytest.mark.parametrize(
    ("row", "end"),
    [
        ("no_gateway", ("rejected", "gateway_missing")),
        ("no_direction", ("rejected", "direction_unknown")),
        ("no_state", ("moved", None)),
        ("no_times", ("moved", None)),
    ],
)
def test_what_lacks_something_ends_somewhere(
    dirty: Any, row: str, end: tuple[str, str | None]
) -> None:
    assert _end(dirty, row) == end


def _end(dirty: Any, row: str) -> tuple[str, str | None]:
    query = (
        "SELECT state, reason FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_message' AND source_id = %s"
    )
    found: tuple[str, str | None] = dirty.database.rows(query, [dirty.ids[row]])[0]
    return found


def test_a_gateway_that_is_gone_can_be_mapped(dirty: Any) -> None:
    remark = _all(dirty.plan)["gateway_missing"]
    assert remark["values"] == {"id": 9_999_999, "messages": 1}
    assert "--gateway-map 9999999:" in remark["text"]
    target = dirty.database.value("SELECT max(id) FROM mail_gateway")
    found = plan(dirty.database, gateway_map={9_999_999: target})
    assert found.expected["whatsapp_message"]["rejected"] == {"direction_unknown": 1}


def test_a_gateway_that_a_run_made_is_never_taken_for_one_of_generation_2(
    dirty: Any,
) -> None:
    """Its id may be that of an old one, and no foreign key tells them apart here."""
    made = dirty.database.value(
        "SELECT target_id FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_gateway' AND state = 'moved'"
    )
    assert made == dirty.ids["gateway"]
    again = plan(dirty.database)
    assert again.open_questions == []
    assert again.expected["whatsapp_message"] == dirty.plan.expected["whatsapp_message"]


def test_notations_and_variants_fold_into_one_person(dirty: Any) -> None:
    found = _all(dirty.plan)
    assert found["phone_notations"]["values"]["count"] == 2
    assert found["phone_variants"]["values"]["count"] == 1
    folded = dirty.database.rows(
        """
        SELECT channel.gateway_channel_token, count(*)
          FROM mail_message message
          JOIN discuss_channel channel ON channel.id = message.res_id
         WHERE message.model = 'discuss.channel'
           AND channel.gateway_channel_token ~ '^(57302|5511)' GROUP BY 1 ORDER BY 1
        """
    )
    assert [count for _token, count in folded] == [3, 3]
    assert dirty.plan.expected["whatsapp_message"] == {
        **dirty.outcome.counts["whatsapp_message"],
        "open": 0,
        "total": 13,
    }


def test_corrected_numbers_are_taken(fresh: Callable[..., Database]) -> None:
    database = fresh()

    def write(hand: Hand) -> None:
        gateway = hand.gateway()
        for phone in ("preguntar a Marta", "12345", "3012345678 / 3107654321", ""):
            hand.message(gateway, phone)

    written(database, write)
    asked = plan(database)
    assert [one.code for one in asked.open_questions] == ["two_numbers"]
    assert "3012345678 / 3107654321" in asked.open_questions[0].say("es")
    answers = {
        "two_numbers": "second",
        "phones": {"preguntar a Marta": "+57 300 111 2233", "12345": "sigue mal"},
    }
    answered = _question(plan(database, answers), "two_numbers")
    assert run(database, answers).counts["whatsapp_message"] == {
        "moved": 2,
        "existing": 0,
        "skipped": {},
        "rejected": {"phone_unreadable": 1, "phone_empty": 1},
    }
    tokens = database.rows(
        "SELECT gateway_channel_token FROM discuss_channel ORDER BY 1"
    )
    assert {token for (token,) in tokens} >= {"573001112233", "573107654321"}
    # An answer is told with what it is about, before the run and after it.
    for told in (answered, _question(plan(database, answers), "two_numbers")):
        assert (told.answer, told.values["count"]) == ("second", 1)
        assert told.values["samples"] == "3012345678 / 3107654321"
    assert not plan(database).open_questions


def _question(planned: Plan, code: str) -> Question:
    [found] = [one for one in planned.questions if one.code == code]
    return found


def test_a_live_conversation_is_told_and_gets_a_history(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> Any:
        gateway = hand.mail_gateway()
        lead = hand.lead("Ana", contact_name="Ana")
        channel = hand.channel(gateway, "573012345678")
        guest = hand.guest(gateway, "573012345678")
        at = BEGAN + timedelta(days=30)
        said = hand.said(channel, "<p>Ya estoy aquí</p>", at, author_guest_id=guest)
        hand.member(channel, said + 1, partner_id=3)
        for turn in range(3):
            way = "incoming" if turn == 1 else "outgoing"
            hand.message(
                gateway, "3012345678", f"viejo {turn}", lead_id=lead, direction=way
            )
        later = at + timedelta(days=1)
        hand.message(gateway, "3012345678", "después", lead_id=lead, at=later)
        return channel, said, lead

    channel, said, lead = written(database, write, generation=2)
    remark = _all(plan(database))["live_channels"]
    assert (remark["values"]["count"], remark["samples"]) == (1, ("573012345678",))
    run(database)

    history = database.rows(
        "SELECT id, channel_type, gateway_channel_token, whatsapp_state, lead_id, name"
        "  FROM discuss_channel WHERE whatsapp_history_of_id = %s",
        [channel],
    )
    assert [row[1:5] for row in history] == [("gateway", None, "closed", lead)]
    assert history[0][5].endswith(("(historial)", "(history)"))
    texts = (
        "SELECT id, body FROM mail_message WHERE res_id = %s"
        " AND model = 'discuss.channel' AND message_type = %s ORDER BY id"
    )
    old = database.rows(texts, [history[0][0], "comment"])
    assert [body for _id, body in old] == [f"<p>viejo {turn}</p>" for turn in range(3)]
    live = database.rows(texts, [channel, "comment"])
    assert [body for _id, body in live] == ["<p>Ya estoy aquí</p>", "<p>después</p>"]
    assert live[0][0] == said
    links = database.rows(texts, [channel, "notification"])
    assert len(links) == 1
    assert f"discuss.channel_{history[0][0]}" in links[0][1]
    pointer = "SELECT gateway_channel_id FROM crm_lead WHERE id = %s"
    assert database.value(pointer, [lead]) == channel
