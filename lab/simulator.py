"""The fake Meta: started, asked for its world, told where to send webhooks."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import requests

from lab import processes
from lab.console import LabError
from lab.processes import Process
from lab.waiting import wait_until

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class World:
    """A running simulator, as its ready file tells it; the secrets are fake."""

    url: str
    ca: str
    app_id: str
    waba_id: str
    phone_number_id: str
    token: str
    app_secret: str
    verify_token: str


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

    def wait_ready(self, process: Process) -> World:
        """Its address and credentials, once it listens."""
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
        ready = self._ready()
        return World(**{one.name: str(ready[one.name]) for one in fields(World)})

    def _ready(self) -> dict[str, Any]:
        try:
            found = json.loads(self.ready_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return found if isinstance(found, dict) else {}


def environment(world: World) -> dict[str, str]:
    """What makes a process meet the simulator where it looks for Meta."""
    proxy = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), world.url)
    lower = {name.lower(): value for name, value in proxy.items()}
    trust = dict.fromkeys(("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), world.ca)
    local = "localhost,127.0.0.1"
    return {**proxy, **lower, **trust, "NO_PROXY": local, "no_proxy": local}


def subscribe(world: World, callback: str) -> None:
    """Subscribe the app's webhook; the simulator does Meta's handshake first."""
    body = {
        "scope": "app",
        "id": world.app_id,
        "callback_url": callback,
        "verify_token": world.verify_token,
    }
    answer = _session().post(
        f"{world.url}/_sim/webhooks/subscription", json=body, timeout=TIMEOUT_SECONDS
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
