"""The Odoo to run: a checkout the user gives, else Debian's package."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lab import debian, venvs
from lab.console import LabError
from lab.series import PACKAGED, Series, series_named
from lab.settings import Settings


@dataclass(frozen=True)
class OdooSource:
    """Odoo's code on this machine and how to run it."""

    series: Series
    script: Path
    core_addons: tuple[Path, ...]
    python_path: Path
    #: Names the exact code, for template keys.
    identity: str
    python: Path


def provide(settings: Settings) -> OdooSource:
    """Provision Odoo and the environment of its series."""
    if settings.odoo_src:
        return _checkout(settings.odoo_src, settings)
    root, version = debian.provide(settings)
    packages = root / "usr/lib/python3/dist-packages"
    return OdooSource(
        series=series_named(PACKAGED),
        # Not `python -m odoo`: with workers the event server re-executes argv[0].
        script=root / "usr/bin/odoo",
        core_addons=(packages / "odoo/addons", packages / "addons"),
        python_path=packages,
        identity=f"debian {version}",
        python=_python(PACKAGED, settings),
    )


def _python(series: str, settings: Settings) -> Path:
    newest = series_named(series).newest_python
    if sys.version_info[:2] > newest:
        word = ".".join(map(str, newest))
        raise LabError(
            f"Odoo {series} corre hasta Python {word} y este es"
            f" {sys.version.split()[0]}. Repita con PYTHON=python{word}."
        )
    requirements = settings.constraints / f"odoo-{series}.txt"
    return venvs.ensure(venvs.Venv(f"odoo-{series}", requirements), settings)


def _checkout(path: Path, settings: Settings) -> OdooSource:
    series = series_named(_series_of(path))
    return OdooSource(
        series=series,
        script=path / "odoo-bin",
        core_addons=(path / "odoo/addons", path / "addons"),
        python_path=path,
        identity=f"{path} {_revision(path)}",
        python=_python(series.name, settings),
    )


def _series_of(path: Path) -> str:
    release = (path / "odoo/release.py").read_text()
    found = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", release, re.MULTILINE)
    if not found:
        raise LabError(
            f"No se entiende la versión en {path}/odoo/release.py. Use una copia de"
            " la rama 18.0 o 19.0."
        )
    return f"{found[1]}.{found[2]}"


def _revision(path: Path) -> str:
    """The checkout's commit; empty for an archive without git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(path), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip()
