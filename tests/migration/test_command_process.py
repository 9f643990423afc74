"""The command as a process of its own: how Odoo finds it, its bar, its interruption."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.migration.bench import Database, Legacy

MOVED = """
    SELECT count(*) FROM whatsapp_migration_item
     WHERE source_table = 'whatsapp_message' AND state = 'moved'
"""
#: Words of Spanish have accents; a terminal without UTF-8 must not crash the command.
PLAIN = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def one(legacy: Callable[..., Legacy]) -> Legacy:
    return legacy(rows=400)


@pytest.fixture
def started(one: Legacy, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`run`, a row at a time, so that it can be met in the middle."""
    words = ("whatsapp_migrate", "run", "-d", one.database.name, "--batch", "1")
    process = subprocess.Popen(
        one.database.argv([*words, "--decisions", one.decisions(tmp_path)]),
        env=one.database.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_interrupted_it_stops_between_batches_and_goes_on(
    one: Legacy, started: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert started.stderr
    told = []
    for line in started.stderr:
        told.append(line)
        if line.startswith("mensajes:"):
            break
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=120)

    assert started.returncode == 5, "".join(told) + err
    assert "Se detiene al terminar este lote." in err
    assert "Resultado: interrumpido." in out
    assert "Dé el mismo comando otra vez para continuar." in out
    assert "Traceback" not in err
    part = one.database.value(MOVED)

    answers = one.decisions(tmp_path)
    done = one.database.migrate("run", "--decisions", answers, expect=0)
    assert "Resultado: terminado." in done.stdout
    assert part < one.database.value(MOVED)
    verified = one.database.migrate("verify", expect=0)
    assert "incorrectas: 0." in verified.stdout


def test_on_a_terminal_there_is_a_bar(one: Legacy, tmp_path: Path) -> None:
    mine, theirs = pty.openpty()
    words = ("whatsapp_migrate", "run", "-d", one.database.name, "--batch", "100")
    process = subprocess.Popen(
        one.database.argv([*words, "--decisions", one.decisions(tmp_path)]),
        env=one.database.env(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(mine, 65536):
            shown += part
    except OSError:
        # Linux says so when the other end is closed.
        assert process.wait(60) == 0
    finally:
        os.close(mine)
        process.kill()
        process.wait()

    text = shown.decode()
    assert "\r[######" in text
    assert "mensajes: 100%  400/400  " in text
    assert "/s  faltan 0:0" in text


def test_on_a_terminal_the_name_of_the_database_confirms(
    one: Legacy, tmp_path: Path
) -> None:
    database = one.database
    database.migrate("run", "--decisions", one.decisions(tmp_path), expect=0)
    for answer, code in (("otra\n", 2), (f"{database.name}\n", 0)):
        mine, theirs = pty.openpty()
        os.write(mine, answer.encode())
        done = subprocess.run(
            database.argv(["whatsapp_migrate", "rollback", "-d", database.name]),
            env=database.env(),
            stdin=theirs,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        os.close(theirs)
        os.close(mine)
        assert done.returncode == code, done.stderr
        assert f"en la base de datos {database.name}" in done.stderr
        assert bool(database.value(MOVED)) == bool(code)


def test_a_terminal_without_accents_does_not_end_it(
    fresh: Callable[..., Database],
) -> None:
    done = fresh().migrate("plan", expect=6, env=PLAIN)

    assert "No existe la tabla whatsapp_message" in done.stdout
    assert "Traceback" not in done.stderr


def test_odoo_lists_the_command_and_shows_its_help(
    fresh: Callable[..., Database],
) -> None:
    database = fresh("legacy1")
    done = subprocess.run(
        database.argv(["whatsapp_migrate", "run", "--help"]),
        env=database.env(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "uso: odoo-bin --addons-path=… whatsapp_migrate run" in done.stdout
    for option in ("--decisions", "--gateway-map", "--country", "--batch", "--limit"):
        assert option in done.stdout
    assert sys.executable
