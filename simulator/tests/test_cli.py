"""The command line as scripts and containers use it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from wa_simulator import cli
from wa_simulator.client import SimulatorClient

COMMAND = [sys.executable, "-m", "wa_simulator.cli"]
KEYS = {
    "url", "port", "tls_port", "ca", "waba_id", "phone_number_id", "token",
    "app_secret", "verify_token", "run",
}  # fmt: skip


def clean(**extra: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WA_SIM_")}
    return {**kept, **extra}


@contextmanager
def serving(*flags: str, **env: str) -> Iterator[tuple[dict[str, Any], Any]]:
    process = subprocess.Popen(
        [*COMMAND, "serve", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean(**env),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        yield json.loads(line), process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def test_ready_line_file_and_stop(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    state = tmp_path / "state"
    with serving(
        "--port", "0", "--tls-port", "0", "--ready-file", str(file),
        "--state-dir", str(state), "--clock", "frozen", "--seed", "7",
    ) as (ready, process):  # fmt: skip
        assert set(ready) >= KEYS
        assert json.loads(file.read_text()) == ready
        assert ready["ca"] == str(state / "ca.pem")
        assert (state / "ca.key").stat().st_mode & 0o077 == 0
        with SimulatorClient(ready["url"]) as sim:
            world = sim.world()
            assert (world["run"], world["seed"]) == (ready["run"], 7)
            assert sim.clock()["frozen"] is True
            assert sim.ca_pem() == (state / "ca.pem").read_bytes()
        start = time.perf_counter()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
        assert time.perf_counter() - start < 2
    assert process.returncode == 0
    assert out == ""
    assert "THIS IS A FAKE" in err
    assert "Traceback" not in err


def test_stops_within_two_seconds_while_a_call_hangs() -> None:
    with serving("--port", "0") as (ready, process):
        with SimulatorClient(ready["url"]) as sim:
            sim.set_fault("outage", params={"mode": "hang"})
        with socket.create_connection(("127.0.0.1", ready["port"]), 5) as hanging:
            hanging.sendall(b"GET /v23.0/1 HTTP/1.1\r\nHost: x\r\n\r\n")
            with SimulatorClient(ready["url"]) as sim:
                for _ in range(100):
                    if sim.journal():
                        break
            start = time.perf_counter()
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=10)
        assert time.perf_counter() - start < 2
        assert process.returncode == 0
        assert "Traceback" not in err


def test_the_authority_outlives_a_restart_and_the_run_does_not(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        with serving("--port", "0", "--state-dir", str(tmp_path)) as (ready, _):
            seen.append((Path(ready["ca"]).read_bytes(), ready["run"]))
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_each_flag_as_a_variable(tmp_path: Path) -> None:
    with serving(
        WA_SIM_PORT="0", WA_SIM_HOST="0.0.0.0", WA_SIM_SEED="9",
        WA_SIM_CLOCK="frozen", WA_SIM_TLS_PORT="0", WA_SIM_REALISTIC="1",
        WA_SIM_STATE_DIR=str(tmp_path), WA_SIM_READY_FILE=str(tmp_path / "r"),
        WA_SIM_ALLOW_HOST="simulator,other",
    ) as (ready, _):  # fmt: skip
        assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
        assert json.loads((tmp_path / "r").read_text()) == ready
        with SimulatorClient(ready["url"]) as sim:
            settings = sim.world()["settings"]
            assert settings["throughput_limit"] is settings["pair_limit"] is True
            assert settings["enforce_window"] is True
            assert sim.world()["seed"] == 9
        for host, status in (("simulator:8025", 200), ("other", 200), ("third", 403)):
            answer = requests.get(
                f"{ready['url']}/_sim/readyz", headers={"Host": host}, timeout=5
            )
            assert answer.status_code == status


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"WA_SIM_PORT": "http"}, "WA_SIM_PORT: expected a whole number, got 'http'"),
        ({"WA_SIM_REALISTIC": "maybe"}, "WA_SIM_REALISTIC: expected 1 or 0"),
        ({"WA_SIM_CLOCK": "fast"}, "WA_SIM_CLOCK: expected real or frozen, got 'fast'"),
    ],
)
def test_bad_variables_are_named(env: dict[str, str], words: str) -> None:
    done = subprocess.run(
        [*COMMAND, "serve"], capture_output=True, text=True, env=clean(**env),
        timeout=20, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert words in done.stderr


def test_a_taken_port_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "serve", "--port", str(port)], capture_output=True, text=True,
            env=clean(), timeout=20, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Choose another --port" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("flag", "path", "words"),
    [
        ("--ready-file", "{tmp}/missing/x.json", "cannot write --ready-file"),
        ("--ready-file", "{tmp}", "cannot write --ready-file"),
        ("--state-dir", "/proc/x", "cannot use --state-dir"),
        ("--state-dir", "{tmp}/file/x", "cannot use --state-dir"),
        ("--state-dir", "{tmp}/broken", "cannot use --state-dir"),
    ],
)
def test_places_that_cannot_be_written_are_named(
    tmp_path: Path, flag: str, path: str, words: str
) -> None:
    (tmp_path / "file").write_text("x")
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("ca.pem", "ca.key"):
        (broken / name).write_text("no certificate")
    place = path.format(tmp=tmp_path)
    done = subprocess.run(
        [*COMMAND, "serve", "--port", "0", flag, place], capture_output=True,
        text=True, env=clean(), timeout=20, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"wa-simulator: {words} {place}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "listen" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["status", "world", "journal", "env"])
def test_a_reader_that_leaves_early_is_no_error(server: Any, command: str) -> None:
    """``| head -1``: what is written then goes nowhere."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, command, "--url", server.url], stdout=writing,
            stderr=subprocess.PIPE, text=True, env=clean(), timeout=20, check=False,
        )  # fmt: skip
    finally:
        os.close(writing)
    assert done.stderr == ""


def test_readyz(server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["readyz", "--url", server.url]) == 0
    assert cli.main(["readyz", "--url", "http://127.0.0.1:9"]) == 1
    assert "does not answer" in capsys.readouterr().err
