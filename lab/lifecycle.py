"""Starts a whole lab and ends it; a lab is a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil

from lab import processes, services
from lab.console import LabError, say
from lab.databases import databases
from lab.locks import exclusive
from lab.postgres import Cluster
from lab.settings import Settings
from lab.state import State

MARKER = "wa-lab"


def up(settings: Settings, *, fresh: bool = False, keep_data: bool = True) -> State:
    """A healthy lab: the running one when it still fits, else a new start.

    A new start goes on with the database that a stopped lab left, unless `fresh` or
    not `keep_data`, or the code has changed since. `fresh` also replaces a lab that
    runs.
    """
    claim_folder(settings.home)
    with exclusive(settings.home / "lab.lock", "este mismo laboratorio"):
        running = State.load(settings.home)
        if (
            running
            and running.healthy
            and not fresh
            and services.fits(running, settings)
        ):
            say("  El laboratorio ya está en marcha.")
            return running
        _end(settings, "Limpiando un laboratorio anterior" if running else "")
        try:
            return services.start(settings, keep_data=keep_data and not fresh)
        except BaseException:
            # Also for Ctrl-C: what was started does not stay behind.
            _end(settings, "Deshaciendo el arranque")
            raise


def down(settings: Settings, *, purge: bool = False) -> bool:
    """Stop all of the lab's processes; whether there was one."""
    if not (settings.home / MARKER).is_file():
        return False
    with exclusive(settings.home / "lab.lock", "este mismo laboratorio"):
        _end(settings, "Deteniendo el laboratorio")
        if purge:
            databases(settings).drop(settings.home)
            Cluster(settings.home).clear()
    if purge:
        shutil.rmtree(settings.home)
    return True


def claim_folder(home: Path) -> None:
    """Make the lab's folder; refuse one that holds somebody's things."""
    marker = home / MARKER
    if home.is_dir() and any(home.iterdir()) and not marker.is_file():
        raise LabError(
            f"{home} existe y no es un laboratorio. Indique otra carpeta en WA_LAB_DIR."
        )
    home.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _end(settings: Settings, title: str) -> None:
    """End every process of the lab, recorded or not; forget the state."""
    home = settings.home
    state = State.load(home)
    recorded = [
        handle
        for process in (state.all_processes() if state else [])
        # PostgreSQL is ended by its own tool, after those that use it.
        if process.name != "postgres" and (handle := process.handle())
    ]
    known = {process.pid for process in recorded}
    strays = [p for p in processes.marked(home) if p.pid not in known]
    processes.stop(
        [p for p in (*recorded, *strays) if not _is_postgres(p)],
        title or "Deteniendo procesos sueltos",
    )
    # Ours in any case: the user may have named another server since.
    Cluster(home).stop()
    (home / "state.json").unlink(missing_ok=True)


def _is_postgres(process: psutil.Process) -> bool:
    try:
        return bool(process.name() == "postgres")
    except psutil.NoSuchProcess:
        return False
