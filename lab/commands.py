"""Runs a command to its end with its output in a log and a progress line."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from lab.console import LabError, Progress

POLL_SECONDS = 0.2


def run(
    argv: Sequence[str | Path],
    *,
    title: str,
    log: Path,
    failure: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: Path | None = None,
    probe: Callable[[], str] = lambda: "",
) -> None:
    """Run; `probe` tells how far it is; a failing one ends as LabError(failure)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    source = stdin.open("rb") if stdin else None
    try:
        with log.open("wb") as output, Progress(title) as progress:
            process = _start(argv, output.fileno(), source, env, cwd)
            try:
                while process.poll() is None:
                    progress.update(probe())
                    time.sleep(POLL_SECONDS)
            finally:
                _end(process)
            if process.returncode:
                raise LabError(failure, log)
    finally:
        if source:
            source.close()


def _start(
    argv: Sequence[str | Path],
    output: int,
    source: IO[bytes] | None,
    env: Mapping[str, str] | None,
    cwd: Path | None,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=source or subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
        )
    except FileNotFoundError as error:
        raise LabError(
            f"No se encontró el programa {argv[0]}. Instálelo y repita."
        ) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """An interrupted step leaves no child behind."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
