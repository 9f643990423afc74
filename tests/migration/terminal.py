"""The command as it is at a terminal, without a process of its own for each call.

`Database.migrate` starts Odoo and takes seconds; what is only said is asked here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from odoo.tools import config

from odoo.addons.crm_whatsapp_migration.terminal.main import main

from tests.migration.bench import Database

#: Words that a program of Python or a database says, and no person should read.
FOREIGN = ("Traceback", "psycopg2", "LookupError", "argparse", "usage:", "error:")


@dataclass(frozen=True)
class Said:
    """:param code: exit status"""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """Calls of the command on a database."""

    capsys: pytest.CaptureFixture[str]
    database: Database

    def __call__(self, *words: str | Path, on: str | None = None) -> Said:
        """:param on: name of another database"""
        place = self.database.place
        options = {
            "--addons-path": place.addons,
            "--data-dir": place.data_dir,
            "--db_host": place.server["host"],
            "--db_port": place.server["port"],
            "--db_user": place.server["user"],
            "--db_password": place.server["password"],
        }
        odoo = [f"{name}={value}" for name, value in options.items() if value]
        return self.say(*words, "-d", on or self.database.name, *odoo)

    def say(self, *words: str | Path) -> Said:
        """A command line as it is."""
        self.capsys.readouterr()
        if isinstance(config["db_name"], str):
            # 18.0 would remember the database of the call before, in one process.
            config["db_name"] = ""
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        out, err = self.capsys.readouterr()
        said = Said(int(ended.value.code or 0), out, err)
        for word in FOREIGN:
            assert word not in out + err, f"{word!r} in what is said:\n{out}{err}"
        return said
