"""One lab at a time prepares a thing that several share."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.console import Progress

POLL_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, what: str) -> Iterator[None]:
    """Hold the lock of `path`; the kernel frees it however this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _try(handle):
            with Progress(f"Otro laboratorio prepara {what}; esperando") as progress:
                while not _try(handle):
                    progress.update("")
                    time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(handle)


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
