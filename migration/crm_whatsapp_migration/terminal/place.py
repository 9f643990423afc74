"""The Odoo around: its configuration, its database, its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from odoo.sql_db import connection_info_for
from odoo.tools import config

import odoo.addons
from odoo.addons.crm_whatsapp_migration.engine.addons_path import (
    ModuleCopy,
    find_copies,
)
from odoo.addons.crm_whatsapp_migration.engine.leftovers import find_files
from odoo.addons.crm_whatsapp_migration.engine.legacy import LEGACY_MODULE


class NoDatabase(Exception):
    """No database was named, or it is none to work on; ``words`` say why."""

    def __init__(self, words: str, **values: Any) -> None:
        super().__init__(words % values if values else words)
        self.words, self.values = words, values


@dataclass(frozen=True)
class Place:
    """:param connect: gives a new psycopg2 connection
    :param filestore: folder of the database's files
    :param legacy_on_path: whether the legacy module's files are on the addons path
    :param legacy_files: those that hold WhatsApp
    :param copies: modules that other repositories hold as well
    """

    database: str
    connect: Callable[[], Any]
    filestore: Path
    legacy_on_path: bool
    legacy_files: Mapping[str, str]
    copies: Sequence[ModuleCopy] = ()


def find_place(database: str | None, odoo_arguments: Sequence[str]) -> Place:
    """Read Odoo's configuration and reach the database.

    :param odoo_arguments: what the command line held besides our own options
    :raise NoDatabase: with the reason, in words
    """
    given = ["-d", database] if database else []
    config.parse_config([*odoo_arguments, *given], setup_logging=True)
    name = _name(database)

    def connect() -> Any:
        _database, info = connection_info_for(name)
        return psycopg2.connect(**info)

    _check(connect, name)
    return Place(
        name,
        connect,
        Path(config.filestore(name)),
        legacy_on_path(),
        legacy_files(),
        module_copies(),
    )


def _check(connect: Callable[[], Any], name: str) -> None:
    try:
        connection = connect()
    except psycopg2.OperationalError as error:
        raise NoDatabase(
            "The database %(database)s cannot be opened: %(error)s. Check its name (-d)"
            " and how to reach it: -c FILE with Odoo's settings, or --db_host,"
            " --db_port, --db_user.",
            database=name,
            error=str(error).strip(),
        ) from error
    with closing(connection), connection.cursor() as cr:
        cr.execute("SELECT to_regclass('ir_module_module') IS NOT NULL")
        if not cr.fetchone()[0]:
            raise NoDatabase(
                "%(database)s is not a database of Odoo. Check its name (-d).",
                database=name,
            )


def _name(database: str | None) -> str:
    configured = database or config["db_name"]
    # 18.0 keeps one name, 19.0 a list of them.
    found = [configured] if isinstance(configured, str) else list(configured or [])
    names = [name for name in found if name]
    if len(names) != 1:
        raise NoDatabase("Name one database: -d DATABASE.")
    return names[0]


def legacy_on_path() -> bool:
    """Tell whether the legacy module's files are on the addons path."""
    return any(
        (Path(folder) / LEGACY_MODULE / "__manifest__.py").exists()
        for folder in odoo.addons.__path__
    )


def legacy_files() -> dict[str, str]:
    """Files on the addons path that hold the old WhatsApp, with what they hold."""
    return find_files(odoo.addons.__path__)


def module_copies() -> tuple[ModuleCopy, ...]:
    """Copies on the addons path of the modules that other repositories hold too."""
    return find_copies(odoo.addons.__path__)
