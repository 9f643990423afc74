"""Starts and ends the lab's processes, and recognises them beyond doubt."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psutil

from lab.console import LabError, Progress

#: In the environment of every process of a lab: its folder.
MARK = "WA_LAB_OWNER"
STOP_SECONDS = 15.0
#: Below the range the kernel hands out for outgoing connections.
PORTS = range(20000, 32000)


@dataclass(frozen=True)
class Process:
    """A started process; a recycled pid has another start time."""

    name: str
    pid: int
    created: float

    def handle(self) -> psutil.Process | None:
        """The live process this stands for, or None."""
        try:
            found = psutil.Process(self.pid)
            same = abs(found.create_time() - self.created) < 0.05
            dead = found.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return found if same and not dead else None

    @property
    def alive(self) -> bool:
        return self.handle() is not None


def spawn(
    name: str,
    argv: Sequence[str | Path],
    *,
    home: Path,
    log: Path,
    env: Mapping[str, str],
    account: tuple[int, int] | None = None,
) -> Process:
    """Start a service in a session of its own, its output appended to `log`."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**env, MARK: str(home)},
            cwd=home if account is None else "/",
            start_new_session=True,
            **as_account(account),
        )
    # It outlives this call: psutil looks after it, not the Popen object, which would
    # otherwise complain of a child left running.
    started.returncode = 0
    try:
        created = psutil.Process(started.pid).create_time()
    except psutil.NoSuchProcess:
        created = 0.0
    return Process(name, started.pid, created)


class Account(TypedDict, total=False):
    """Arguments of Popen that change who runs the program."""

    user: int
    group: int
    extra_groups: list[int]


def as_account(account: tuple[int, int] | None) -> Account:
    """Run as this (user, group); None: as ourselves."""
    if account is None:
        return {}
    return {"user": account[0], "group": account[1], "extra_groups": []}


def inherited(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The few variables a service needs; never the user's secrets or proxies."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env.setdefault("LANG", "C.UTF-8")
    return {**env, **(extra or {})}


def marked(home: Path) -> list[psutil.Process]:
    """Live processes that carry this lab's mark, recorded or not."""
    found = []
    for process in psutil.process_iter():
        try:
            owner = process.environ().get(MARK)
        except (psutil.Error, OSError):
            # Another user's process, or one that just ended: not ours.
            continue
        if owner == str(home) and process.pid != os.getpid():
            found.append(process)
    return found


def stop(processes: Iterable[psutil.Process], title: str) -> None:
    """TERM to each and its children, KILL to what is left; returns when gone."""
    family = _with_children(processes)
    if not family:
        return
    for process in family:
        _signal(process, kill=False)
    with Progress(title) as progress:
        left = _wait(family, progress)
        for process in left:
            _signal(process, kill=True)
        psutil.wait_procs(left, timeout=STOP_SECONDS)


def _with_children(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    family: dict[int, psutil.Process] = {}
    for process in processes:
        family[process.pid] = process
        try:
            family |= {child.pid: child for child in process.children(recursive=True)}
        except psutil.NoSuchProcess:
            continue
    return list(family.values())


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return


def _wait(family: list[psutil.Process], progress: Progress) -> list[psutil.Process]:
    limit = time.monotonic() + STOP_SECONDS
    left = family
    while left and time.monotonic() < limit:
        _, left = psutil.wait_procs(left, timeout=0.3)
        progress.update(f"quedan {len(left)}")
    return left


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(rng: random.Random | None = None) -> int:
    """A port of the loopback that nobody listens on right now."""
    rng = rng or random.SystemRandom()
    for _ in range(200):
        port = rng.choice(PORTS)
        if port_is_free(port):
            return port
    raise LabError(
        "No se encontró ningún puerto libre entre 20000 y 32000. Cierre programas que"
        " escuchen ahí y repita."
    )
