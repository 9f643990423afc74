"""Each exit status of the command is given, with words that say what to do next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from odoo.addons.crm_whatsapp_migration.engine.runner import locked
from odoo.addons.crm_whatsapp_migration.terminal import exit_codes

from tests.migration.bench import Database, Legacy
from tests.migration.terminal import Terminal

MOVED = """
    SELECT count(*) FROM whatsapp_migration_item
     WHERE source_table = 'whatsapp_message' AND state = 'moved'
"""
LIVE = """
    INSERT INTO mail_message (model, res_id, message_type, body, date)
    SELECT 'discuss.channel', max(row_id), 'comment', '<p>Hola</p>', now()
      FROM whatsapp_migration_effect
     WHERE table_name = 'discuss_channel' AND operation = 'insert'
"""


@pytest.fixture
def one(legacy: Callable[..., Legacy]) -> Legacy:
    return legacy(rows=120)


@pytest.fixture
def command(one: Legacy, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys, one.database)


def test_from_plan_to_rollback(one: Legacy, command: Terminal, tmp_path: Path) -> None:
    """The whole way, as the guide goes it; each step's files are there."""
    database, folder = one.database, tmp_path / "informes"
    planned = command("plan", "--report-dir", folder)
    assert planned.code == exit_codes.OPEN_QUESTIONS == 3
    assert "Mensajes, 120: se migran" in planned.out
    assert "decisiones.json" in planned.err
    refused = command("run")
    assert refused.code == exit_codes.OPEN_QUESTIONS
    assert database.value("SELECT count(*) FROM whatsapp_migration_run") == 0

    answers = ("--decisions", one.decisions(tmp_path))
    assert command("plan", *answers).code == exit_codes.OK == 0
    rehearsed = command("run", *answers, "--dry-run")
    assert rehearsed.code == 0
    assert "Fue un ensayo: todo se deshizo." in rehearsed.out
    assert database.value(MOVED) == 0

    done = command("run", *answers, "--report-dir", folder)
    assert done.code == 0
    assert "Resultado: terminado." in done.out
    assert database.value(MOVED) > 50
    names = {path.name for path in folder.iterdir()}
    assert names >= {"plan.html", "report.html", "report.json", "rows.csv"}

    verified = command("verify")
    assert verified.code == 0
    assert "incorrectas: 0." in verified.out
    assert "FALLA" not in verified.out

    undone = command("rollback", "--yes")
    assert undone.code == 0
    assert "Resultado: revertido." in undone.out
    assert "mail_message: se quitaron" in undone.out
    again = command("rollback", "--yes")
    assert again.code == exit_codes.NOT_READY == 6
    assert "No hay ninguna ejecución que revertir" in again.err


def test_an_empty_second_run_leaves_report_and_rollback_as_they_were(
    one: Legacy, command: Terminal, tmp_path: Path
) -> None:
    database, folder = one.database, tmp_path / "informes"
    answers = ("--decisions", one.decisions(tmp_path), "--report-dir", folder)
    command("run", *answers)
    report = (folder / "report.html").read_text()
    first = database.value("SELECT max(id) FROM whatsapp_migration_run")

    again = command("run", *answers)

    assert again.code == 0
    assert "No quedaba nada por migrar" in again.out
    assert (folder / "report.html").read_text() == report
    command("report", "--report-dir", folder)
    told = json.loads((folder / "report.json").read_text())
    assert told["run"]["id"] == first
    undone = command("rollback", "--yes")
    assert undone.code == 0
    assert f"Se revirtió la ejecución {first}." in undone.out
    assert database.value(MOVED) == 0


def test_options_reach_the_engine(
    one: Legacy, command: Terminal, tmp_path: Path
) -> None:
    database = one.database
    twilio, custom = one.made.ids("twilio")[0], one.made.ids("custom")[0]
    with database.cursor() as cr:
        cr.execute(
            "INSERT INTO mail_gateway (name, token, gateway_type, webhook_user_id,"
            " company_id, whatsapp_from_phone, integrated_webhook_state)"
            " VALUES ('Hoy', 'EAA-now', 'whatsapp', 1, 1, '999', 'integrated')"
            " RETURNING id"
        )
        now = cr.fetchone()[0]
    gateways = one.made.decisions()["gateways"]
    del gateways[str(twilio)]
    answers = one.decisions(tmp_path, gateways=gateways)

    said = command(
        *("run", "--decisions", answers, "--batch", "7", "--limit", "100"),
        *("--gateway-map", f"{twilio}:{now}"),
    )

    assert said.code == 0, said.err
    assert 0 < database.value(MOVED) <= 100
    options = database.value("SELECT options FROM whatsapp_migration_run")
    assert (options["country"], options["batch"], options["limit"]) == ("CO", 7, 100)
    assert options["gateway_map"] == {str(twilio): now}
    token = "SELECT count(*) FROM discuss_channel WHERE gateway_id = %s"
    assert database.value(token, [now]) > 0
    skipped = "SELECT state FROM whatsapp_migration_item WHERE source_id = %s"
    where = " AND source_table = 'whatsapp_gateway'"
    assert database.rows(skipped + where, [custom]) == [("skipped",)]


