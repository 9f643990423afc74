"""A plan reads and nothing else, whatever is left of the old module."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg2.errors
import pytest

from tests.migration.bench import Database, Legacy
from tests.migration.compare import differences, photograph
from tests.migration.conftest import GENERATIONS
from tests.migration.driving import plan, run
from tests.migration.generator import Wish, generate
from tests.migration.handmade import Hand, written
from tests.migration.legacy import MODULE, Leftover


def _codes(found: Any, level: str) -> set[str]:
    return {remark.code for remark in getattr(found, level)}


def _everything(database: Database) -> Any:
    with database.cursor() as cr:
        return photograph(cr, ())


@pytest.fixture(scope="module", params=["legacy1", "legacy2"])
def before_us(bench: Any, request: pytest.FixtureRequest) -> Any:
    """The old module at work, none of our addons installed; and what was made."""
    database = bench.copy(request.param)
    with database.cursor() as cr:
        made = generate(cr, Wish(rows=120, generation=request.param[-1]))
    yield Legacy(database, made)
    database.drop()


def test_a_database_before_ours_is_planned_and_left_as_it_was(
    before_us: Legacy,
) -> None:
    database, made = before_us.database, before_us.made
    before = _everything(database)
    found = plan(database, on_path=True)

    assert differences(before, _everything(database)) == []
    assert found.generation == made.generation
    counts = found.expected["whatsapp_message"]
    assert counts["total"] == made.rows
    assert "modules_missing" in _codes(found, "notes")
    assert found.open_questions
    assert not found.ready


def test_the_clash_of_the_two_wizards_is_found_before_it_bites(
    before_us: Legacy,
) -> None:
    """Generation 1 has none of OCA's modules: the clash lies ahead."""
    found = plan(before_us.database, on_path=True)
    ahead = before_us.made.generation == "1" or not before_us.database.value(
        "SELECT count(*) FROM ir_module_module"
        " WHERE name = 'mail_gateway_whatsapp' AND state = 'installed'"
    )
    blocked = "composer_clash" in _codes(found, "blockers")
    warned = "composer_ahead" in _codes(found, "warnings")
    assert (blocked, warned) == (not ahead, ahead)
    words = "\n".join(found.words("es"))
    assert "whatsapp.composer" in words
    assert MODULE in words


def test_the_command_says_it_without_our_addon_installed(
    before_us: Legacy, tmp_path: Any
) -> None:
    before = _everything(before_us.database)
    done = before_us.database.migrate("plan", "--json", "--report-dir", tmp_path)
    found = json.loads(done.stdout)

    assert done.returncode in (3, 6), done.stderr
    assert found["generation"] == before_us.made.generation
    assert found["expected"]["whatsapp_message"]["total"] == before_us.made.rows
    assert (tmp_path / "decisiones.json").is_file()
    assert differences(before, _everything(before_us.database)) == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_plan_of_every_generation_writes_nothing(
    legacy: Callable[..., Legacy], generation: str
) -> None:
    one = legacy(generation=generation)
    before = _everything(one.database)
    found = plan(one.database, one.made.decisions())

    assert differences(before, _everything(one.database)) == []
    assert found.ready
    assert found.generation == generation
    assert "generation" in _codes(found, "notes")


def test_the_plans_transaction_cannot_write(legacy: Callable[..., Legacy]) -> None:
    from odoo.addons.crm_whatsapp_migration.engine.options import Options  # noqa: PLC0415
    from odoo.addons.crm_whatsapp_migration.engine.plan import make_plan  # noqa: PLC0415

    one = legacy(rows=60)
    with closing(one.database.connect()) as connection, connection.cursor() as cr:
        make_plan(cr, Options())
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            cr.execute("DELETE FROM whatsapp_message")


