"""The migration's screen on a running Odoo, driven by RPC as the browser does it."""

from __future__ import annotations

import base64
import configparser
import json
import os
import signal
import subprocess
import xmlrpc.client
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lab.odoo import answers
from lab.processes import free_port
from lab.waiting import wait_until
from tests.migration.bench import Database

LOGIN = PASSWORD = "admin"
RUN = "whatsapp.migration.run"
SECONDS = 180


class Server:
    """Odoo with its scheduled actions on, on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.port = free_port()
        self.log = database.place.conf.with_name(f"{database.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        database = self.database
        settings = configparser.RawConfigParser()
        settings.read(database.place.conf)
        settings["options"].update(
            {
                "db_name": database.name,
                "dbfilter": f"^{database.name}$",
                "max_cron_threads": "1",
                "http_port": str(self.port),
                "gevent_port": str(free_port()),
            }
        )
        path = database.place.conf.with_name(f"{database.name}.conf")
        path.touch(mode=0o600)
        with path.open("w") as stream:
            settings.write(stream)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                database.argv(["-c", path]),
                env=database.env(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait("Odoo", lambda: answers(f"{self.address}/web/health"))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """As a power cut does."""
        assert self._process
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def wait(self, title: str, ready: Callable[[], Any]) -> None:
        process = self._process
        assert process
        late = AssertionError(f"{title}: it never came so far")
        try:
            wait_until(
                title,
                lambda: bool(ready()),
                alive=lambda: process.poll() is None,
                failure=late,
                limit=SECONDS,
            )
        except AssertionError as error:
            if error is not late:
                raise
            lines = self.log.read_text(errors="replace").splitlines()[-30:]
            raise AssertionError("\n".join([str(late), *lines])) from None


class Screen:
    """One run, as its form shows it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        common = xmlrpc.client.ServerProxy(f"{server.address}/xmlrpc/2/common")
        database = server.database.name
        self._user = common.authenticate(database, LOGIN, PASSWORD, {})
        self._models = xmlrpc.client.ServerProxy(
            f"{server.address}/xmlrpc/2/object", allow_none=True
        )
        self.run_id = 0

    def call(self, model: str, method: str, *arguments: Any, **options: Any) -> Any:
        database = self.server.database.name
        words = (database, self._user, PASSWORD, model, method)
        return self._models.execute_kw(*words, list(arguments), options)

    def new(self, decisions: dict[str, Any] | None = None) -> None:
        values = {}
        if decisions is not None:
            content = json.dumps(decisions).encode()
            values["decisions_file"] = base64.b64encode(content).decode()
        made = self.call(RUN, "create", [values])
        self.run_id = made[0] if isinstance(made, list) else made

    def press(self, button: str, model: str = RUN, records: Sequence[int] = ()) -> None:
        """A button of the run's form, or of other records."""
        try:
            self.call(model, button, list(records) or [self.run_id])
        except xmlrpc.client.Fault as fault:
            # A button that opens nothing answers None, which this protocol refuses.
            if "cannot marshal None" not in str(fault):
                raise

    def shows(self, *names: str) -> dict[str, Any]:
        row: dict[str, Any] = self.call(RUN, "read", [self.run_id], list(names))[0]
        return row

    def until(self, title: str, ready: Callable[[dict[str, Any]], Any]) -> None:
        """Wait until what the form shows is so."""
        names = ("state", "at_work", "died", "stopped", "error", "planned", "task")
        self.server.wait(title, lambda: ready(self.shows(*names)))

    def until_idle(self, title: str) -> dict[str, Any]:
        self.until(title, lambda shown: not shown["at_work"])
        return self.shows("state", "error", "rejected_count", "open_questions")


@contextmanager
def running(database: Database) -> Iterator[Server]:
    server = Server(database)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def held(database: Database, table: str) -> Iterator[None]:
    """Nobody writes to the table meanwhile: whoever wants to, waits."""
    with database.cursor() as cr:
        cr.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield


def waits_for(database: Database, table: str) -> bool:
    """Whether somebody waits to write to the table."""
    return bool(
        database.value(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
            " AND relation = %s::regclass",
            [table],
        )
    )
