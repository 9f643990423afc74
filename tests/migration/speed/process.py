"""Runs a command and says what it took: seconds, memory, when each step ended."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

POLL_SECONDS = 0.1
#: Of a command that failed: enough for every check of a verification.
LAST_LINES = 150
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
#: A line of progress: «messages:  40%  40000/100000  9000/s».
STEP = re.compile(r"^([\w ]+): +\d+% +(\d+)/(\d+)")


class Failed(Exception):
    """A command ended with another status than 0; says its last lines."""


@dataclass
class Taken:
    """:param peak: most memory its process ever had, bytes
    :param steps: {name: (rows, seconds)} of a command that tells its progress
    """

    seconds: float = 0.0
    peak: int = 0
    steps: dict[str, tuple[int, float]] = field(default_factory=dict)
    output: str = ""


def measured(argv: Sequence[str], env: Mapping[str, str]) -> Taken:
    """Run to the end.

    :raise Failed: it ended with another status than 0
    """
    taken = Taken()
    begun = time.monotonic()
    process = subprocess.Popen(
        argv,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    told: list[str] = []
    assert process.stdout
    assert process.stderr
    readers = [
        threading.Thread(target=said.extend, args=(process.stdout,)),
        threading.Thread(target=_follow, args=(process.stderr, begun, taken, told)),
    ]
    for reader in readers:
        reader.start()
    while True:
        taken.peak = max(taken.peak, _peak(process.pid))
        try:
            process.wait(POLL_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
    taken.seconds = time.monotonic() - begun
    for reader in readers:
        reader.join()
    taken.output = "".join(said)
    if process.returncode:
        tail = "".join([*said, *told][-LAST_LINES:])
        raise Failed(f"«{' '.join(argv[-8:])}»: {process.returncode}\n{tail}")
    return taken


def _peak(pid: int) -> int:
    """The kernel's own high-water mark: what happens between two looks is in it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        # It has just ended.
        return 0
    found = PEAK.search(status)
    return int(found[1]) * 1024 if found else 0


def _follow(stream: IO[str], begun: float, taken: Taken, told: list[str]) -> None:
    before, last = "", 0.0
    for line in stream:
        told.append(line)
        found = STEP.match(line)
        if not found:
            continue
        now = time.monotonic() - begun
        if found[1] != before:
            before, last = found[1], now if not before else last
        # The first line of a step comes after it was prepared.
        _, spent = taken.steps.get(found[1], (0, 0.0))
        taken.steps[found[1]] = (int(found[2]), spent + now - last)
        last = now
