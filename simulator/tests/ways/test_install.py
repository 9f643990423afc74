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
#: Seconds of processor time to the ready line; wall time on a machine at rest.
LIMIT = 1.0
TRIES = 3

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


def _processor_seconds(bin_: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _, process = serve(bin_)
    # Killed, not stopped: only the way to the ready line counts.
    process.kill()
    process.communicate(timeout=10)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_it_is_ready_in_under_a_second(installed: Path) -> None:
    assert min(_processor_seconds(installed) for _ in range(TRIES)) < LIMIT
