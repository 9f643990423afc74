"""An Odoo with its databases to try migrations on, from a file that a lab wrote.

A template is never touched: every test works on a copy of its own, made by
PostgreSQL (CREATE DATABASE … TEMPLATE) and hard links of the files. Knows no pytest
and nothing of the engine; scenarios and the benchmark use it too.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from tests.migration import legacy
from tests.migration.generator import Made, Wish, generate
from tests.migration.legacy import Leftover

#: Names the file; see `Bench.read`.
VARIABLE = "WA_MIGRATION"
COMMAND_SECONDS = 600


@dataclass(frozen=True)
class Place:
    """A template database and all that is needed to work on its copies.

    :param server: host, port, user, password
    :param conf: Odoo's settings file for that server
    :param prefix: names of copies begin with it
    """

    database: str
    prefix: str
    server: dict[str, Any]
    conf: Path
    data_dir: Path
    addons: str

    def dsn(self, database: str) -> str:
        words = [f"{name}={value}" for name, value in self.server.items() if value]
        return " ".join([*words, f"dbname={database}"])

    def administer(self, statement: str, *names: str) -> None:
        """Run a statement that no transaction may hold."""
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with closing(psycopg2.connect(self.dsn("postgres"))) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cr:
                cr.execute(query)


@dataclass(frozen=True)
class Database:
    """A database that may be changed at will."""

    bench: Bench
    place: Place
    name: str

    @property
    def dsn(self) -> str:
        return self.place.dsn(self.name)

    @property
    def filestore(self) -> Path:
        return self.place.data_dir / "filestore" / self.name

    def connect(self) -> Any:
        """A new connection, as the engine's runner wants them."""
        return psycopg2.connect(self.dsn)

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor whose work is committed at the end."""
        with closing(self.connect()) as connection, connection:  # noqa: SIM117
            with connection.cursor() as cr:
                yield cr

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.cursor() as cr:
            cr.execute(query, list(parameters) or None)
            return list(cr.fetchall())

    def value(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """The first value of the first row."""
        return self.rows(query, parameters)[0][0]

    def copy(self) -> Database:
        """A database equal to this one; nobody may be connected to this one."""
        name = f"{self.place.prefix}{secrets.token_hex(5)}"
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        self.place.administer(statement, name, self.name)
        found = Database(self.bench, self.place, name)
        if self.filestore.is_dir():
            # Odoo never writes into a file that is there.
            shutil.copytree(self.filestore, found.filestore, copy_function=os.link)
        return found

    def drop(self) -> None:
        self.place.administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        shutil.rmtree(self.filestore, ignore_errors=True)

    # Commands

    def argv(self, words: Sequence[str | Path]) -> list[str]:
        """`odoo-bin` with its addons path first, where a subcommand wants it."""
        bench = self.bench
        first = [bench.python, bench.script, f"--addons-path={self.place.addons}"]
        return [str(word) for word in (*first, *words)]

    def env(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Environment of a command: its settings file, nobody's proxies."""
        kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
        return {
            "LANG": "C.UTF-8",
            **{name: os.environ[name] for name in kept if name in os.environ},
            "PYTHONPATH": str(self.bench.python_path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ODOO_RC": str(self.place.conf),
            **(more or {}),
        }

    def migrate(
        self,
        command: str,
        *options: str | Path,
        expect: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """`odoo-bin whatsapp_migrate <command> -d <this> …`, to its end.

        :param expect: exit status that is demanded; None: any
        """
        words = ["whatsapp_migrate", command, "-d", self.name, *options]
        done = subprocess.run(
            self.argv(words),
            env=self.env(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if expect is not None and done.returncode != expect:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
            raise AssertionError(
                f"«{' '.join(map(str, words))}» ended with {done.returncode}, expected"
                f" {expect}:\n{tail}"
            )
        return done


@dataclass(frozen=True)
class Bench:
    """:param places: by what their database is: `bridge` (the bridge and the
    migration), `legacy1` (the stand-in alone, no OCA), `legacy2` (OCA's modules and
    the stand-in)
    """

    series: str
    python: Path
    script: Path
    python_path: Path
    places: Mapping[str, Place]

    @classmethod
    def read(cls, path: Path) -> Bench:
        """The bench of a file as the lab writes it."""
        values = json.loads(path.read_text(encoding="utf-8"))
        places = {}
        for name, place in values.pop("places").items():
            folders = {key: Path(place[key]) for key in ("conf", "data_dir")}
            places[name] = Place(**{**place, **folders})
        series = values.pop("series")
        return cls(series, places=places, **{k: Path(v) for k, v in values.items()})

    def copy(self, template: str = "bridge") -> Database:
        """A fresh copy of a place's database; about a second."""
        place = self.places[template]
        return Database(self, place, place.database).copy()

    def legacy(self, wish: Wish, left: Leftover = Leftover.UNINSTALLED) -> Legacy:
        """The bridge beside the tables of the legacy module, filled."""
        database = self.copy("bridge")
        try:
            with database.cursor() as cr:
                legacy.make_tables(cr, 1 if wish.generation == "1" else 2, left)
                made = generate(cr, replace(wish, filestore=database.filestore))
                cr.execute("ANALYZE")
        except BaseException:
            database.drop()
            raise
        return Legacy(database, made)


@dataclass(frozen=True)
class Legacy:
    """A database with legacy rows, and what was made."""

    database: Database
    made: Made

    def decisions(self, folder: Path, **changes: Any) -> Path:
        """A file that answers every question; `changes` replace answers."""
        path = folder / "decisions.json"
        path.write_text(json.dumps(self.made.decisions(**changes), indent=2))
        return path
