"""What is typed wrong is answered in Spanish, with what to do, and never a crash."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.migration.bench import Bench, Database
from tests.migration.terminal import Terminal

USAGE, NOT_READY = 2, 6

WRONG_LINES = {
    (): "Falta: COMANDO",
    ("migrate",): "COMANDO: 'migrate' no es ninguno de",
    ("run", "--bach", "5"): "No existe la opción --bach. ¿Quiso decir --batch?",
    ("plan", "--batch", "5"): "No existe la opción --batch.",
    ("plan", "-i", "crm"): "No existe la opción -i.",
    ("run", "extra"): "No existe la opción extra.",
    ("run", "--batch", "0"): "--batch: '0' no es un número mayor que 0",
    ("run", "--batch", "muchos"): "'muchos' no es un número mayor que 0",
    ("run", "--limit", "-3"): "--limit: '-3' no es un número mayor que 0",
    ("run", "--limit"): "--limit necesita un valor.",
    ("run", "--country", "XX"): "'XX' no es un país; dos letras, como CO",
    ("plan", "--gateway-map", "3-7"): "'3-7' no es ANTES:HOY, como 3:7",
    ("plan", "--gateway-map", "3:7,x:1"): "'x:1' no es ANTES:HOY",
    ("rollback", "--later", "all"): "--later: 'all' no es ninguno de",
    ("verify", "--run", "uno"): "--run: 'uno' no es un número mayor que 0",
    ("run", "--dry-run=yes"): "--dry-run no lleva valor, y se dio 'yes'.",
    ("plan", "-c", "/no/odoo.conf"): "/no/odoo.conf no existe o no se puede leer.",
    ("plan", "--dec", "x.json"): "No existe la opción --dec.",
}


@pytest.fixture(scope="module")
def plain(bench: Bench) -> Iterator[Database]:
    """A database with the addon, and nothing of the old module; looked at only."""
    database = bench.copy("bridge")
    yield database
    database.drop()


@pytest.fixture
def command(plain: Database, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys, plain)


@pytest.mark.parametrize("words", WRONG_LINES, ids=" ".join)
def test_a_wrong_line(command: Terminal, words: tuple[str, ...]) -> None:
    said = command.say(*words)

    assert said.code == USAGE
    assert WRONG_LINES[words] in said.err
    assert "Ayuda: odoo-bin --addons-path=… whatsapp_migrate" in said.err
    assert said.out == ""


def test_the_same_in_english(command: Terminal) -> None:
    said = command.say("run", "--lang", "en", "--bach", "5")

    assert "There is no option --bach. Is --batch meant?" in said.err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no existe ese archivo"),
        ('{"two_numbers": ', "no es JSON válido, línea 1, columna 17"),
        ("[]", "debe ser un objeto JSON, {…}"),
        (b"\xff\xfe", "no es texto en UTF-8"),
        ('{"colour": 1}', "colour: ninguna pregunta se llama así"),
        ('{"two_numbers": "both"}', "two_numbers: 'both' no es una respuesta"),
        ('{"gateways": {"x": {"action": "skip"}}}', "gateways.x: eso no es un número"),
        (
            '{"gateways": {"3": {"action": "map"}}}',
            "gateways.3.gateway: 'map' necesita aquí un número de registro",
        ),
        ('{"gateways": {"3": "skip"}}', "gateways.3: debe ser un objeto, como"),
        ('{"version": 9}', "version: 9 no se conoce; este programa lee 1"),
        ('{"phones": {"x": 3}}', "phones.x: 3 no es un texto"),
        ('{"variables": {"x": "A B"}}', "variables.x: 'A B' no es un campo"),
        (
            '{"templates": {"*": {"language": "Spanish"}}}',
            "templates.*.language: 'Spanish' no es un idioma",
        ),
        (
            '{"partner_two_numbers": {"4": "+57"}}',
            "partner_two_numbers.4: '+57' no es un número como 573012345678",
        ),
        ('{"mixed_gateways": {"3": "ayer"}}', "mixed_gateways.3: 'ayer' no es una"),
    ],
)
def test_a_wrong_decisions_file(
    command: Terminal, tmp_path: Path, content: str | bytes | None, words: str
) -> None:
    path = tmp_path / "decisiones.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    said = command("plan", "--decisions", path)

    assert said.code == USAGE
    assert "Las decisiones no se pueden usar:" in said.err
    assert words in said.err


def test_every_mistake_of_a_file_is_told_at_once(
    command: Terminal, tmp_path: Path
) -> None:
    path = tmp_path / "decisiones.json"
    path.write_text(json.dumps({"drafts": 1, "chatter": 2, "colour": 3}))

    said = command("plan", "--decisions", path)

    assert said.err.count("\n- ") == 3


def test_a_file_of_a_windows_editor_is_read(command: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "decisiones.json"
    path.write_bytes(b'\xef\xbb\xbf{"drafts": "skip"}')

    assert command("plan", "--decisions", path).code == NOT_READY


def test_a_database_that_is_not_there(command: Terminal) -> None:
    said = command("plan", on="no_such_database")

    assert said.code == NOT_READY
    assert "No se pudo abrir la base de datos no_such_database" in said.err
    assert "Revise el nombre (-d)" in said.err


def test_a_database_that_is_not_of_odoo(command: Terminal) -> None:
    said = command("plan", on="postgres")

    assert said.code == NOT_READY
    assert "postgres no es una base de datos de Odoo" in said.err


def test_no_database(command: Terminal) -> None:
    said = command.say("plan")

    assert said.code == NOT_READY
    assert "Diga una base de datos: -d BASE." in said.err


def test_a_database_without_legacy_tables(command: Terminal) -> None:
    for words in ("plan", "run"):
        said = command(words)
        assert said.code == NOT_READY
        assert "No existe la tabla whatsapp_message" in said.out
        assert "Hay algo que corregir primero" in said.err


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("verify",), "No hay ninguna ejecución que verificar"),
        (("verify", "--run", "77"), "No hay ninguna ejecución que verificar"),
        (("report",), "Todavía no hay una ejecución: 'run' la hace."),
        (("report", "--run", "77"), "No hay una ejecución número 77."),
        (("rollback", "--yes"), "No hay ninguna ejecución que revertir"),
        (("rollback", "--yes", "--run", "77"), "No hay ninguna ejecución que revertir"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_without_a_run(
    command: Terminal, tmp_path: Path, words: tuple[str, ...], answer: str
) -> None:
    said = command(*words, "--report-dir", tmp_path)

    assert said.code == NOT_READY
    assert answer in said.err


def test_a_folder_that_cannot_be_written(command: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = command("plan", "--report-dir", tmp_path / "file" / "informes")

    assert said.code == USAGE
    assert "No se puede escribir en" in said.err
    assert "Dé otra carpeta en --report-dir." in said.err


@pytest.fixture(scope="module")
def before_ours(bench: Bench) -> Iterator[Database]:
    """A database of the old module alone; looked at only."""
    database = bench.copy("legacy1")
    yield database
    database.drop()


@pytest.mark.parametrize("words", ["run", "verify", "rollback", "report"])
def test_the_addon_is_not_installed(
    before_ours: Database, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    said = Terminal(capsys, before_ours)(words)

    assert said.code == NOT_READY
    assert "Instale primero el módulo: odoo-bin -d" in said.err
    assert "-i crm_whatsapp_migration" in said.err


def test_a_user_without_rights(
    before_ours: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    database = before_ours
    role = f"wa_limited_{secrets.token_hex(4)}"
    place = database.place
    place.administer("CREATE ROLE {} LOGIN PASSWORD 'limited'", role)
    limited = replace(place, server={**place.server, "user": role})
    limited = replace(limited, server={**limited.server, "password": "limited"})
    try:
        said = Terminal(capsys, replace(database, place=limited))("plan")
    finally:
        place.administer("DROP ROLE {}", role)

    assert said.code == NOT_READY
    assert "no tiene permiso para esto" in said.err
    assert "--db_user" in said.err
