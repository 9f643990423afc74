"""The administrator migrates, at a terminal beside the running Odoo."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.drivers.backstage import Backstage
from tests.drivers.old_module import OldModule
from tests.drivers.waiting import wait_until

#: What the command answers to the shell.
DONE, QUESTIONS, STILL_USED = 0, 3, 7
LIMIT_SECONDS = 180
#: Figures of a database in which nobody works; in a lab, somebody does.
OF_A_QUIET_DATABASE = "unchanged."


@dataclass(frozen=True)
class Ended:
    """:param status: what the command answered to the shell
    :param output: its result
    :param words: what else it said
    """

    status: int
    output: str = ""
    words: str = ""

    @property
    def result(self) -> dict[str, Any]:
        """What `--json` printed."""
        return dict(json.loads(self.output))


class Terminal:
    """`odoo-bin whatsapp_migrate …` on the lab's database."""

    def __init__(self, backstage: Backstage, old: OldModule) -> None:
        self._backstage = backstage
        self._old = old
        #: How the last command ended.
        self.ended = Ended(DONE)

    def runs(self, *options: str) -> Ended:
        """`run`, to its end."""
        return self._command("run", "--json", *options)

    def is_killed_while_running(self) -> None:
        """`run`, killed as soon as the first messages are there."""
        process = self._start("run", "--batch", "1")
        try:
            wait_until(
                "el primer mensaje migrado",
                self._old.accounted_for,
                lambda found: found > 0 or process.poll() is not None,
                limit=LIMIT_SECONDS,
            )
        finally:
            process.kill()
            said = process.communicate()
        self.ended = Ended(process.returncode, *said)

    def verifies(self) -> list[str]:
        """Names of the checks that do not hold."""
        ended = self._command("verify", "--json")
        return [
            check["name"]
            for check in ended.result["checks"]
            if not check["ok"] and not check["name"].startswith(OF_A_QUIET_DATABASE)
        ]

    def takes_back(self, *options: str) -> Ended:
        """`rollback`, to its end."""
        return self._command("rollback", "--yes", *options)

    def _command(self, command: str, *options: str) -> Ended:
        process = self._start(command, *options)
        try:
            said = process.communicate(timeout=LIMIT_SECONDS)
        finally:
            process.kill()
        self.ended = Ended(process.returncode, *said)
        return self.ended

    def _start(self, command: str, *options: str) -> subprocess.Popen[str]:
        database = self._backstage.state["odoo"]["database"]
        words = ["whatsapp_migrate", command, "-d", database, *options]
        return self._backstage.odoo_bin(words)
