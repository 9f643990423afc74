"""The fake Meta: started, asked for its world, told where to send webhooks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import requests

from lab import processes
from lab.console import LabError
from lab.processes import Process
from lab.waiting import wait_until

TIMEOUT_SECONDS = 30
#: The world every simulator starts with (its documented defaults).
WABA = "200000000000001"
PHONE_NUMBER_ID = "100000000000001"
TOKEN = "SIM-TOKEN"
APP_SECRET = "sim-app-secret"
VERIFY_TOKEN = "sim-verify"


class Simulator:
    """wa-simulator of the tools environment, in a lab's folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "simulator.log"
        self.state = home / "simulator"
        self.ready_file = home / "simulator.ready"

    def start(self) -> Process:
        program = Path(sys.executable).with_name("wa-simulator")
        if not program.exists():
            raise LabError(
                "El simulador no está instalado en el entorno del laboratorio: falta"
                " simulator/pyproject.toml en el clon. Repita git clone."
            )
        self.ready_file.unlink(missing_ok=True)
        self.state.mkdir(exist_ok=True)
        self.log.touch()
        argv: list[str | Path] = [program, "serve", "--port", "0"]
        argv += ["--state-dir", self.state, "--ready-file", self.ready_file]
        return processes.spawn(
            "simulator",
            argv,
            home=self.home,
            log=self.log,
            env=processes.inherited({"PYTHONUNBUFFERED": "1"}),
        )

    def wait_ready(self, process: Process) -> str:
        """Its address, once it listens."""
        wait_until(
            "Arrancando el simulador",
            lambda: bool(self._ready()),
            alive=lambda: process.alive,
            limit=60,
            failure=LabError(
                "El simulador no arrancó. La causa está en las líneas de abajo.",
                self.log,
            ),
        )
        return str(self._ready()["url"]).rstrip("/")

    def save_ca(self, url: str) -> Path:
        """Keep its certificate authority as a file that Odoo can trust."""
        path = self.home / "simulator-ca.pem"
        answer = _session().get(f"{url}/_sim/ca.pem", timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        path.write_bytes(answer.content)
        return path

    def _ready(self) -> dict[str, Any]:
        try:
            found = json.loads(self.ready_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return found if isinstance(found, dict) else {}


def environment(url: str, ca: Path) -> dict[str, str]:
    """What makes a process meet the simulator where it looks for Meta."""
    proxy = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), url)
    lower = {name.lower(): value for name, value in proxy.items()}
    trust = {"REQUESTS_CA_BUNDLE": str(ca), "SSL_CERT_FILE": str(ca)}
    local = "localhost,127.0.0.1"
    return {**proxy, **lower, **trust, "NO_PROXY": local, "no_proxy": local}


def subscribe(url: str, callback: str) -> None:
    """Subscribe the app's webhook; the simulator does Meta's handshake first."""
    body = {
        "scope": "app",
        "id": WABA,
        "callback_url": callback,
        "verify_token": VERIFY_TOKEN,
    }
    answer = _session().post(
        f"{url}/_sim/webhooks/subscription", json=body, timeout=TIMEOUT_SECONDS
    )
    if not answer.ok:
        raise LabError(
            "El simulador no pudo suscribir el webhook: la verificación contra Odoo"
            f" falló ({answer.status_code}: {answer.text[:300]})."
        )


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session
