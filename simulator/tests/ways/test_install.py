"""A wheel, an empty environment, a server that is ready at once.

The dependencies come from the environment of the tests, so no index is asked.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parents[2]
#: Processor time to the ready line, beside that of importing the libraries alone, in
#: turns: seconds would say how busy the machine is. On one at rest it is 0.5 s.
LIMIT = 1.6
TRIES = 3
LIBRARIES = "fastapi, httptools, httpx, trustme, uvicorn, uvloop, wsproto"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``bin/`` of an environment that has the wheel and nothing of this folder."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("install")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=ROOT, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    venv.create(folder / "venv", with_pip=True)
    bin_ = folder / "venv" / "bin"
    wheel = next(folder.glob("*.whl"))
    subprocess.run(
        [bin_ / "python", "-m", "pip", "install", "-q", "--no-index", "--no-deps",
         wheel],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    # Folders named in a .pth are searched, their own .pth files are not: an
    # editable install of this folder stays out of sight.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return bin_


def serve(bin_: Path) -> tuple[dict[str, Any], Any]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("WA_SIM_")}
    env.pop("PYTHONPATH", None)
    process = subprocess.Popen(
        [bin_ / "wa-simulator", "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, cwd="/",
    )  # fmt: skip
    assert process.stdout is not None
    return json.loads(process.stdout.readline()), process


def test_it_prints_what_is_needed_and_serves(installed: Path) -> None:
    ready, process = serve(installed)
    try:
        console = requests.get(f"{ready['url']}/_sim/console/", timeout=5)
        assert console.status_code == 200, "the wheel holds the console's files"
        sent = requests.post(
            f"{ready['url']}/v23.0/{ready['phone_number_id']}/messages",
            json={
                "messaging_product": "whatsapp",
                "to": "573012345678",
                "type": "text",
                "text": {"body": "hola"},
            },
            headers={"Authorization": f"Bearer {ready['token']}"},
            timeout=5,
        )
        assert sent.status_code == 200
        assert ready["app_secret"]
        assert ready["verify_token"]
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)
    assert "THIS IS A FAKE" in err
    assert "Traceback" not in err


def _spent() -> float:
    """Seconds of processor time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _seconds_to_serve(bin_: Path) -> float:
    before = _spent()
    _, process = serve(bin_)
    # Killed, not stopped: only the way to the ready line counts.
    process.kill()
    process.communicate(timeout=10)
    return _spent() - before


def _seconds_to_import(bin_: Path) -> float:
    before = _spent()
    subprocess.run([bin_ / "python", "-c", f"import {LIBRARIES}"], check=True)
    return _spent() - before


def test_it_is_ready_soon_after_its_libraries(installed: Path) -> None:
    tries = [
        (_seconds_to_serve(installed), _seconds_to_import(installed))
        for _ in range(TRIES)
    ]
    serving, importing = (min(seconds) for seconds in zip(*tries, strict=True))
    assert serving / importing < LIMIT
