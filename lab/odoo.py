"""One Odoo: its configuration file, its one-off commands, its server."""

from __future__ import annotations

import configparser
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab import commands, processes
from lab.console import LabError, tail
from lab.postgres import Server
from lab.processes import Process
from lab.sources import OdooSource
from lab.waiting import wait_until

HEALTH_SECONDS = 2.0
START_SECONDS = 240.0
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
PORT_TAKEN = "Address already in use"


@dataclass(frozen=True)
class Odoo:
    """Odoo on a database, in a lab's folder.

    :ivar name: of its configuration, its log and its process; nodes have their own
    """

    source: OdooSource
    home: Path
    addons: tuple[Path, ...]
    server: Server
    database: str
    name: str = "odoo"

    @property
    def conf(self) -> Path:
        return self.home / f"{self.name}.conf"

    @property
    def log(self) -> Path:
        return self.home / f"{self.name}.log"

    def argv(self, *command: str) -> list[str | Path]:
        return [self.source.python, self.source.script, *command, "-c", self.conf]

    def env(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of Odoo's process."""
        return processes.inherited(
            {"PYTHONPATH": str(self.source.python_path), **(extra or {})}
        )

    def configure(self, options: Mapping[str, object] | None = None) -> None:
        """Write odoo.conf; it holds passwords."""
        folders = (*self.source.core_addons, *self.addons)
        values: dict[str, object] = {
            "addons_path": ",".join(str(path) for path in folders),
            "data_dir": self.home / "data",
            "db_host": self.server.host,
            "db_port": self.server.port,
            "db_user": self.server.user,
            "db_password": self.server.password,
            "db_name": self.database,
            "dbfilter": f"^{re.escape(self.database)}$",
            "list_db": False,
            "admin_passwd": secrets.token_urlsafe(18),
            "http_interface": "127.0.0.1",
            "workers": 0,
            "max_cron_threads": 2,
            # Two shared cores: a slow request is not a stuck one.
            "limit_time_cpu": 300,
            "limit_time_real": 600,
            self.source.series.no_demo[0]: self.source.series.no_demo[1],
            **(options or {}),
        }
        parser = configparser.RawConfigParser()
        parser["options"] = {k: str(v) for k, v in values.items() if v != ""}
        self.home.mkdir(parents=True, exist_ok=True)
        self.conf.touch(mode=0o600)
        with self.conf.open("w") as stream:
            parser.write(stream)

    def install(self, modules: list[str], title: str, *extra: str) -> None:
        """Install modules into the database, which is made if missing."""
        log = self.home / "install.log"

        def probe() -> str:
            for line in reversed(tail(log, 40)):
                if found := LOADING.search(line):
                    return f"módulo {found[2]}/{found[3]}, {found[1]}"
            return ""

        argv = self.argv("server")
        argv += ["-i", ",".join(modules), "--stop-after-init", "--no-http", *extra]
        argv += ["--log-handler=odoo.modules.loading:DEBUG"]
        failure = (
            "Odoo no pudo instalar sus módulos. La causa está en las líneas de abajo."
        )
        commands.run(
            argv,
            title=title,
            log=log,
            env=self.env(),
            failure=failure,
            cwd=self.home,
            probe=probe,
        )
        self._require_installed(modules, log)

    def _require_installed(self, modules: list[str], log: Path) -> None:
        """Odoo ends with 0 even when it skipped a module."""
        text = log.read_text(errors="replace")
        for module in modules:
            if f"invalid module names, ignored: {module}" in text or re.search(
                rf"module {re.escape(module)}: not installable", text
            ):
                raise LabError(f"Odoo no acepta el módulo {module}.", log)

    def shell(self, script: Path, title: str, extra: Mapping[str, str]) -> None:
        """Run a script in `odoo shell`."""
        commands.run(
            [*self.argv("shell"), "--no-http"],
            title=title,
            log=self.home / "seed.log",
            env=self.env(extra),
            failure="Los datos del laboratorio no se pudieron crear.",
            cwd=self.home,
            stdin=script,
        )

    def start(self, env: Mapping[str, str]) -> Process:
        """Start the server; it is not ready yet."""
        self.log.touch()
        return processes.spawn(
            self.name,
            self.argv("server"),
            home=self.home,
            log=self.log,
            env=self.env(env),
        )

    def wait_ready(self, process: Process, port: int) -> None:
        """Return when it answers; say why when it does not."""
        wait_until(
            "Arrancando Odoo",
            lambda: answers(f"http://127.0.0.1:{port}/web/health"),
            alive=lambda: process.alive,
            limit=START_SECONDS,
            failure=LabError(
                "Odoo no arrancó o se detuvo. La causa está en las líneas de abajo;"
                " «make purge» y «make up» lo empiezan de cero.",
                self.log,
            ),
        )


def answers(url: str) -> bool:
    """Whether an HTTP GET of this local address gives 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=HEALTH_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
