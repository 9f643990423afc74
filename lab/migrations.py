"""What tests of the migration work on: databases with and without our addons.

bridge: ours installed, tables of the legacy module to be added; legacy1: the stand-in
of generation 1 alone, no OCA; legacy2: OCA's modules and the stand-in of generation 2.
Each has a server of its own; all is thrown away afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lab import addons, lifecycle, sources, templates
from lab.databases import databases
from lab.odoo import Odoo
from lab.settings import Settings
from lab.sources import OdooSource
from lab.templates import Layer

#: Names the file with all that tests must know; read by tests/migration/bench.py.
VARIABLE = "WA_MIGRATION"
BRIDGE = "bridge"
LEGACY = ("legacy1", "legacy2")
TESTS = Path("tests/migration")


@dataclass(frozen=True)
class Place:
    """A template, and the addons folders it is built and used with."""

    layer: Layer
    folders: tuple[Path, ...]


@contextmanager
def bench(
    settings: Settings, wanted: Collection[str] = (BRIDGE, *LEGACY)
) -> Iterator[Path]:
    """The file that names the databases wanted, while they are there."""
    home = settings.home
    lifecycle.claim_folder(home)
    source = sources.provide(settings)
    places = _places(source, settings, wanted)
    store = databases(settings)
    odoos: dict[str, Odoo] = {}
    try:
        for name, place in places.items():
            key = templates.ensure(place.layer, source, place.folders, settings)
            folder = home / name
            server = store.open(folder, key)
            odoo = Odoo(source, folder, place.folders, server, store.name(folder))
            odoo.configure({"max_cron_threads": 0})
            odoos[name] = odoo
        path = home / "migration.json"
        _write(path, source, odoos)
        yield path
    finally:
        for name in places:
            store.drop(home / name)
        shutil.rmtree(home)


def _places(
    source: OdooSource, settings: Settings, wanted: Collection[str]
) -> dict[str, Place]:
    home, series = settings.home, source.series.name
    staged = addons.stage(home / "addons", series, settings.repository)
    layers = templates.layers(source, settings, staged / addons.BRIDGE)
    ours = (layers.oca, staged)
    found = {BRIDGE: Place(layers.migration(staged / addons.MIGRATION), ours)}
    for generation, name in enumerate(LEGACY, 1):
        if name not in wanted:
            continue
        stand_in = addons.stand_in(
            home / "addons" / name, generation, series, settings.repository
        )
        layer = layers.legacy(stand_in, with_oca=generation == 2)
        found[name] = Place(layer, (*ours, stand_in.parent))
    return found


def _write(path: Path, source: OdooSource, odoos: Mapping[str, Odoo]) -> None:
    """Write the file; it holds passwords."""
    values = {
        "series": source.series.name,
        "python": str(source.python),
        "script": str(source.script),
        "python_path": str(source.python_path),
        "places": {name: _place(odoo) for name, odoo in odoos.items()},
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(values, indent=2))


def _place(odoo: Odoo) -> dict[str, object]:
    server = odoo.server
    folders = (*odoo.source.core_addons, *odoo.addons)
    return {
        "database": odoo.database,
        "prefix": f"{odoo.database}_",
        "conf": str(odoo.conf),
        "data_dir": str(odoo.home / "data"),
        "addons": ",".join(map(str, folders)),
        "server": {
            "host": server.host,
            "port": server.port,
            "user": server.user,
            "password": server.password,
        },
    }


def speed(settings: Settings, rows: int, generation: str) -> int:
    """The benchmark, on databases of its own; its exit status."""
    with bench(settings, (BRIDGE,)) as bench_file:
        python = json.loads(bench_file.read_text())["python"]
        argv = [python, "-m", "tests.migration.speed"]
        argv += ["--rows", str(rows), "--generation", generation]
        return subprocess.run(
            argv,
            cwd=settings.repository,
            env=environment(settings, bench_file),
            check=False,
        ).returncode


def run_pytest(
    settings: Settings,
    bench_file: Path,
    tests: Sequence[str],
    report: Path,
    *,
    workers: int = 0,
    output: IO[bytes] | None = None,
) -> int:
    """pytest in Odoo's environment on tests of the repository; its exit status.

    :param workers: processes that share the tests; 0: pytest's own, as they stand
    :param output: where pytest writes; None: where we do
    """
    values = json.loads(bench_file.read_text())
    folder = settings.repository / TESTS
    argv = [values["python"], "-m", "pytest", *tests, "-c", folder / "pytest.ini"]
    argv += [f"--confcutdir={folder}", f"--rootdir={folder}"]
    if workers:
        # A part each, so that what a session makes once is seldom made twice.
        argv += [f"--numprocesses={workers}", "--dist=worksteal"]
    argv += ["-p", "no:cacheprovider", f"--junit-xml={report}"]
    done = subprocess.run(
        [str(word) for word in argv],
        cwd=settings.repository,
        env=environment(settings, bench_file),
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        check=False,
    )
    return done.returncode


def environment(settings: Settings, bench_file: Path) -> dict[str, str]:
    """Environment of a program in Odoo's environment that uses the databases."""
    values = json.loads(bench_file.read_text())
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "TERM")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONPATH": f"{values['python_path']}{os.pathsep}{settings.repository}",
        "PYTHONDONTWRITEBYTECODE": "1",
        VARIABLE: str(bench_file),
    }
