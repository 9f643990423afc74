"""Two Odoos side by side for the benchmark: with the bridge, and with OCA's alone.

The first is a lab as any other. The second has the same Odoo, the same PostgreSQL and
as many processes, and a database of its own with OCA's modules only.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import fields
from typing import Any

import psycopg2
from psycopg2 import sql

from lab import addons, lifecycle, people, processes, simulator, sources, testing
from lab.console import say
from lab.odoo import Odoo
from lab.postgres import Server
from lab.rpc import OdooClient
from lab.settings import Settings
from lab.simulator import World
from lab.state import State

#: Names the file that tests/load/ reads; it holds passwords.
VARIABLE = "WA_BENCH"
OCA_MODULES = ("mail_gateway", "mail_gateway_whatsapp")
HTTP_PROCESSES = 2


def run(settings: Settings, words: Sequence[str]) -> int:
    """Start both, measure, throw all away; the measurement's exit status."""
    settings = settings.in_folder(settings.repository / ".lab-bench")
    settings = settings.with_workers(settings.workers or HTTP_PROCESSES)
    say("Banco de pruebas: el puente, y la OCA sola al lado")
    with places(settings) as environment:
        argv = [sys.executable, "-m", "tests.load", *words]
        return subprocess.run(
            argv, cwd=settings.repository, env=environment, check=False
        ).returncode


@contextmanager
def places(settings: Settings) -> Iterator[dict[str, str]]:
    """Both, running; the environment in which tests/load/ finds them."""
    with ExitStack() as ends:
        ends.callback(lifecycle.down, settings, purge=True)
        state = lifecycle.up(settings, fresh=True)
        found = {
            "bridge": _bridge(state),
            "oca": ends.enter_context(_oca_alone(settings, state)),
        }
        path = settings.home / "bench.json"
        path.touch(mode=0o600)
        shared = {"series": state.series, "workers": state.workers}
        path.write_text(json.dumps({**shared, "places": found}))
        yield {**testing.lab_environment(state), VARIABLE: str(path)}


def _bridge(state: State) -> dict[str, Any]:
    login = state.logins[people.ADMIN]
    return _place(
        state,
        state.odoo["url"],
        state.postgres["database"],
        state.gateway["callback_url"],
        {"login": login["login"], "user_password": login["password"]},
    )


def _place(
    state: State, url: str, database: str, callback: str, login: dict[str, str]
) -> dict[str, Any]:
    server = _server(state)
    return {
        "url": url,
        "database": database,
        "dsn": server.dsn(database),
        "callback_url": callback,
        "phone_number_id": state.simulator["phone_number_id"],
        "app_secret": state.simulator["app_secret"],
        **login,
    }


def _server(state: State) -> Server:
    found = state.postgres
    return Server(found["host"], found["port"], found["user"], found["password"])


@contextmanager
def _oca_alone(settings: Settings, state: State) -> Iterator[dict[str, Any]]:
    """An Odoo with OCA's modules only, in a database beside the lab's."""
    source = sources.provide(settings)
    folder, _key = addons.oca(source.series.name, settings)
    name = f"{state.postgres['database']}_oca"
    odoo = Odoo(source, settings.home / "oca", (folder,), _server(state), name)
    port = processes.free_port()
    ports = {"http_port": port, "gevent_port": processes.free_port()}
    odoo.configure({**ports, "workers": settings.workers})
    world = World(**{one.name: state.simulator[one.name] for one in fields(World)})
    with ExitStack() as ends:
        ends.callback(_drop, state, name)
        modules = [*OCA_MODULES, *source.series.extra_modules]
        odoo.install(modules, "Instalando la OCA sola en otra base")
        process = odoo.start(simulator.environment(world))
        ends.callback(_stop, process)
        odoo.wait_ready(process, port)
        url = f"http://127.0.0.1:{port}"
        login = {"login": people.ADMIN, "user_password": people.ADMIN}
        yield _place(state, url, name, _connect(url, name, world), login)


def _connect(url: str, database: str, world: World) -> str:
    """The gateway as the lab's, without its handshake; its callback address.

    A GET on OCA's address makes it drop what comes afterwards, until a restart.
    """
    client = OdooClient(url, database, people.ADMIN, people.ADMIN)
    key = secrets.token_urlsafe(16)
    values = {
        "name": "WhatsApp",
        "gateway_type": "whatsapp",
        "token": world.token,
        "whatsapp_from_phone": world.phone_number_id,
        "whatsapp_account_id": world.waba_id,
        "whatsapp_version": "23.0",
        "whatsapp_security_key": world.verify_token,
        "webhook_key": key,
        "webhook_secret": world.app_secret,
        "integrated_webhook_state": "integrated",
        "member_ids": [[6, 0, [client.uid]]],
    }
    client.call("mail.gateway", "create", [values])
    return f"{url}/gateway/whatsapp/{key}/update"


def _stop(process: processes.Process) -> None:
    handle = process.handle()
    processes.stop([handle] if handle else [], "Deteniendo la OCA sola")


def _drop(state: State, name: str) -> None:
    """One in the user's own PostgreSQL would not go with the lab's folder."""
    server = _server(state)
    with closing(psycopg2.connect(server.dsn(state.postgres["database"]))) as own:
        own.autocommit = True
        with own.cursor() as cursor:
            command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            cursor.execute(command.format(sql.Identifier(name)))
