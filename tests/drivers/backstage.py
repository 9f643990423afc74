"""What only a lab lets a tester do: its database, its Odoo's command line.

Somebody's own Odoo is reached over the network alone, as its people reach it.
"""

from __future__ import annotations

import configparser
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Backstage:
    """:param state: of the lab, as its `state.json` has it"""

    state: Mapping[str, Any]

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """A cursor in the lab's database; committed at the end."""
        server = self.state["postgres"]
        names = ("host", "port", "user", "password")
        connection = psycopg2.connect(
            dbname=server["database"], **{name: server[name] for name in names}
        )
        with closing(connection), connection, connection.cursor() as cr:
            yield cr

    def odoo_bin(self, words: Sequence[str]) -> subprocess.Popen[str]:
        """Start `odoo-bin <words>` beside the running Odoo, in its settings."""
        odoo = self.state["odoo"]
        settings = configparser.RawConfigParser()
        settings.read(odoo["conf"], encoding="utf-8")
        # Where a subcommand of an addon wants it: first.
        addons = f"--addons-path={settings['options']['addons_path']}"
        return subprocess.Popen(
            [odoo["python"], odoo["script"], addons, *words],
            env=self._environment(odoo),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _environment(self, odoo: Mapping[str, Any]) -> dict[str, str]:
        """No proxy: whatever it tried to send would reach nobody and be seen."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {
            "LANG": "C.UTF-8",
            **kept,
            "PYTHONPATH": str(odoo["python_path"]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "ODOO_RC": str(Path(odoo["conf"])),
        }
