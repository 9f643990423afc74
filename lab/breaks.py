"""Breaks the addon on purpose, one place at a time: does its test turn red?

A test that stays green with its requirement broken proves nothing.
"""

from __future__ import annotations

import ast
import json
import os
import queue
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree

from lab import addons, migrations, odootests, testing
from lab.console import LabError, say, seconds
from lab.odootests import Bench
from lab.settings import Settings

TABLE = Path("tests/breaks/breaks.toml")
WORKER = Path("tests/breaks/worker.py")
#: What a copy of the repository need not have.
LEFT_OUT = (".git", ".lab*", ".venv", "__pycache__", "*.pyc", ".*_cache")
ADDON, REPOSITORY, MIGRATION = "addon", "repository", "migration"
#: At the same time, each with a database and a copy of the addon of its own.
LANES = 2


@dataclass(frozen=True)
class Break:
    """A text, what it becomes, and the test that must see it."""

    name: str
    requirement: str
    #: Relative to the place, as the file of the test is where nothing else is said.
    file: str
    find: str
    replace: str
    test: str
    #: The addon; the repository for what tests outside Odoo see; or the migration,
    #: whose tests stand in the repository.
    place: str = ADDON
    #: Odoo's series on which the place is used; none means all.
    series: tuple[str, ...] = ()

    def root(self, repository: Path) -> Path:
        folders = {
            ADDON: repository / addons.BRIDGE,
            MIGRATION: repository / "migration" / addons.MIGRATION,
        }
        return folders.get(self.place, repository)

    def test_root(self, repository: Path) -> Path:
        """What the test's file is relative to."""
        return self.root(repository) if self.place == ADDON else repository

    def apply(self, root: Path) -> str:
        """Break a copy of the place; the file's text before."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.find) != 1:
            raise LabError(
                f"«{self.name}»: el texto buscado está {text.count(self.find)} veces"
                f" en {self.file} y debe estar una. Corrija {TABLE}."
            )
        path.write_text(text.replace(self.find, self.replace), encoding="utf-8")
        return text


def read_table(path: Path) -> list[Break]:
    rows = tomllib.loads(path.read_text("utf-8"))["break"]
    return [Break(**{**row, "series": tuple(row.get("series", ()))}) for row in rows]


class Lane(Protocol):
    """A copy of a place, and how its tests are run."""

    root: Path

    def run(self, tests: Sequence[str], report: Path, broken: str = "") -> None:
        """pytest on tests of the place, by name; its report.

        :param broken: the file that differs from what the lane was made of
        """


class AddonLane:
    """A database with the addon, and the copy of the addon that its Odoo reads.

    Odoo is started once: see tests/breaks/worker.py.
    """

    def __init__(self, bench: Bench, repository: Path) -> None:
        self.root = bench.staged / addons.BRIDGE
        manifest = ast.literal_eval((self.root / "__manifest__.py").read_text())
        self.data = frozenset(manifest["data"])
        odoo = bench.odoo
        self.log = odoo.home / "worker.log"
        argv: list[str | Path] = [odoo.source.python, repository / WORKER]
        argv += [addons.BRIDGE, *bench.arguments()]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                argv,
                cwd=odoo.home,
                # What was compiled of a broken file must not be taken for the whole.
                env=odoo.env({"PYTHONDONTWRITEBYTECODE": "1"}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def run(self, tests: Sequence[str], report: Path, broken: str = "") -> None:
        assert self.process.stdin
        assert self.process.stdout
        order = {
            "tests": [str(self.root / test) for test in tests],
            "report": str(report),
            "log": str(report.with_suffix(".log")),
            "data": broken if broken in self.data else "",
        }
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise LabError("El Odoo de las pruebas terminó por sí solo.", self.log)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


class RepositoryLane:
    """A copy of the repository, for tests that need no Odoo."""

    def __init__(self, settings: Settings) -> None:
        self.root = settings.home / "repository"
        shutil.copytree(
            settings.repository, self.root, ignore=shutil.ignore_patterns(*LEFT_OUT)
        )
        # Tests of the repository ask git which files are its own.
        subprocess.run(["git", "init", "-q"], cwd=self.root, check=True)

    def run(self, tests: Sequence[str], report: Path, broken: str = "") -> None:
        argv = [sys.executable, "-m", "pytest", *tests, f"--junit-xml={report}"]
        argv += ["-p", "no:cacheprovider", f"--confcutdir={self.root}/tests/lint"]
        with report.with_suffix(".log").open("wb") as log:
            subprocess.run(
                argv,
                cwd=self.root,
                env=testing.clean_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )


class MigrationLane:
    """Databases to migrate, and the copy of the addon that their Odoo reads.

    Odoo is started anew for each test; these tests load next to nothing of it.
    """

    def __init__(self, settings: Settings, bench_file: Path) -> None:
        series = json.loads(bench_file.read_text())["series"]
        self.settings, self.bench_file, self.series = settings, bench_file, series
        self.root = settings.home / "addons" / series / addons.MIGRATION

    def run(self, tests: Sequence[str], report: Path, broken: str = "") -> None:
        with report.with_suffix(".log").open("wb") as log:
            migrations.run_pytest(
                self.settings, self.bench_file, tests, report, output=log
            )


def run(settings: Settings, words: Sequence[str]) -> int:
    """Try all breaks, or those whose name or requirement holds a word.

    0 only when every test passes unbroken, and each fails with its break.
    """
    found = [
        one
        for one in read_table(settings.repository / TABLE)
        if not words or any(word in (one.requirement, one.name) for word in words)
    ]
    if not found:
        raise LabError(f"Ninguna rotura de {TABLE} se llama así.")
    started = time.monotonic()
    base = settings.repository / ".lab-test" / "breaks"
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    tried, blind = 0, 0
    for place in (REPOSITORY, ADDON, MIGRATION):
        own = [one for one in found if one.place == place]
        if own:
            count, unseen = _run_place(settings.in_folder(base), place, own)
            tried, blind = tried + count, blind + unseen
    spent = seconds(time.monotonic() - started)
    say(f"\n{tried - blind} roturas vistas, {blind} sin ver, en {spent}")
    return 1 if blind else 0


def _run_place(settings: Settings, place: str, found: list[Break]) -> tuple[int, int]:
    """(breaks tried, breaks that no test saw) of the addon or the repository."""
    with _lanes(settings, place, len(found)) as (lanes, series):
        own = [one for one in found if not one.series or series in one.series]
        tests = sorted({one.test for one in own})
        say(f"\nSin romper nada: {len(tests)} pruebas")
        with ThreadPoolExecutor(len(lanes)) as pool:
            shares = [tests[n :: len(lanes)] for n in range(len(lanes))]
            red = set().union(*pool.map(_red_unbroken, lanes, shares))
            free: queue.SimpleQueue[Lane] = queue.SimpleQueue()
            for lane in lanes:
                free.put(lane)
            sound = [one for one in own if one.test not in red]
            seen = list(pool.map(lambda one: _try(free, one), sound))
    return len(own), len(own) - len(sound) + seen.count(False)


@contextmanager
def _lanes(
    settings: Settings, place: str, wanted: int
) -> Iterator[tuple[list[Lane], str]]:
    """Lanes of a place, no more than there is work for; the series of Odoo."""
    if place == REPOSITORY:
        yield [RepositoryLane(settings)], ""
        return
    count = min(LANES, wanted, os.cpu_count() or 1)
    homes = [settings.home / f"{place}{number}" for number in range(count)]
    with ExitStack() as stack:
        if place == MIGRATION:
            own = [settings.in_folder(home) for home in homes]
            found = [
                MigrationLane(
                    one,
                    stack.enter_context(migrations.bench(one, [migrations.BRIDGE])),
                )
                for one in own
            ]
            yield [*found], found[0].series
            return
        benches = [
            stack.enter_context(odootests.bench(settings.in_folder(home)))
            for home in homes
        ]
        lanes = [AddonLane(bench, settings.repository) for bench in benches]
        for lane in lanes:
            stack.callback(lane.close)
        yield [*lanes], benches[0].series


def _red_unbroken(lane: Lane, tests: list[str]) -> set[str]:
    """Tests that fail although nothing is broken: their breaks prove nothing."""
    if not tests:
        return set()
    report = lane.root.parent / "whole.xml"
    lane.run(tests, report)
    found = outcomes(report)
    if len(found) < len(tests):
        raise LabError("No se corrieron todas las pruebas.", report.with_suffix(".log"))
    bad = [name for name, how in found.items() if how != "passed"]
    red = {test for test in tests if any(_is_named(test, name) for name in bad)}
    for test in sorted(red):
        say(f"  NO PASA aunque nada está roto: {test}")
    if bad and not red:
        raise LabError(f"No se sabe qué prueba es {bad[0]}.")
    return red


def _is_named(test: str, name: str) -> bool:
    """Whether a test is the one that a report calls so, parameters aside."""
    file, *rest = test.split("::")
    dotted = ".".join([Path(file).stem, *rest])
    return f".{name}".partition("[")[0].endswith(f".{dotted.partition('[')[0]}")


def _try(free: queue.SimpleQueue[Lane], one: Break) -> bool:
    """Put a break into a lane that is free; whether its test sees it."""
    lane = free.get()
    try:
        return _turns_red(lane, one)
    finally:
        free.put(lane)


def _turns_red(lane: Lane, one: Break) -> bool:
    report = lane.root.parent / "broken.xml"
    report.unlink(missing_ok=True)
    before = one.apply(lane.root)
    try:
        lane.run([one.test], report, one.file)
    finally:
        (lane.root / one.file).write_text(before, encoding="utf-8")
    seen = "failed" in outcomes(report).values()
    where = "" if seen else f"\n           prueba: {one.test}"
    say(f"  {'vista ' if seen else 'SIN VER'}  {one.requirement:<4} {one.name}{where}")
    return seen


def outcomes(report: Path) -> dict[str, str]:
    """passed, failed or skipped by test; what was never run is not there.

    An error outside a test (a file that cannot be imported) is no red test.
    """
    try:
        root = ElementTree.parse(report).getroot()
    except (FileNotFoundError, ElementTree.ParseError):
        return {}
    found: dict[str, str] = {}
    for case in root.iter("testcase"):
        if case.find("error") is not None:
            continue
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None:
            found[name] = "failed"
        elif case.find("skipped") is not None:
            found[name] = "skipped"
        else:
            found.setdefault(name, "passed")
    return found
