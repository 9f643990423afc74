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
from collections.abc import Iterator, Sequence
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
class Database:
    """A database that may be changed at will."""

    bench: Bench
    name: str

    @property
    def dsn(self) -> str:
        return self.bench.dsn(self.name)

    @property
    def filestore(self) -> Path:
        return self.bench.filestore(self.name)

    def connect(self) -> Any:
        """A new connection, as the engine's runner wants them."""
        return psycopg2.connect(self.dsn)

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor whose work is committed at the end."""
        with (
            closing(self.connect()) as connection,
            connection,
            connection.cursor() as cr,
        ):
            yield cr

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.cursor() as cr:
            cr.execute(query, list(parameters) or None)
            return list(cr.fetchall())

    def value(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """The first value of the first row."""
        return self.rows(query, parameters)[0][0]

    def migrate(
        self, command: str, *options: str | Path, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """`odoo-bin whatsapp_migrate <command> -d <this> …`, to its end."""
        return self.bench.run(
            ["whatsapp_migrate", command, "-d", self.name, *options], **more
        )

    def drop(self) -> None:
        self.bench.drop(self.name)


@dataclass(frozen=True)
class Bench:
    """:param templates: names of template databases by what they are: `bridge` (the
    bridge and the migration), `legacy1` (the stand-in alone, no OCA), `legacy2` (OCA's
    modules and the stand-in)
    """

    series: str
    python: Path
    script: Path
    python_path: Path
    addons: str
    data_dir: Path
    server: dict[str, Any]
    prefix: str
    templates: dict[str, str]
    conf: Path
    environment: dict[str, str] | None = None

    @classmethod
    def read(cls, path: Path) -> Bench:
        """The bench of a file as `lab` writes it."""
        values = json.loads(path.read_text(encoding="utf-8"))
        paths = ("python", "script", "python_path", "data_dir", "conf")
        return cls(**{**values, **{name: Path(values[name]) for name in paths}})

    def dsn(self, database: str) -> str:
        words = [f"{k}={v}" for k, v in self.server.items() if v]
        return " ".join([*words, f"dbname={database}"])

    def filestore(self, database: str) -> Path:
        return self.data_dir / "filestore" / database

    # Databases

    def copy(self, template: str = "bridge") -> Database:
        """A fresh copy; about a second."""
        return self._copy_of(self.templates.get(template, template))

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

    def _copy_of(self, source: str) -> Database:
        name = f"{self.prefix}{secrets.token_hex(5)}"
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, source)
        if self.filestore(source).is_dir():
            shutil.copytree(
                *(self.filestore(source), self.filestore(name)),
                copy_function=os.link,
            )
        return Database(self, name)

    def copy_of(self, database: Database) -> Database:
        """A copy of a copy; nobody may be connected to it."""
        return self._copy_of(database.name)

    def drop(self, database: str) -> None:
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)
        shutil.rmtree(self.filestore(database), ignore_errors=True)

    def _administer(self, statement: str, *names: str) -> None:
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with closing(psycopg2.connect(self.dsn("postgres"))) as connection:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cr:
                cr.execute(query)

    # Commands

    def argv(self, words: Sequence[str | Path]) -> list[str]:
        """`odoo-bin` with its addons path first, where a subcommand wants it."""
        first = [self.python, self.script, f"--addons-path={self.addons}"]
        return [str(word) for word in (*first, *words)]

    def env(self) -> dict[str, str]:
        """Environment of a command: its settings file, nobody's proxies."""
        kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
        found = {name: os.environ[name] for name in kept if name in os.environ}
        return {
            "LANG": "C.UTF-8",
            **found,
            "PYTHONPATH": str(self.python_path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ODOO_RC": str(self.conf),
            **(self.environment or {}),
        }

    def run(
        self,
        words: Sequence[str | Path],
        *,
        env: dict[str, str] | None = None,
        expect: int | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """A command of odoo-bin to its end.

        :param expect: exit status that is demanded; None: any
        """
        done = subprocess.run(
            self.argv(words),
            env={**self.env(), **(env or {})},
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

    def start(
        self, words: Sequence[str | Path], env: dict[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """The same, not waited for; its words go nowhere."""
        return subprocess.Popen(
            self.argv(words),
            env={**self.env(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


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