@pytest.mark.parametrize(
    ("left", "note"),
    [
        (Leftover.INSTALLED, "files_gone"),
        (Leftover.UNINSTALLED, "half_removed"),
        (Leftover.UNKNOWN, "tables_only"),
    ],
)
@pytest.mark.parametrize("generation", ["1", "2"])
def test_whatever_is_left_of_the_module_its_rows_are_taken(
    legacy: Callable[..., Legacy], left: Leftover, note: str, generation: str
) -> None:
    one = legacy(rows=60, left=left, generation=generation)
    answers = one.made.decisions()
    found = plan(one.database, answers)

    leftovers = {"files_gone", "half_removed", "tables_only"}
    assert _codes(found, "notes") & leftovers == {note}
    assert found.ready
    outcome = run(one.database, answers)
    assert outcome.state == "done"
    assert outcome.counts["whatsapp_message"]["moved"] > 0


def test_files_on_the_path_of_an_installed_module_stop_plan_and_run(
    legacy: Callable[..., Legacy], tmp_path: Any
) -> None:
    one = legacy(rows=60, left=Leftover.INSTALLED)
    answers = one.made.decisions()
    before = _everything(one.database)
    with_files = plan(one.database, answers, on_path=True)
    assert _codes(with_files, "blockers") == {"composer_clash"}
    assert not with_files.ready
    with pytest.raises(Exception, match="open questions") as refused:
        run(one.database, answers, on_path=True)
    assert [found.code for found in refused.value.questions] == ["composer_clash"]
    assert differences(before, _everything(one.database)) == []
    # The command looks for the files itself; here they are not.
    one.database.migrate("run", "--decisions", one.decisions(tmp_path), expect=0)


def test_a_database_without_history_is_told_so(fresh: Callable[..., Database]) -> None:
    found = plan(fresh())
    assert _codes(found, "blockers") == {"no_history"}
    assert not found.ready


def test_an_empty_history_is_planned_and_run(fresh: Callable[..., Database]) -> None:
    database = fresh()
    written(database, lambda hand: None)
    assert plan(database).ready
    assert run(database).counts == {}


def test_another_series_is_refused(fresh: Callable[..., Database]) -> None:
    database = fresh()

    def write(hand: Hand) -> None:
        hand.cr.execute(
            "UPDATE ir_module_module SET latest_version = '16.0.1.3'"
            " WHERE name = 'base'"
        )

    written(database, write)
    found = plan(database)
    assert _codes(found, "blockers") == {"series"}
    assert "16.0" in "\n".join(found.words("es"))


def test_columns_that_others_require_are_found_before_anything_is_written(
    fresh: Callable[..., Database],
) -> None:
    database = fresh()

    def write(hand: Hand) -> None:
        hand.message(hand.gateway(), "3012345678")
        hand.cr.execute(
            """
            ALTER TABLE mail_message ADD COLUMN x_cost_center varchar;
            UPDATE mail_message SET x_cost_center = 'none';
            ALTER TABLE mail_message ALTER COLUMN x_cost_center SET NOT NULL;
            ALTER TABLE discuss_channel ADD COLUMN x_flag boolean;
            UPDATE discuss_channel SET x_flag = false;
            ALTER TABLE discuss_channel ALTER COLUMN x_flag SET NOT NULL;
            ALTER TABLE mail_guest ADD COLUMN x_kind varchar NOT NULL DEFAULT 'plain'
            """
        )

    written(database, write)
    before = _everything(database)
    found = plan(database)
    blocker = next(one for one in found.blockers if one.code == "columns_required")
    assert "mail_message.x_cost_center" in blocker.say("es")
    assert "x_flag" not in blocker.say("es")
    with pytest.raises(Exception, match="open questions"):
        run(database)
    assert differences(before, _everything(database)) == []

    with database.cursor() as cr:
        cr.execute("ALTER TABLE mail_message ALTER x_cost_center SET DEFAULT 'x'")
    assert run(database).state == "done"
    # A boolean is false, as Odoo writes it; a default is the database's.
    assert database.rows("SELECT DISTINCT x_flag FROM discuss_channel") == [(False,)]
    assert database.value("SELECT count(*) FROM mail_guest WHERE x_kind = 'plain'")
