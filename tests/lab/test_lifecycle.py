"""Starts and ends, also the ugly ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import psutil

from lab import people, processes
from lab.processes import Process
from lab.rpc import OdooClient
from lab.state import State
from lab.waiting import wait_until
from tests.lab.lab_folder import LabFolder

KEPT = "Cliente que se queda"


def ports(state: State) -> list[int]:
    fake = int(state.simulator["url"].rsplit(":", 1)[1])
    return [state.odoo["port"], fake, state.postgres["port"], state.mail["port"]]


def test_two_labs_start_at_once_and_end_apart(
    folder: LabFolder, other_folder: LabFolder
) -> None:
    both = [lab.start("up") for lab in (folder, other_folder)]
    outputs = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs

    one, two = folder.state, other_folder.state
    assert not set(ports(one)) & set(ports(two))
    assert folder.run("down")[0] == 0
    assert folder.leftovers == []
    assert all(processes.port_is_free(port) for port in ports(one))
    assert other_folder.state.healthy

    assert other_folder.run("down", "--purge")[0] == 0
    assert other_folder.leftovers == []
    assert not other_folder.home.exists()


def test_a_lab_whose_odoo_was_killed_is_found_and_replaced(folder: LabFolder) -> None:
    old = folder.up()
    client = OdooClient(
        old.odoo["url"], old.odoo["database"], people.ADMIN, people.ADMIN
    )
    client.call("res.partner", "create", [{"name": KEPT}])
    odoo = old.process("odoo")
    assert odoo is not None
    handle = odoo.handle()
    assert handle is not None
    handle.kill()
    handle.wait(10)
    status, output = folder.run("status")
    assert status != 0
    assert "DETENIDO" in output

    new = folder.up()
    assert new.healthy
    # What was in it goes on.
    client = OdooClient(
        new.odoo["url"], new.odoo["database"], people.ADMIN, people.ADMIN
    )
    assert client.call("res.partner", "search_count", [["name", "=", KEPT]]) == 1
    assert client.call("mail.gateway", "search_count", []) == 1
    assert [p.name for p in old.all_processes() if p.alive] == []


def test_an_interrupted_start_leaves_nothing(folder: LabFolder) -> None:
    process = folder.start("up")
    wait_until(
        "Esperando al simulador",
        lambda: bool((state := State.load(folder.home)) and state.processes),
        alive=lambda: process.poll() is None,
        failure=AssertionError("the start ended before anything ran"),
    )
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert folder.leftovers == []
    assert State.load(folder.home) is None


def test_a_start_that_was_killed_is_cleaned_by_the_next(folder: LabFolder) -> None:
    process = folder.start("up")
    wait_until(
        "Esperando a PostgreSQL",
        lambda: bool(
            (state := State.load(folder.home)) and "postgres" in state.processes
        ),
        alive=lambda: process.poll() is None,
        failure=AssertionError("the start ended before anything ran"),
    )
    process.kill()
    process.communicate()
    orphans = [p for p in folder.state.all_processes() if p.alive]
    assert orphans
    # Without its state the lab still knows its own.
    folder.state.path.unlink()

    assert folder.run("down")[0] == 0
    assert folder.leftovers == []
    assert [p.name for p in orphans if p.alive] == []


def test_a_recycled_pid_is_not_ours(folder: LabFolder) -> None:
    folder.home.mkdir()
    (folder.home / "wa-lab").touch()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        state = State(home=str(folder.home))
        real = psutil.Process(stranger.pid).create_time()
        state.add(Process("odoo", stranger.pid, real - 100))
        assert folder.run("down")[0] == 0
        assert stranger.poll() is None
        stranger.kill()


def test_a_port_in_use_is_said_before_anything_starts(folder: LabFolder) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        status, output = folder.run("up", ODOO_PORT=port)
    assert status == 1
    assert f"El puerto {port} está ocupado" in output
    assert "Traceback" not in output
    assert folder.leftovers == []


def test_a_folder_with_other_things_is_not_taken(folder: LabFolder) -> None:
    folder.home.mkdir()
    mine = folder.home / "tesis.txt"
    mine.write_text("no borrar")
    status, output = folder.run("up")
    assert status == 1
    assert "no es un laboratorio" in output
    assert folder.run("down", "--purge")[0] == 0
    assert mine.read_text() == "no borrar"


def test_the_folder_of_a_closed_account_serves_too(tmp_path: Path) -> None:
    """As root, PostgreSQL runs as another user, who cannot enter ours."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    lab = LabFolder(closed / "lab")
    try:
        assert lab.up().healthy
        assert (os.geteuid() == 0) == (not (lab.home / "postgres").exists())
    finally:
        lab.run("down", "--purge")
    assert lab.leftovers == []
