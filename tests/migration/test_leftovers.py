"""What is left of the old module: found before, during and after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from odoo.addons.crm_whatsapp_migration.engine.leftovers import find_files
from odoo.addons.crm_whatsapp_migration.engine.plan import Plan, make_plan

from tests.migration import driving
from tests.migration.bench import Database, Legacy
from tests.migration.legacy import Leftover

ADDONS = Path(__file__).parent / "addons"
MODULE = "crm_import_leads"


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / MODULE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _plan(database: Database, files: dict[str, str] | None) -> Plan:
    with closing(database.connect()) as connection, connection.cursor() as cr:
        return make_plan(cr, driving.options(), bool(files), files)


def _codes(plan: Plan) -> set[str]:
    return {remark.code for remark in plan.remarks}


def test_files_that_hold_whatsapp_are_named() -> None:
    found = find_files([ADDONS])

    assert found[f"{MODULE}/models/whatsapp_message.py"] == "whatsapp.message"
    assert found[f"{MODULE}/wizards/whatsapp_composer.py"] == "whatsapp.composer"
    assert f"{MODULE}/models/hr_employee.py" not in found


def test_the_webhook_and_the_views_are_named(tmp_path: Path) -> None:
    _write(tmp_path, "__manifest__.py", "{}")
    _write(tmp_path, "controllers/door.py", '@route("/whatsapp/webhook/<int:id>")')
    _write(tmp_path, "views/lead.xml", '<field name="whatsapp_message_ids"/>')
    _write(tmp_path, "models/lead.py", '_inherit = "crm.lead"')

    assert find_files([tmp_path / "nowhere", tmp_path]) == {
        f"{MODULE}/controllers/door.py": "webhook",
        f"{MODULE}/views/lead.xml": "records",
    }
    assert find_files([]) == {}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({f"{MODULE}/a.py": "whatsapp.composer, whatsapp.message"}, "composer_clash"),
        # The wizard was taken out, the rest of the module stays.
        ({f"{MODULE}/a.py": "whatsapp.message"}, "files_left"),
        ({}, "files_gone"),
        (None, None),
    ],
)
def test_only_the_wizards_file_is_in_the_way(
    legacy: Callable[..., Legacy], files: dict[str, str] | None, expected: str | None
) -> None:
    one = legacy(rows=60, left=Leftover.INSTALLED)
    plan = _plan(one.database, files)

    assert bool(plan.blockers) == (expected == "composer_clash")
    assert ("files_left" in _codes(plan)) == bool(files)
    if expected:
        assert expected in _codes(plan)


def test_views_and_activities_without_their_models_are_told(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=900)
    with one.database.cursor() as cr:
        cr.execute(
            """
            WITH made AS (
                INSERT INTO ir_ui_view (name, model, type, mode, priority, active,
                                        arch_db)
                VALUES ('old', 'crm.lead', 'form', 'primary', 16, true,
                        jsonb_build_object('en_US',
                            '<field name="whatsapp_message_ids"/>'))
                RETURNING id)
            INSERT INTO ir_model_data (module, name, model, res_id)
            SELECT %s, 'lead_form', 'ir.ui.view', id FROM made
            """,
            [MODULE],
        )
        cr.execute(
            "SELECT count(*) FROM mail_activity WHERE res_model = 'whatsapp.message'"
            " AND active"
        )
        activities = cr.fetchone()[0]

    gone = _plan(one.database, {})
    (records,) = (one for one in gone.remarks if one.code == "records_left")
    assert records.samples == (f"{MODULE}.lead_form",)
    (open_ones,) = (one for one in gone.remarks if one.code == "activities_left")
    assert open_ones.values["count"] == activities > 0

    there = _codes(_plan(one.database, {f"{MODULE}/a.py": "whatsapp.message"}))
    assert not {"records_left", "activities_left"} & there


def test_a_neutralised_copy_gets_gateways_that_cannot_send(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=60)
    one.database.rows(
        "INSERT INTO ir_config_parameter (key, value)"
        " VALUES ('database.is_neutralized', 'true') RETURNING id"
    )
    driving.run(one.database, one.made.decisions())

    made = one.database.rows(
        "SELECT token, webhook_secret FROM mail_gateway JOIN whatsapp_migration_item"
        " ON target_table = 'mail_gateway' AND target_id = mail_gateway.id"
        " AND whatsapp_migration_item.state = 'moved'"
    )
    assert made
    assert {token.split("-")[0] for token, _secret in made} == {"neutralized"}
    assert {secret for _token, secret in made} == {None}


def test_what_a_person_left_behind_stays_behind(legacy: Callable[..., Legacy]) -> None:
    one = legacy(rows=200)
    database = one.database
    driving.run(database, one.made.decisions())
    ((phone, row),) = database.rows(
        "SELECT phone, min(source_id) FROM whatsapp_migration_item"
        " JOIN whatsapp_message old ON old.id = source_id"
        " WHERE reason = 'phone_letters' GROUP BY phone ORDER BY 2 LIMIT 1"
    )
    database.rows(
        "UPDATE whatsapp_migration_item SET state = 'skipped', reason = 'decided_skip'"
        " WHERE source_table = 'whatsapp_message' AND source_id = %s RETURNING id",
        [row],
    )

    later = driving.run(
        database,
        one.made.decisions(phones={phone: "3205550199"}),
        driving.LATER,
    )

    assert later.state == "done"
    assert database.rows(
        "SELECT state, reason FROM whatsapp_migration_item"
        " WHERE source_table = 'whatsapp_message' AND source_id = %s",
        [row],
    ) == [("skipped", "decided_skip")]


def test_the_command_names_the_files(fresh: Callable[..., Database]) -> None:
    """The stand-in is on the addons path of this database."""
    told = fresh("legacy2").migrate("plan", "--lang", "en").stdout

    assert f"{MODULE}/models/whatsapp_message.py (whatsapp.message)" in told


def test_rows_of_the_old_wizard_are_found_before_they_stop_the_installation(
    fresh: Callable[..., Database],
) -> None:
    """They live until the daily cleaning, and for ever on a neutralised copy."""
    database = fresh("legacy1")
    database.rows(
        "WITH made AS (INSERT INTO whatsapp_gateway (name, provider, api_url)"
        " VALUES ('x', 'twilio', 'x') RETURNING id)"
        " INSERT INTO whatsapp_composer (phone, message, gateway_id)"
        " SELECT '+573012345678', 'x', id FROM made RETURNING id"
    )

    said = database.migrate("plan", expect=6).stdout
    database.rows("DELETE FROM whatsapp_composer RETURNING id")

    assert "Hay 1 ventanas del asistente anterior en la tabla whatsapp_composer" in said
    again = database.migrate("plan").stdout
    assert "ventanas del asistente anterior" not in again


def test_rows_of_the_new_wizard_are_in_nobodys_way(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=60, generation="2")
    with one.database.cursor() as cr:
        cr.execute(
            "INSERT INTO whatsapp_composer (gateway_id)"
            " SELECT min(id) FROM mail_gateway"
        )
    assert "composer_rows" not in _codes(_plan(one.database, {}))


def test_window_actions_without_their_models_break_nothing(
    legacy: Callable[..., Legacy],
) -> None:
    one = legacy(rows=60)
    with one.database.cursor() as cr:
        cr.execute(
            """
            WITH made AS (
                INSERT INTO ir_act_window (name, type, res_model, view_mode, context,
                                           binding_type)
                VALUES (jsonb_build_object('en_US', 'old'), 'ir.actions.act_window',
                        'whatsapp.message', 'list', '{}', 'action')
                RETURNING id)
            INSERT INTO ir_model_data (module, name, model, res_id)
            SELECT %s, 'old_action', 'ir.actions.act_window', id FROM made
            """,
            [MODULE],
        )
    assert "records_left" not in _codes(_plan(one.database, {}))