def test_a_country_decides_how_numbers_are_read(command: Terminal) -> None:
    here, there = (
        command("plan", "--json", "--country", country).json for country in ("CO", "br")
    )

    assert there["options"]["country"] == "BR"
    # One person's `301…` and `+57 301…` are two persons then.
    conversations = [one["estimate"]["conversations"] for one in (here, there)]
    assert conversations[0] < conversations[1]


def test_what_is_told_to_a_program_is_json(
    one: Legacy, command: Terminal, tmp_path: Path
) -> None:
    answers = ("--decisions", one.decisions(tmp_path))

    planned = command("plan", "--json").json
    assert (planned["ready"], planned["generation"]) == (False, "1")
    assert command("run", "--json").json["ready"] is False
    done = command("run", "--json", *answers).json
    assert done["state"] == "done"
    assert done["counts"]["whatsapp_message"]["moved"] > 50
    verified = command("verify", "--json").json
    assert (verified["bad"], verified["good"]) == (0, len(verified["checks"]))
    words = {check["name"]: check["words"] for check in verified["checks"]}
    assert words["sums.whatsapp_message"].startswith("Registros de la tabla anterior")
    with one.database.cursor() as cr:
        cr.execute(LIVE)
    used = command("rollback", "--yes", "--json")
    assert (used.code, used.json["state"]) == (exit_codes.STILL_USED, "still_used")
    files = command("report", "--json", "--report-dir", tmp_path).json["files"]
    assert json.loads(Path(files[1]).read_text())["version"] == 1


def test_a_failed_check(
    moved_of: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    database: Database = moved_of("1").database.copy()  # type: ignore[attr-defined]
    try:
        with database.cursor() as cr:
            cr.execute(
                "UPDATE mail_message SET date = date + interval '1 second' WHERE id ="
                " (SELECT max(target_id) FROM whatsapp_migration_item"
                "   WHERE source_table = 'whatsapp_message')"
            )
        said = Terminal(capsys, database)("verify")
        kept = database.value("SELECT checks FROM whatsapp_migration_run")
    finally:
        database.drop()

    assert said.code == exit_codes.FAILED == 1
    [failing] = [line for line in said.out.splitlines() if line.startswith("FALLA")]
    assert failing.startswith("FALLA  Cada mensaje tiene la fecha")
    assert failing.endswith("(times.messages)")
    assert "se esperaba: 0; se encontró: 1: " in said.out
    assert re.search(r"correctas: \d\d; incorrectas: 1\.", said.out)
    assert [check["name"] for check in kept if not check["ok"]] == ["times.messages"]


@pytest.mark.usefixtures("impatient")
def test_another_one_is_at_work(one: Legacy, command: Terminal, tmp_path: Path) -> None:
    answers = ("--decisions", one.decisions(tmp_path))
    with locked(one.database.connect):
        for words in (("run", *answers), ("rollback", "--yes")):
            said = command(*words)
            assert said.code == exit_codes.LOCKED == 4
            assert "Otra ejecución o reversión está trabajando" in said.err


def test_what_people_use_is_asked_of(
    one: Legacy, command: Terminal, tmp_path: Path
) -> None:
    command("run", "--decisions", one.decisions(tmp_path))
    with one.database.cursor() as cr:
        cr.execute(LIVE)

    said = command("rollback", "--yes")
    assert said.code == exit_codes.STILL_USED == 7
    assert "--later keep" in said.err
    assert "--later drop" in said.err
    assert "- mensajes posteriores que dependen de conversaciones" in said.out
    kept = command("rollback", "--yes", "--later", "keep", "--report-dir", tmp_path)
    assert kept.code == 0
    assert "Se conservaron" in (tmp_path / "report.html").read_text()


def test_nobody_there_to_confirm_is_a_no(
    one: Legacy, command: Terminal, tmp_path: Path
) -> None:
    command("run", "--decisions", one.decisions(tmp_path))
    moved = one.database.value(MOVED)

    said = command("rollback")

    assert said.code == exit_codes.USAGE == 2
    assert "use --yes" in said.err
    assert one.database.value(MOVED) == moved


def test_every_code_has_words_in_help(command: Terminal) -> None:
    said = command.say("--help")

    assert said.code == 0
    codes = {
        value
        for name, value in vars(exit_codes).items()
        if name.isupper() and isinstance(value, int)
    }
    assert codes == set(exit_codes.WORDS) == set(range(8))
    for words in ("0  todo salió bien", "7  la reversión necesita --later"):
        assert words in said.out
