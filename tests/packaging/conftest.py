"""A database that had gateways, conversations and doubles before our addon, from its
installation to its removal. The steps are taken once, each test looks at what it left.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from lab import addons, sources, templates
from lab.databases import databases
from lab.odoo import Odoo
from lab.settings import read_settings
from tests.packaging import schema
from tests.packaging.schema import Schema

SCRIPTS = Path(__file__).parent / "scripts"


@dataclass(frozen=True)
class Life:
    """What was seen of the database, and what Odoo told on the way."""

    before: Schema
    after: Schema
    installed: dict[str, Any]
    removed: dict[str, Any]


class Database:
    """The database and the Odoo that works on it."""

    def __init__(self, odoo: Odoo) -> None:
        self.odoo = odoo

    def run(self, script: str) -> dict[str, Any]:
        """A script in `odoo shell`; what it answers."""
        answer = self.odoo.home / f"{script}.json"
        self.odoo.shell(
            SCRIPTS / f"{script}.py",
            f"Paso «{script}»",
            {"WA_ANSWER": str(answer), "WA_SERIES": self.odoo.source.series.name},
        )
        found: dict[str, Any] = json.loads(answer.read_text())
        return found

    def schema(self) -> Schema:
        dsn = self.odoo.server.dsn(self.odoo.database)
        with closing(psycopg2.connect(dsn)) as connection:
            return schema.read(connection)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """OCA's modules and their data; ours is on the addons path, not installed."""
    settings = read_settings(os.environ)
    home = tmp_path_factory.mktemp("packaging")
    source = sources.provide(settings)
    series = source.series.name
    staged = addons.stage(home / "addons", series, settings.repository)
    layers = templates.layers(source, settings, staged / addons.BRIDGE)
    folders = (layers.oca, staged)
    key = templates.ensure(layers.foundation, source, folders, settings)
    store = databases(settings)
    try:
        server = store.open(home, key)
        odoo = Odoo(source, home, folders, server, store.name(home))
        odoo.configure({"max_cron_threads": 0})
        yield Database(odoo)
    finally:
        store.drop(home)


@pytest.fixture(scope="session")
def life(database: Database) -> Life:
    database.run("before")
    before = database.schema()
    database.odoo.install([addons.BRIDGE], "Instalando el módulo sobre lo que hay")
    installed = database.run("installed")
    removed = database.run("removed")
    return Life(before, database.schema(), installed, removed)
