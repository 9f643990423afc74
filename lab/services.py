"""Starts the services of a lab, one on another: simulator, mail, database, Odoo."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from lab import (
    addons,
    gateway,
    modes,
    people,
    processes,
    simulator,
    sources,
    templates,
)
from lab.console import LabError, say
from lab.databases import Databases, databases, set_parameters
from lab.odoo import PORT_TAKEN, Odoo
from lab.postgres import Server
from lab.processes import Process
from lab.settings import Settings
from lab.simulator import World
from lab.sources import OdooSource
from lab.state import State
from lab.waiting import wait_until

PORT_TRIES = 3
#: Beside the data of a lab that was once ready: the template they grew from.
ORIGIN = "database.json"
#: Further nodes are odoo-2, odoo-3…
FIRST_NODE = "odoo"
#: Jobs of queue_job at the same time; more than the queues need, since a dead node's
#: jobs keep their places until queue_job has noticed.
CHANNELS = "root:6,root.whatsapp.inbound:4,root.whatsapp.outbound:2"


def running_key(source: OdooSource, settings: Settings) -> str:
    """Names all the code a lab runs: another key, another lab."""
    repository = settings.repository
    bridge, *others = addons.own(repository)
    layers = templates.layers(source, settings, bridge)
    code = [*others, repository / "simulator" / "src"]
    return "/".join([layers.people.key, *map(addons.content_key, code)])


def fits(running: State, settings: Settings) -> bool:
    """Whether what runs is what would be started now."""
    found = (running.workers, running.modes, len(running.nodes), running.queue_job)
    wanted = (settings.workers, settings.modes, settings.nodes, settings.queue_job)
    if found != wanted or running.durable != settings.durable:
        return False
    if settings.odoo_port and settings.odoo_port != running.odoo.get("port"):
        return False
    return running.key == running_key(sources.provide(settings), settings)


def start(settings: Settings, *, keep_data: bool) -> State:
    """Start everything; raises as soon as something does not."""
    _require_free(settings.odoo_port)
    home = settings.home
    source = sources.provide(settings)
    staged = addons.stage(home / "addons", source.series.name, settings.repository)
    state = State(
        home=str(home),
        series=source.series.name,
        workers=settings.workers,
        modes=settings.modes,
        queue_job=settings.queue_job,
        durable=settings.durable,
        key=running_key(source, settings),
        logins=people.logins(),
    )
    state.save()
    store = databases(settings)
    layers = templates.layers(source, settings, staged / addons.BRIDGE)
    folders: tuple[Path, ...] = (layers.oca, staged)
    if settings.queue_job:
        template, folders = templates.ensure_queue_job(
            layers, layers.people, source, folders, settings
        )
    else:
        template = templates.ensure(layers.people, source, folders, settings)
    world = _start_simulator(state)
    _start_mail(state)
    server = _open_database(state, store, template, keep_data=keep_data)
    odoo = Odoo(source, home, folders, server, store.name(home))
    # The first node comes last: the one that leads queue_job's jobs is another, which
    # a trial may end while people work on the first.
    for number in range(settings.nodes, 0, -1):
        name = FIRST_NODE if number == 1 else f"{FIRST_NODE}-{number}"
        _start_odoo(state, replace(odoo, name=name), settings, world)
    state.gateway = gateway.connect(state.odoo["url"], odoo.database, world)
    (home / ORIGIN).write_text(json.dumps({"template": template}))
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


def _open_database(
    state: State, store: Databases, template: str, *, keep_data: bool
) -> Server:
    home = Path(state.home)
    name = store.name(home)
    resumed = keep_data and _can_resume(store, home, template)
    # Until this start is complete the data are nobody's.
    (home / ORIGIN).unlink(missing_ok=True)
    server = _with_free_port(
        lambda: store.resume(home) if resumed else store.open(home, template),
        home / "postgres.log",
    )
    if server.process:
        state.add(server.process)
        if state.durable:
            say("  PostgreSQL con fsync y synchronous_commit encendidos.")
    if not resumed:
        _give_identity(server, name)
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


def _can_resume(store: Databases, home: Path, template: str) -> bool:
    try:
        origin = json.loads((home / ORIGIN).read_text())["template"]
    except FileNotFoundError:
        return False
    if origin != template:
        say("  El código cambió desde la última vez: se empieza con una base nueva.")
        return False
    return store.resumable(home)


def _give_identity(server: Server, database: str) -> None:
    """Copies of a template must not pass for one database.

    Odoo signs with the secret and names itself by the uuid.
    """
    values = {
        "database.uuid": str(uuid.uuid4()),
        "database.secret": secrets.token_urlsafe(36),
    }
    set_parameters(server, database, values)


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
    for attempt in range(PORT_TRIES):
        first = odoo.name == FIRST_NODE
        port = (first and settings.odoo_port) or processes.free_port()
        _configure(state, odoo, port)
        environment = simulator.environment(world)
        if state.queue_job:
            environment["ODOO_QUEUE_JOB_CHANNELS"] = CHANNELS
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
    options: dict[str, object] = {
        "http_port": port,
        "gevent_port": gevent_port,
        "workers": state.workers,
        "smtp_server": state.mail["host"],
        "smtp_port": state.mail["port"],
        "email_from": "odoo@laboratorio.example",
    }
    if state.queue_job:
        modules = (*odoo.source.series.server_wide_modules, "queue_job")
        options["server_wide_modules"] = ",".join(modules)
    odoo.configure(options)
    parameters = {"web.base.url": url, **modes.PARAMETERS[state.modes]}
    set_parameters(odoo.server, odoo.database, parameters)
    state.nodes[odoo.name] = url
    if odoo.name != FIRST_NODE:
        return
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
