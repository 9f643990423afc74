"""A lab of a test's own, driven as a user does: by its command line."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab import processes
from lab.state import State

REPOSITORY = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 600


@dataclass
class LabFolder:
    """The folder of a lab, its commands and what is left of it."""

    home: Path

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "lab", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **variables, "WA_LAB_DIR": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **variables: str) -> tuple[int, str]:
        with self.start(*arguments, **variables) as process:
            output, _ = process.communicate(timeout=LIMIT_SECONDS)
        return process.returncode, output

    def up(self, *arguments: str, **variables: str) -> State:
        status, output = self.run("up", *arguments, **variables)
        assert status == 0, output
        return self.state

    @property
    def state(self) -> State:
        state = State.load(self.home)
        assert state is not None
        return state

    @property
    def leftovers(self) -> list[str]:
        """What still runs of this lab, PostgreSQL included."""
        found = [p.name() for p in processes.marked(self.home)]
        for process in psutil.process_iter(["cmdline"]):
            line = " ".join(process.info["cmdline"] or [])
            if "/postgres" in line and self._is_in_our_folder(line):
                found.append(line)
        return found

    def _is_in_our_folder(self, line: str) -> bool:
        # Where root's PostgreSQL goes, the folder's path is one name.
        return str(self.home) in line or str(self.home)[1:].replace("/", "-") in line
