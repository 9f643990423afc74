"""Starts a whole lab and ends it; a lab is a folder."""

from __future__ import annotations

import secrets
import shutil
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import psutil

from lab import (
    addons,
    gateway,
    people,
    processes,
    simulator,
    sources,
    templates,
)
from lab.console import LabError, say
from lab.databases import Databases, cursor, databases
from lab.locks import exclusive
from lab.odoo import PORT_TAKEN, Odoo
from lab.postgres import Cluster, Server
from lab.processes import Process
from lab.settings import Settings
from lab.simulator import World
from lab.sources import OdooSource
from lab.state import State
from lab.waiting import wait_until

MARKER = "wa-lab"
PORT_TRIES = 3


def running_key(source: OdooSource, settings: Settings) -> str:
    """Names all the code a lab runs: another key, another lab."""
    repository = settings.repository
    bridge, *others = addons.own(repository)
    layers = templates.layers(source, settings, bridge)
    code = [*others, repository / "simulator" / "src"]
    return "/".join([layers.people.key, *map(addons.content_key, code)])


def up(settings: Settings, *, fresh: bool = False) -> State:
    """A healthy lab: the running one when it still fits, else a new one."""
    claim_folder(settings.home)
    with exclusive(settings.home / "lab.lock", "este mismo laboratorio"):
        running = State.load(settings.home)
        if running and running.healthy and not fresh and _fits(running, settings):
            say("  El laboratorio ya está en marcha.")
            return running
        _end(settings, "Limpiando un laboratorio anterior" if running else "")
        try:
            return _start(settings)
        except BaseException:
            # Also for Ctrl-C: what was started does not stay behind.
            _end(settings, "Deshaciendo el arranque")
            raise


def _fits(running: State, settings: Settings) -> bool:
    """Whether what runs is what would be started now."""
    if running.workers != settings.workers:
        return False
    if settings.odoo_port and settings.odoo_port != running.odoo.get("port"):
        return False
    return running.key == running_key(sources.provide(settings), settings)


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


def _start(settings: Settings) -> State:
    home = settings.home
    source = sources.provide(settings)
    staged = addons.stage(home / "addons", source.series.name, settings.repository)
    state = State(
        home=str(home),
        series=source.series.name,
        workers=settings.workers,
        key=running_key(source, settings),
        logins=people.logins(),
    )
    state.save()
    store = databases(settings)
    layers = templates.layers(source, settings, staged / addons.BRIDGE)
    folders = (layers.oca, staged)
    template = templates.ensure(layers.people, source, folders, settings)
    world = _start_simulator(state)
    _start_mail(state)
    server = _open_database(state, store, template)
    odoo = Odoo(source, home, folders, server, store.name(home))
    _start_odoo(state, odoo, settings, world)
    state.gateway = gateway.connect(state.odoo["url"], odoo.database, world)
    state.ready = True
    state.save()
    return state


def _start_simulator(state: State) -> World:
    fake = simulator.Simulator(Path(state.home))
    process = fake.start()
    state.add(process)
    world = fake.wait_ready(process)
    state.simulator = {**asdict(world), "log": str(fake.log)}
    state.save()
    return world


def _start_mail(state: State) -> None:
    folder, port = Path(state.home) / "mail", processes.free_port()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    log = Path(state.home) / "mail.log"
    argv: list[str | Path] = [sys.executable, Path(__file__).with_name("mailsink.py")]
    argv += ["--port", str(port), "--folder", folder]
    process = processes.spawn(
        "mail",
        argv,
        home=Path(state.home),
        log=log,
        env=processes.inherited(),
    )
    state.mail = {"host": "127.0.0.1", "port": port, "folder": str(folder)}
    state.add(process)
    wait_until(
        "Arrancando el buzón",
        lambda: (folder / "ready").exists(),
        alive=lambda: process.alive,
        limit=30,
        failure=LabError("El buzón de correo del laboratorio no arrancó.", log),
    )


def _open_database(state: State, store: Databases, template: str) -> Server:
    home = Path(state.home)
    server = _with_free_port(lambda: store.open(home, template), home / "postgres.log")
    if server.process:
        state.add(server.process)
    name = store.name(home)
    # Copies of a template must not pass for one database: Odoo signs with the
    # secret and names itself by the uuid.
    with cursor(server, name) as cr:
        for key, value in (
            ("database.uuid", str(uuid.uuid4())),
            ("database.secret", secrets.token_urlsafe(36)),
        ):
            cr.execute(
                "UPDATE ir_config_parameter SET value = %s WHERE key = %s", [value, key]
            )
    state.postgres = {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "database": name,
        "log": str(home / "postgres.log"),
    }
    state.save()
    return server


def _with_free_port(start: Callable[[], Server], log: Path) -> Server:
    """A port found free may be taken before the server listens: then again."""
    for _ in range(PORT_TRIES - 1):
        try:
            return start()
        except LabError:
            if PORT_TAKEN not in log.read_text(errors="replace"):
                raise
    return start()


def _start_odoo(state: State, odoo: Odoo, settings: Settings, world: World) -> None:
    _require_free(settings.odoo_port)
    for attempt in range(PORT_TRIES):
        port = settings.odoo_port or processes.free_port()
        _configure(state, odoo, port)
        environment = simulator.environment(world)
        odoo.log.unlink(missing_ok=True)
        process = odoo.start(environment)
        state.add(process)
        try:
            odoo.wait_ready(process, port)
        except LabError:
            taken = PORT_TAKEN in odoo.log.read_text(errors="replace")
            if not taken or attempt == PORT_TRIES - 1:
                raise
            _stop_one(process)
        else:
            return


def _stop_one(process: Process) -> None:
    handle = process.handle()
    processes.stop([handle] if handle else [], "Deteniendo Odoo")


def _require_free(port: int | None) -> None:
    if port and not processes.port_is_free(port):
        raise LabError(
            f"El puerto {port} está ocupado por otro programa. Ciérrelo, indique otro"
            " con ODOO_PORT o no indique ninguno."
        )


def _configure(state: State, odoo: Odoo, port: int) -> None:
    url = f"http://127.0.0.1:{port}"
    gevent_port = processes.free_port()
    odoo.configure(
        {
            "http_port": port,
            "gevent_port": gevent_port,
            "workers": state.workers,
            "smtp_server": state.mail["host"],
            "smtp_port": state.mail["port"],
            "email_from": "odoo@laboratorio.example",
        }
    )
    with cursor(odoo.server, odoo.database) as cr:
        cr.execute(
            "UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'",
            [url],
        )
    state.odoo = {
        "url": url,
        "port": port,
        "gevent_port": gevent_port,
        "database": odoo.database,
        "conf": str(odoo.conf),
        "log": str(odoo.log),
        "python": str(odoo.source.python),
        "script": str(odoo.source.script),
        "python_path": str(odoo.source.python_path),
        "addons": [str(path) for path in odoo.addons],
    }
    state.save()
