"""The README's commands are run as they stand."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wa_simulator.client import SimulatorClient

README = (Path(__file__).parents[1] / "README.md").read_text()
CURLS = [
    match.strip()
    for block in re.findall(r"```\n(.*?)```", README, re.S)
    for match in re.findall(r"(?ms)^curl .*?(?=^curl |\Z)", block)
]


def test_there_are_commands() -> None:
    assert len(CURLS) == 5


@pytest.mark.parametrize("command", CURLS)
def test_a_command_works(
    sim: SimulatorClient, server: Any, receiver: Any, command: str
) -> None:
    command = command.replace("localhost:4004", server.url.removeprefix("http://"))
    command = command.replace("http://127.0.0.1:8069/your/webhook", receiver.url)
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, timeout=20, check=True
    )
    assert "error" not in json.loads(done.stdout)


def test_every_flag_is_described() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "wa_simulator.cli", "serve", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    flags = set(re.findall(r"--[a-z-]+", help_text)) - {"--help"}
    assert flags <= set(re.findall(r"--[a-z-]+", README))
