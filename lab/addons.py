"""Addons folders for one series: OCA's wheels unpacked, ours staged."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import sys
import zipfile
from pathlib import Path

from lab import commands
from lab.console import LabError
from lab.locks import exclusive
from lab.settings import Settings

BRIDGE = "crm_whatsapp_gateway"
#: Glue to OCA's queue_job; installed in the suites that are about it only.
QUEUE_JOB = "crm_whatsapp_gateway_queue_job"
MIGRATION = "crm_whatsapp_migration"
#: A stand-in of the module that the migration leaves behind; never shipped.
STAND_IN = "crm_import_leads"
STAND_INS = Path("tests/migration/addons")
VERSION = re.compile(r"""(["']version["']\s*:\s*["'])(\d+\.\d+)(\.[\d.]+["'])""")
IGNORED = ("__pycache__", "*.pyc", ".pytest_cache")


def relabel(addon: Path, series: str) -> None:
    """Write the series into a manifest's version.

    Odoo takes a module whose version names another series as not installable, and
    says nothing.
    """
    manifest = addon / "__manifest__.py"
    text = manifest.read_text()
    changed = VERSION.sub(lambda m: m[1] + series + m[3], text, count=1)
    if changed != text:
        manifest.write_text(changed)


def oca(series: str, settings: Settings, name: str = "oca") -> tuple[Path, str]:
    """(addons folder with OCA's modules, its key); downloaded the first time.

    :param name: of the file with their pins; `queue_job` has a folder of its own, so
        that no other lab sees it
    """
    pins = settings.constraints / f"{name}-{series}.txt"
    key = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    home = settings.cache / name / f"{series}-{key}"
    stamp = home / "complete.stamp"
    if not stamp.is_file():
        lock = settings.locks / f"{name}-{series}.lock"
        with exclusive(lock, "los módulos de la OCA"):
            if not stamp.is_file():
                shutil.rmtree(home, ignore_errors=True)
                _download_oca(home, pins, series, settings)
                stamp.touch()
    return home / "addons", key


def _download_oca(home: Path, pins: Path, series: str, settings: Settings) -> None:
    wheels = home / "wheels"
    wheels.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download"]
    commands.run(
        [*pip, "--no-deps", "--no-input", "-d", wheels, "-r", pins],
        title=f"Descargando los módulos de la OCA para {series}",
        log=settings.cache / "logs" / f"{pins.stem}.log",
        failure=(
            "pip no pudo descargar los módulos de la OCA. Revise la conexión a Internet"
            " (o el índice de pip configurado) y repita."
        ),
    )
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            names = [n for n in archive.namelist() if n.startswith("odoo/addons/")]
            archive.extractall(home / "unpacked", names)
    (home / "unpacked/odoo/addons").rename(home / "addons")
    for manifest in (home / "addons").glob("*/__manifest__.py"):
        relabel(manifest.parent, series)


def suit_older(addons: Path, source: Path) -> None:
    """Take `@api.private` out of unpacked modules where Odoo does not have it.

    A checkout of 18.0 from its first months lacks the decorator, which only keeps a
    method from being called by RPC; every queue_job of 18.0 since 1.7 uses it.

    :param source: Odoo's code
    """
    api = source / "odoo/api.py"
    if not api.is_file() or "def private(" in api.read_text():
        return
    for path in addons.rglob("*.py"):
        text = path.read_text()
        changed = text.replace("    @api.private\n", "")
        if changed != text:
            path.write_text(changed)


def own(repository: Path) -> list[Path]:
    """Our addons in the repository."""
    found = [repository / BRIDGE, repository / QUEUE_JOB]
    found += sorted((repository / "migration").glob("*"))
    return [path for path in found if (path / "__manifest__.py").is_file()]


def stage(target: Path, series: str, repository: Path) -> Path:
    """Copy our addons, relabelled, into `target`; the addons folder."""
    addons = own(repository)
    if repository / BRIDGE not in addons:
        raise LabError(
            f"No está el módulo {BRIDGE} en {repository}. El clon está incompleto:"
            " repita git clone."
        )
    folder = target / series
    shutil.rmtree(folder, ignore_errors=True)
    for addon in addons:
        copy = folder / addon.name
        shutil.copytree(addon, copy, ignore=shutil.ignore_patterns(*IGNORED))
        relabel(copy, series)
    return folder


def stand_in(target: Path, generation: int, series: str, repository: Path) -> Path:
    """Copy the stand-in of a generation (1, 2) into the addons folder `target`."""
    addon = target / STAND_IN
    shutil.rmtree(addon, ignore_errors=True)
    source = repository / STAND_INS
    shutil.copytree(source / STAND_IN, addon, ignore=shutil.ignore_patterns(*IGNORED))
    if generation == 2:
        shutil.copy(source / "generation2/generation.py", addon)
        manifest = addon / "__manifest__.py"
        text = manifest.read_text()
        manifest.write_text(text.replace('"mail"]', '"mail", "mail_gateway"]'))
    relabel(addon, series)
    return addon


def content_key(addon: Path) -> str:
    """Hash of what an addon installs; its tests, papers and series aside."""
    digest = hashlib.sha256()
    for path in sorted(addon.rglob("*")):
        parts = path.relative_to(addon).parts
        if parts[0] in {"tests", "docs", "readme"} or "__pycache__" in parts:
            continue
        if path.is_file():
            digest.update("/".join(parts).encode() + b"\0")
            content = path.read_bytes()
            if path.name == "__manifest__.py":
                content = VERSION.sub(r"\1\3", content.decode()).encode()
            digest.update(content + b"\0")
    return digest.hexdigest()[:16]


def dependencies(addon: Path) -> list[str]:
    """What a manifest depends on."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    return sorted(manifest.get("depends", []))
