"""Odoo 19 from Debian's archive, unpacked in the cache; the system is not touched."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from lab import commands
from lab.console import LabError, tail
from lab.locks import exclusive
from lab.settings import Settings

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITE = "sid"
# The package's static files are partly links into the others: without them every
# page answers 500.
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
THREE_WAYS = (
    "Hay tres maneras de tener Odoo: 1) un clon de odoo/odoo (rama 18.0 o 19.0) con"
    " ODOO_SRC=/ruta/al/clon; 2) docker compose up, con la imagen odoo:18.0;"
    " 3) una máquina Debian con conexión a su archivo, donde este comando lo descarga."
)
MEGABYTE = 1024 * 1024


def provide(settings: Settings) -> tuple[Path, str]:
    """(unpacked root, version of the package); downloads it the first time."""
    home = settings.cache / "odoo-debian-19"
    stamp = home / "complete.stamp"
    if not stamp.is_file():
        with exclusive(settings.locks / "odoo-debian-19.lock", "el paquete odoo-19"):
            if not stamp.is_file():
                _require_apt()
                stamp.write_text(_download_and_unpack(home, settings))
    return home / "root", stamp.read_text().strip()


def _require_apt() -> None:
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise LabError(f"Esta máquina no tiene {program}. {THREE_WAYS}")
    if not KEYRING.is_file():
        raise LabError(f"Falta {KEYRING}: esta máquina no es Debian. {THREE_WAYS}")


def _archives() -> list[str]:
    """The archive's addresses, as the machine's own apt knows them."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    done = subprocess.run(
        [*command, "Identifier: Packages"], capture_output=True, text=True, check=False
    )
    found = list(dict.fromkeys(done.stdout.split()))
    if done.returncode or not found:
        raise LabError(f"apt no tiene ningún archivo configurado. {THREE_WAYS}")
    # The security archive has no unstable suite.
    return sorted(found, key=lambda uri: "security" in uri)


def _download_and_unpack(home: Path, settings: Settings) -> str:
    # Without a stamp these are the remains of an interrupted download.
    shutil.rmtree(home, ignore_errors=True)
    apt = home / "apt"
    for folder in ("lists/partial", "cache/archives/partial", "deb"):
        (apt / folder).mkdir(parents=True)
    _require_space(home)
    options = _options(apt)
    log = settings.cache / "logs" / "odoo-debian.log"
    _update(apt, options, log)
    _download(apt / "deb", options, log)
    version = _unpack(apt / "deb", home / "root", log)
    shutil.rmtree(apt)
    return version


def _require_space(folder: Path) -> None:
    needed = 2048
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < needed:
        raise LabError(
            f"Quedan {free} MB libres en {folder} y se necesitan {needed}. Libere"
            " espacio o indique otra carpeta con WA_LAB_CACHE."
        )


def _options(apt: Path) -> list[str]:
    settings = {
        "Dir::Etc::SourceList": apt / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": apt / "lists",
        "Dir::Cache": apt / "cache",
    }
    if os.geteuid() == 0:
        # apt would drop to a user that cannot enter our folders.
        settings["APT::Sandbox::User"] = "root"
    return [part for k, v in settings.items() for part in ("-o", f"{k}={v}")]


def _update(apt: Path, options: list[str], log: Path) -> None:
    archives = _archives()
    for number, uri in enumerate(archives, 1):
        line = f"deb [signed-by={KEYRING}] {uri} {SUITE} main\n"
        (apt / "sources.list").write_text(line)
        try:
            commands.run(
                ["apt-get", *options, "update"],
                title=f"Leyendo el índice de Debian {SUITE}",
                log=log,
                failure=(
                    "apt no pudo leer el archivo de Debian. Revise la conexión a"
                    f" Internet y repita. {THREE_WAYS}"
                ),
            )
        except LabError:
            if number == len(archives):
                raise
        else:
            return


def _download(folder: Path, options: list[str], log: Path) -> None:
    listing = subprocess.run(
        ["apt-get", *options, "--print-uris", "download", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    if listing.returncode:
        raise LabError(f"El archivo de esta máquina no ofrece odoo-19. {THREE_WAYS}")
    sizes = [line.split()[2] for line in listing.stdout.splitlines() if "'" in line]
    total = sum(int(size) for size in sizes if size.isdigit()) // MEGABYTE

    def probe() -> str:
        got = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
        return f"{got // MEGABYTE}/{total} MB"

    commands.run(
        ["apt-get", *options, "download", *PACKAGES],
        title="Descargando Odoo 19",
        log=log,
        failure=(
            "La descarga de odoo-19 se cortó. Revise la conexión y el espacio en disco"
            " y repita."
        ),
        cwd=folder,
        probe=probe,
    )


def _unpack(folder: Path, root: Path, log: Path) -> str:
    version = ""
    for package in sorted(folder.glob("*.deb")):
        commands.run(
            ["dpkg-deb", "-x", package, root],
            title=f"Desempacando {package.name.split('_')[0]}",
            log=log,
            failure=f"No se pudo desempacar {package.name}; ¿queda espacio en disco?",
        )
        if package.name.startswith("odoo-19"):
            version = package.name.split("_")[1]
    if not version or tail(root / "usr/bin/odoo", 1) == []:
        raise LabError(f"El paquete odoo-19 no trae usr/bin/odoo. {THREE_WAYS}")
    return version
