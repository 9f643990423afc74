"""Nothing is moved while a question is open; each is asked in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.decisions import DecisionsError
from odoo.addons.crm_whatsapp_migration.engine.runner import OpenQuestions

from tests.migration.bench import Database, Legacy
from tests.migration.compare import differences, photograph
from tests.migration.driving import plan, run
from tests.migration.handmade import BEGAN, Hand, written


def _codes(found: Any) -> list[str]:
    return [question.code for question in found.open_questions]


@pytest.fixture(scope="module")
def one(bench: Any, filled: Any) -> Any:
    from tests.migration.generator import Wish  # noqa: PLC0415
    from tests.migration.legacy import Leftover  # noqa: PLC0415

    key = (Wish(rows=400, generation="1"), Leftover.UNINSTALLED)
    if key not in filled:
        filled[key] = bench.legacy(*key)
    return filled[key]


def test_without_answers_everything_is_asked(one: Legacy) -> None:
    found = plan(one.database)
    made = one.made
    asked = {(question.code, question.path[1:2]) for question in found.open_questions}

    for provider in ("twilio", "custom"):
        ids = [str(id_) for id_ in made.ids(provider)]
        assert {(f"gateway_{provider}", (id_,)) for id_ in ids} <= asked
    # One of the three of Meta is archived, two share a token.
    assert [code for code in _codes(found) if code.startswith("gateway_")].count(
        "gateway_archived"
    ) == 1
    assert "gateway_token" in _codes(found)
    for template in made.templates:
        for key in ("action", "category", "language"):
            assert (f"template_{key}", (str(template),)) in asked
    assert ("variable", ("name",)) in asked
    assert ("variable", ("descuento",)) in asked
    assert ("variable", ("company",)) not in asked
    assert ("two_numbers", ()) in asked
    assert ("chatter", ()) in asked
    assert {path[0] for code, path in asked if code == "partner_two_numbers"} == {
        str(partner) for partner in made.shared_partners
    }


def test_with_two_gateways_a_template_is_asked_for_its_own(one: Legacy) -> None:
    answers = one.made.decisions(templates={})
    first = next(iter(one.made.templates))
    asked = {
        (question.code, question.path)
        for question in plan(one.database, answers).open_questions
    }
    assert ("template_gateway", ("templates", str(first), "gateway")) in asked


def test_questions_are_sentences_in_both_languages(one: Legacy) -> None:
    for question in plan(one.database).open_questions:
        english, spanish = question.say("en"), question.say("es")
        assert english != spanish
        assert len(spanish) > 20
        assert "%(" not in english + spanish


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (("two_numbers",), "two_numbers"),
        (("chatter",), "chatter"),
        (("gateways", "twilio"), "gateway_twilio"),
        (("gateways", "custom"), "gateway_custom"),
        (("partner_two_numbers",), "partner_two_numbers"),
    ],
)
def test_one_missing_answer_is_enough_to_refuse(
    one: Legacy, path: tuple[str, ...], code: str
) -> None:
    answers = json.loads(json.dumps(one.made.decisions()))
    if len(path) == 1:
        del answers[path[0]]
    else:
        del answers["gateways"][str(one.made.ids(path[1])[0])]
    found = plan(one.database, answers)

    assert set(_codes(found)) == {code}
    assert not found.ready
    with pytest.raises(OpenQuestions) as refused:
        run(one.database, answers)
    assert {question.code for question in refused.value.questions} == {code}
    assert one.database.value("SELECT count(*) FROM whatsapp_migration_run") == 0


def test_the_command_refuses_and_its_skeleton_filled_in_is_accepted(
    legacy: Callable[..., Legacy], tmp_path: Path
) -> None:
    own = legacy(rows=60)
    with own.database.cursor() as cr:
        before = photograph(cr, ())
    refused = own.database.migrate("run", expect=3)
    assert "Twilio" in refused.stdout
    assert "Preguntas sin responder" in refused.stderr
    with own.database.cursor() as cr:
        assert differences(before, photograph(cr, ())) == []

    own.database.migrate("plan", "--report-dir", tmp_path, expect=3)
    skeleton = json.loads((tmp_path / "decisiones.json").read_text())
    _fill(skeleton, own.made.decisions())
    answered = tmp_path / "respuestas.json"
    answered.write_text(json.dumps(skeleton))
    own.database.migrate("run", "--decisions", answered, expect=0)


def _fill(skeleton: dict[str, Any], answers: dict[str, Any]) -> None:
    """Put an answer where the skeleton has a null."""
    for key, value in skeleton.items():
        if key.startswith("_"):
            continue
        if isinstance(value, dict):
            _fill(value, answers.get(key, {}))
        elif value is None and key in answers:
            skeleton[key] = answers[key]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"gatways": "x"}, "gatways"),
        ({"two_numbers": "both"}, "two_numbers"),
        ({"gateways": {"3": {"action": "map"}}}, "needs an id"),
        ({"gateways": {"x": {"action": "skip"}}}, "is not an id"),
        ({"templates": {"*": {"category": "spam"}}}, "spam"),
        ({"mixed_gateways": {"1": "ayer"}}, "ayer"),
        ({"variables": {"name": "drop table"}}, "drop table"),
        ({"version": 7}, "7"),
    ],
)
def test_answers_that_mean_nothing_are_named(
    one: Legacy, answers: dict[str, Any], words: str
) -> None:
    with pytest.raises(DecisionsError, match=words):
        plan(one.database, answers)


# ------------------------------------------------------------------ answers unusable
@pytest.mark.parametrize(
    ("provider", "answer"),
    [
        ("twilio", {"action": "create"}),
        ("custom", {"action": "create"}),
        ("twilio", {"action": "map", "gateway": 999_999}),
        ("twilio", {"action": "join", "legacy": 999_999}),
    ],
)
def test_an_answer_that_cannot_be_used_leaves_the_question_open(
    one: Legacy, provider: str, answer: dict[str, Any]
) -> None:
    id_ = str(one.made.ids(provider)[0])
    answers = one.made.decisions()
    answers["gateways"] = {**answers["gateways"], id_: answer}
    found = plan(one.database, answers)

    assert _codes(found) == [f"gateway_{provider}"]
    assert [
        warning.code for warning in found.warnings if "gateway" in warning.code
    ] == ["gateway_answer"]
    with pytest.raises(OpenQuestions):
        run(one.database, answers)


def _two_generations(hand: Hand) -> tuple[int, int]:
    """An upgraded database in which an id is one of both tables."""
    new = hand.mail_gateway(create_date=BEGAN.replace(month=6))
    hand.row(
        "whatsapp_gateway",
        id=new,
        name="Vieja",
        provider="whatsapp_business",
        api_url="https://graph.facebook.com/v17.0/100000000000009/messages",
        api_key="EAA-vieja",
        active=True,
    )
    hand.message(new, "3012345678", "de antes", at=BEGAN.replace(month=3))
    hand.message(new, "3012345678", "de hoy", at=BEGAN.replace(month=7))
    return new, new


@pytest.mark.parametrize(
    ("answer", "old", "new", "rejected"),
    [
        ("whatsapp_gateway", 2, 0, 0),
        ("mail_gateway", 1, 1, 0),
        ("2026-05-01", 1, 1, 0),
        ("2026-08-01", 2, 0, 0),
        ("reject", 1, 0, 1),
    ],
)
def test_an_id_of_both_tables_is_asked_about(
    fresh: Callable[..., Database], answer: str, old: int, new: int, rejected: int
) -> None:
    database = fresh()
    gateway, _same = written(database, _two_generations, generation=2)
    asked = plan(database)
    # One is older than OCA's gateway: it needs no answer.
    assert _codes(asked) == ["mixed_gateway"]
    assert asked.open_questions[0].values["rows"] == 1
    assert asked.generation == "mixed"
    answers = {"mixed_gateways": {str(gateway): answer}}
    outcome = run(database, answers)

    assert outcome.counts["whatsapp_message"]["rejected"] == (
        {"gateway_missing": 1} if rejected else {}
    )
    rows = database.rows(
        "SELECT channel.gateway_id = %s, count(*) FROM mail_message message"
        "  JOIN discuss_channel channel ON channel.id = message.res_id"
        " WHERE message.message_id LIKE '<whatsapp-legacy-%%' GROUP BY 1",
        [gateway],
    )
    found = dict(rows)
    assert (found.get(False, 0), found.get(True, 0)) == (old, new)


def test_rows_that_came_since_the_plan_and_need_an_answer_stop_the_run(
    legacy: Callable[..., Legacy],
) -> None:
    """The run plans for itself; what comes after that is found before it is moved."""
    own = legacy(rows=60)
    answers = own.made.decisions(two_numbers=None)
    with own.database.cursor() as cr:
        cr.execute("DELETE FROM whatsapp_message WHERE phone ~ '[;,/]'")
    assert plan(own.database, answers).ready
    with own.database.cursor() as cr:
        cr.execute(
            "UPDATE whatsapp_message SET phone = '3012345678 / 3107654321'"
            " WHERE id = (SELECT max(id) FROM whatsapp_message)"
        )
    with pytest.raises(OpenQuestions) as refused:
        run(own.database, answers)
    assert [question.code for question in refused.value.questions] == ["two_numbers"]
