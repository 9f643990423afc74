"""Runs the suites: each with its own pytest, its counts added up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lab import counts, lifecycle, migrations, modes, oca, odootests
from lab.console import LabError, say, seconds
from lab.counts import Counts
from lab.settings import Settings
from lab.state import State
from lab.suites import Kind, Suite

#: Variables that would lead a suite to the caller's lab, or into make's own.
FOREIGN = frozenset(
    {
        *("WA_LAB_DIR", "WORKERS", "ODOO_PORT", "FRESH", "SUITES", "LAB_STATE"),
        modes.VARIABLE,
        *("WA_SIM_URL", "ODOO_URL", "ODOO_DB", "ODOO_LOGIN", "ODOO_PASSWORD"),
        *("MAKEFLAGS", "MAKELEVEL", "MFLAGS"),
    }
)


def environment(state: State) -> dict[str, str]:
    """What a test needs to find a lab."""
    return {
        "ODOO_URL": str(state.odoo["url"]),
        "ODOO_DB": str(state.odoo["database"]),
        "WA_SIM_URL": str(state.simulator["url"]),
        "LAB_STATE": str(state.path),
    }


def run_suites(settings: Settings, chosen: Sequence[Suite]) -> Counts:
    """Run them one after another; every one runs, whatever the others did."""
    base = settings.repository / ".lab-test"
    reports = base / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir(parents=True)
    total = Counts()
    table = []
    for number, suite in enumerate(chosen, 1):
        say(f"\n=== {number}/{len(chosen)} {suite.title} ({suite.path}) ===")
        started = time.monotonic()
        found = _run_one(suite, settings.in_folder(base / suite.name), reports)
        table.append((suite.title, found.line(), time.monotonic() - started))
        total += found
    say("\n=== Resumen ===")
    for title, line, spent in table:
        say(f"  {title:<26} {line:<36} {seconds(spent)}")
    for name in total.unexplained:
        say(f"  Omitida sin razón escrita: {name}")
    return total


def _run_one(suite: Suite, settings: Settings, reports: Path) -> Counts:
    report = reports / f"{suite.name}.xml"
    runners = {
        Kind.TOOLS: _tools,
        Kind.ADDON: _addon,
        Kind.MIGRATION: _migration,
        Kind.LAB: _lab,
    }
    try:
        if suite.kind is Kind.OCA:
            return oca.run(settings, settings.repository / suite.path, report)
        status = runners[suite.kind](suite, settings, report)
    except LabError as error:
        say(f"\n{error}\n")
        return Counts(failed=1)
    return counts.read(report, status)


def _tools(suite: Suite, settings: Settings, report: Path) -> int:
    # What tests/conftest.py prepares is for scenarios.
    top = settings.repository / suite.folder / suite.path
    env = clean_environment()
    return run_pytest(settings, suite, report, env, [f"--confcutdir={top}"])


def run_pytest(
    settings: Settings,
    suite: Suite,
    report: Path | None,
    env: Mapping[str, str],
    extra: Sequence[str] = (),
) -> int:
    """pytest of the tools environment on a suite's path; its exit status."""
    folder = settings.repository / suite.folder
    paths = sorted(folder.glob(suite.path))
    if not paths:
        raise LabError(f"No hay pruebas en {folder / suite.path}: el clon no las trae.")
    argv = [sys.executable, "-m", "pytest", *map(str, paths), *extra]
    # Not in the clone, which need not be the caller's.
    argv += ["-o", f"cache_dir={settings.home}/pytest-cache"]
    if report:
        argv.append(f"--junit-xml={report}")
    return subprocess.run(argv, cwd=folder, env=dict(env), check=False).returncode


def clean_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in FOREIGN}


def lab_environment(state: State) -> dict[str, str]:
    """The caller's environment, pointed at this lab."""
    return {**clean_environment(), **environment(state)}


def _lab(suite: Suite, settings: Settings, report: Path) -> int:
    settings = replace(
        settings,
        workers=suite.workers,
        modes=suite.modes,
        nodes=suite.nodes,
        queue_job=suite.queue_job,
        durable=suite.durable,
    )
    state = lifecycle.up(settings, fresh=True)
    try:
        return run_pytest(settings, suite, report, lab_environment(state))
    finally:
        for name in ("simulator", *state.nodes):
            log = settings.home / f"{name}.log"
            shutil.copy(log, report.with_name(f"{suite.name}-{name}.log"))
        lifecycle.down(settings, purge=True)


def _migration(suite: Suite, settings: Settings, report: Path) -> int:
    with migrations.bench(settings) as bench_file:
        return migrations.run_pytest(
            settings, bench_file, [suite.path], report, workers=os.cpu_count() or 1
        )


def _addon(suite: Suite, settings: Settings, report: Path) -> int:
    with odootests.bench(settings, suite.path) as bench:
        return bench.run([bench.staged / suite.path], report)
