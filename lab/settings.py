"""Where the lab keeps its things and what its user asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from lab import modes
from lab.console import LabError

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """All that the environment decides, read once."""

    repository: Path
    cache: Path
    home: Path
    odoo_src: Path | None
    odoo_port: int | None
    workers: int
    database_url: str | None
    modes: str = modes.BACKGROUND
    nodes: int = 1
    queue_job: bool = False
    durable: bool = False

    @property
    def constraints(self) -> Path:
        return self.repository / "constraints"

    def with_workers(self, workers: int) -> Self:
        return replace(self, workers=workers)

    def in_folder(self, home: Path) -> Self:
        """The same for another lab."""
        return replace(self, home=home)

    @property
    def locks(self) -> Path:
        return self.cache / "locks"


def _number(env: Mapping[str, str], name: str, lowest: int, highest: int) -> int | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    if not text.isdigit() or not lowest <= int(text) <= highest:
        raise LabError(
            f"{name}={text} no sirve: se espera un número de {lowest} a {highest}."
        )
    return int(text)


def _database_url(env: Mapping[str, str]) -> str | None:
    """A PostgreSQL given by the user, as a libpq address; None means our own."""
    if env.get("DATABASE_URL"):
        return env["DATABASE_URL"]
    # libpq itself reads PGHOST and its companions: an empty address is enough.
    return "postgresql://" if env.get("PGHOST") else None


def _checkout(env: Mapping[str, str]) -> Path | None:
    text = env.get("ODOO_SRC", "").strip()
    if not text:
        return None
    path = Path(text).expanduser().resolve()
    if not (path / "odoo-bin").is_file() or not (path / "odoo/release.py").is_file():
        raise LabError(
            f"ODOO_SRC={path} no es una copia del código de Odoo: faltan odoo-bin u"
            " odoo/release.py. Indique la carpeta de un clon de odoo/odoo."
        )
    return path


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings of this call; paths are absolute afterwards."""
    base = env.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    cache = env.get("WA_LAB_CACHE") or str(Path(base) / "wa-lab")
    home = env.get("WA_LAB_DIR") or str(REPOSITORY / ".lab")
    return Settings(
        repository=REPOSITORY,
        cache=Path(cache).expanduser().resolve(),
        home=Path(home).expanduser().resolve(),
        odoo_src=_checkout(env),
        odoo_port=_number(env, "ODOO_PORT", 1, 65535),
        workers=_number(env, "WORKERS", 0, 64) or 0,
        database_url=_database_url(env),
        modes=modes.read(env),
    )
