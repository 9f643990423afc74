"""Virtual environments in the cache, keyed by what they hold. Stdlib only."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lab import commands
from lab.console import LabError
from lab.locks import exclusive
from lab.settings import Settings

STAMP = "complete.stamp"
UNUSED_SECONDS = 21 * 24 * 3600
NO_NETWORK = (
    "pip no pudo instalar las dependencias de {what}. Revise la conexión a Internet"
    " (o el índice de pip configurado) y el espacio en disco, y repita."
)


@dataclass(frozen=True)
class Venv:
    """A virtual environment to be: pinned requirements, packages by path."""

    kind: str
    requirements: Path
    editable: tuple[Path, ...] = ()

    def key(self) -> str:
        digest = hashlib.sha256()
        digest.update(f"{sys.version_info[:3]}{sys.base_prefix}".encode())
        digest.update(self.requirements.read_bytes())
        for package in self.editable:
            # An editable package points into one clone: each clone has its own.
            digest.update(str(package).encode())
            digest.update((package / "pyproject.toml").read_bytes())
        return digest.hexdigest()[:16]

    def path(self, settings: Settings) -> Path:
        return settings.cache / "venvs" / f"{self.kind}-{self.key()}"

    def python(self, settings: Settings) -> Path:
        return self.path(settings) / "bin" / "python"


def tools(settings: Settings) -> Venv:
    """The environment the lab, the simulator and the scenarios run in."""
    package = settings.repository / "simulator"
    editable = (package,) if (package / "pyproject.toml").is_file() else ()
    return Venv("tools", settings.constraints / "tools.txt", editable)


def ensure(venv: Venv, settings: Settings) -> Path:
    """Build it unless it is complete; its Python."""
    path = venv.path(settings)
    stamp = path / STAMP
    if not stamp.is_file():
        with exclusive(settings.locks / f"venv-{path.name}.lock", path.name):
            if not stamp.is_file():
                _build(venv, path, settings)
    os.utime(stamp)
    return venv.python(settings)


def _build(venv: Venv, path: Path, settings: Settings) -> None:
    # Without the stamp it is the remains of an interrupted build. A venv cannot be
    # renamed into place (its scripts hold its path), hence the stamp.
    shutil.rmtree(path, ignore_errors=True)
    _prune(path.parent, keep=path)
    log = settings.cache / "logs" / f"venv-{path.name}.log"
    commands.run(
        [sys.executable, "-m", "venv", path],
        title=f"Creando el entorno de Python «{venv.kind}»",
        log=log,
        failure=(
            "No se pudo crear un entorno virtual de Python. En Debian instale"
            " python3-venv (apt install python3-venv) y repita."
        ),
    )
    _install(venv, path, log)
    (path / STAMP).write_text(venv.key() + "\n")


def _install(venv: Venv, path: Path, log: Path) -> None:
    pip: list[str | Path] = [
        path / "bin/python",
        "-m",
        "pip",
        "--disable-pip-version-check",
    ]
    total = sum(
        1 for line in venv.requirements.read_text().splitlines() if "==" in line
    )

    def probe() -> str:
        text = log.read_text(errors="replace")
        if "Installing collected packages" in text:
            return "copiando archivos"
        return f"{min(text.count('Collecting '), total)}/{total} paquetes"

    commands.run(
        [*pip, "install", "--no-input", "-r", venv.requirements],
        title=f"Instalando dependencias de «{venv.kind}»",
        log=log,
        failure=NO_NETWORK.format(what=venv.kind),
        probe=probe,
    )
    for package in venv.editable:
        commands.run(
            [*pip, "install", "--no-deps", "--no-build-isolation", "-e", package],
            title=f"Instalando {package.name}",
            log=log,
            failure=f"No se pudo instalar {package}; revise su pyproject.toml.",
        )


def _prune(folder: Path, keep: Path) -> None:
    """Drop environments that nobody has used for weeks."""
    if not folder.is_dir():
        return
    limit = time.time() - UNUSED_SECONDS
    for old in folder.iterdir():
        stamp = old / STAMP
        if old != keep and stamp.is_file() and stamp.stat().st_mtime < limit:
            shutil.rmtree(old, ignore_errors=True)


def require_supported_python() -> None:
    """3.11 to 3.13: older ones lack builds of what we pin, newer ones too."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise LabError(
            f"Se necesita Python 3.11, 3.12 o 3.13 y este es {sys.version.split()[0]}."
            " Instale uno de ellos o indíquelo: make demo PYTHON=python3.12"
        )
