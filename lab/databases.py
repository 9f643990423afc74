"""Databases and their templates: in our own PostgreSQL, or in the user's."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from lab.console import LabError
from lab.postgres import Cluster, Server, copy_tree
from lab.settings import Settings

NAME = "wa_lab"
FORBIDDEN_ROLE = "postgres"
CONNECT_SECONDS = 10


def filestore(home: Path, database: str) -> Path:
    """Where Odoo keeps a database's files."""
    return home / "data" / "filestore" / database


class Databases(Protocol):
    """Working databases under a lab's folder, templates in the cache."""

    def name(self, home: Path) -> str:
        """The database of the lab in this folder."""

    def has(self, template: str) -> bool:
        """Whether the template is complete."""

    def open(self, home: Path, template: str | None, port: int | None = None) -> Server:
        """A running server with a fresh copy of the template (None: no database)."""

    def resume(self, home: Path) -> Server:
        """The server with the database as the lab left it."""

    def resumable(self, home: Path) -> bool:
        """Whether there is a database that `resume` can go on with."""

    def keep(self, home: Path, template: str) -> None:
        """Make a template of the lab's database; the working copy is gone then."""

    def close(self, home: Path) -> None:
        """Stop what `open` started; the data stay."""

    def drop(self, home: Path) -> None:
        """Remove the lab's database."""


def databases(settings: Settings) -> Databases:
    """The user's PostgreSQL when one is given, else our own."""
    templates = settings.cache / "templates"
    if settings.database_url:
        return Given(templates, settings.database_url)
    return Own(templates, durable=settings.durable)


class Own:
    """Each lab has a PostgreSQL; a template is a stopped one's files.

    Copying files takes a second; a dump would take ten to restore.

    :param durable: whether the labs' servers keep what is committed, whatever happens
    """

    def __init__(self, templates: Path, *, durable: bool = False) -> None:
        self.templates = templates
        self.durable = durable

    def name(self, home: Path) -> str:
        return NAME

    def has(self, template: str) -> bool:
        return (self.templates / template / "secret.json").is_file()

    def open(self, home: Path, template: str | None, port: int | None = None) -> Server:
        cluster = Cluster(home, durable=self.durable)
        cluster.stop()
        shutil.rmtree(filestore(home, NAME), ignore_errors=True)
        if template is None:
            password = cluster.create()
        else:
            source = self.templates / template
            password = json.loads((source / "secret.json").read_text())["password"]
            cluster.restore(source / "postgres")
            _copy_files(source / "filestore", filestore(home, NAME))
            os.utime(source)
        _write_secret(home / "postgres.json", password)
        return cluster.start(password, port)

    def resume(self, home: Path) -> Server:
        secret = json.loads((home / "postgres.json").read_text())
        return Cluster(home, durable=self.durable).start(secret["password"])

    def resumable(self, home: Path) -> bool:
        return Cluster(home).made and (home / "postgres.json").is_file()

    def keep(self, home: Path, template: str) -> None:
        cluster = Cluster(home)
        cluster.stop()
        draft = self.templates / f"{template}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        shutil.move(cluster.data, draft / "postgres")
        _copy_files(filestore(home, NAME), draft / "filestore")
        (home / "postgres.json").rename(draft / "secret.json")
        shutil.rmtree(self.templates / template, ignore_errors=True)
        draft.rename(self.templates / template)
        cluster.clear()

    def close(self, home: Path) -> None:
        Cluster(home).stop()

    def drop(self, home: Path) -> None:
        cluster = Cluster(home)
        cluster.stop()
        cluster.clear()


class Given:
    """A PostgreSQL of the user's: templates are databases in it."""

    def __init__(self, templates: Path, url: str) -> None:
        self.templates = templates
        self.url = url

    def name(self, home: Path) -> str:
        return f"{NAME}_{hashlib.sha256(str(home).encode()).hexdigest()[:8]}"

    def has(self, template: str) -> bool:
        marker = self.templates / f"{template}-given"
        return marker.is_dir() and self._exists(_template_name(template))

    def open(self, home: Path, template: str | None, port: int | None = None) -> Server:
        name = self.name(home)
        self.drop(home)
        shutil.rmtree(filestore(home, name), ignore_errors=True)
        if template is not None:
            self._run("CREATE DATABASE {} TEMPLATE {}", name, _template_name(template))
            _copy_files(self.templates / f"{template}-given", filestore(home, name))
        return self._server()

    def resume(self, home: Path) -> Server:
        return self._server()

    def resumable(self, home: Path) -> bool:
        return self._exists(self.name(home))

    def keep(self, home: Path, template: str) -> None:
        name, kept = self.name(home), _template_name(template)
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", kept)
        self._run("ALTER DATABASE {} RENAME TO {}", name, kept)
        files = self.templates / f"{template}-given"
        shutil.rmtree(files, ignore_errors=True)
        _copy_files(filestore(home, name), files)

    def close(self, home: Path) -> None:
        """Nothing of ours runs there."""

    def drop(self, home: Path) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name(home))

    def _server(self) -> Server:
        with closing(self._connect()) as connection:
            info = connection.info
            if info.user == FORBIDDEN_ROLE:
                raise LabError(
                    "Odoo no acepta el usuario «postgres». Cree otro que pueda crear"
                    " bases (CREATE ROLE odoo_lab LOGIN CREATEDB) y póngalo en"
                    " DATABASE_URL o PGUSER."
                )
            return Server(info.host, info.port, info.user, info.password or "")

    def _connect(self) -> psycopg2.extensions.connection:
        try:
            connection = psycopg2.connect(self.url, connect_timeout=CONNECT_SECONDS)
        except psycopg2.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise LabError(
                f"No se pudo entrar al PostgreSQL indicado: {reason}. Revise"
                " DATABASE_URL o PGHOST, o quítelos para usar el del laboratorio."
            ) from error
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        return connection

    def _exists(self, name: str) -> bool:
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _run(self, statement: str, *names: str) -> None:
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(query)
            except psycopg2.Error as error:
                reason = str(error).strip().splitlines()[0]
                raise LabError(
                    f"El PostgreSQL indicado no lo permitió: {reason}. El usuario debe"
                    " poder crear bases (CREATEDB)."
                ) from error


def _template_name(template: str) -> str:
    return f"wa_lab_tpl_{template.replace('-', '_')}"


def _copy_files(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        copy_tree(source, target)


def _write_secret(path: Path, password: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump({"password": password}, stream)


@contextmanager
def cursor(server: Server, database: str) -> Iterator[psycopg2.extensions.cursor]:
    """A cursor whose work is committed at the end."""
    with (
        closing(psycopg2.connect(server.dsn(database))) as connection,
        connection,
        connection.cursor() as found,
    ):
        yield found


def set_parameters(server: Server, database: str, values: Mapping[str, str]) -> None:
    """Set system parameters of a database whose Odoo is not running."""
    with cursor(server, database) as cr:
        for key, value in values.items():
            cr.execute(
                "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [key, value],
            )
