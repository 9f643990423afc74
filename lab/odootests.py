"""Odoo's own test framework on a copy of the template that holds our addons.

No people are in it: tests make their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lab import addons, lifecycle, processes, sources, templates
from lab.databases import databases
from lab.odoo import Odoo
from lab.settings import Settings


@dataclass(frozen=True)
class Bench:
    """An Odoo with its database, on which tests of addons can run."""

    odoo: Odoo
    #: Addons folders: OCA's modules, and a copy of ours.
    oca: Path
    staged: Path

    @property
    def series(self) -> str:
        return self.odoo.source.series.name

    def arguments(self) -> list[str]:
        """What pytest needs to run any test here."""
        odoo = self.odoo
        # Its own settings: those of the repository are for tests outside Odoo.
        settings = odoo.home / "pytest.ini"
        settings.write_text("[pytest]\naddopts = -ra\n")
        argv = ["-c", str(settings), f"--rootdir={odoo.home}", "-p", "no:cacheprovider"]
        # Without --odoo-http every HttpCase is skipped, silently.
        argv += ["--odoo-http", f"--odoo-config={odoo.conf}"]
        return [*argv, f"--odoo-database={odoo.database}"]

    def run(
        self,
        paths: Sequence[Path | str],
        report: Path,
        *,
        quiet: bool = False,
        plugin: Path | None = None,
    ) -> int:
        """pytest-odoo on files or folders; its exit status.

        :param quiet: what pytest says goes into a log beside the report
        :param plugin: a file that changes the run
        """
        odoo = self.odoo
        argv: list[str | Path] = [odoo.source.python, "-m", "pytest", *paths]
        argv += [*self.arguments(), f"--junit-xml={report}"]
        env = odoo.env()
        if plugin:
            argv += ["-p", plugin.stem]
            env["PYTHONPATH"] += f"{os.pathsep}{plugin.parent}"
        run = partial(subprocess.run, argv, cwd=odoo.home, env=env, check=False)
        if not quiet:
            return int(run().returncode)
        with report.with_suffix(".log").open("wb") as log:
            return int(run(stdout=log, stderr=subprocess.STDOUT).returncode)


@contextmanager
def bench(settings: Settings, addon: str = addons.BRIDGE) -> Iterator[Bench]:
    """Everything tests of an addon of ours need; thrown away afterwards."""
    home = settings.home
    lifecycle.claim_folder(home)
    source = sources.provide(settings)
    staged = addons.stage(home / "addons", source.series.name, settings.repository)
    layers = templates.layers(source, settings, staged / addons.BRIDGE)
    folders: tuple[Path, ...] = (layers.oca, staged)
    layer = layers.bridge
    if addon == addons.MIGRATION:
        layer = layers.migration(staged / addon)
    if addon == addons.QUEUE_JOB:
        template, folders = templates.ensure_queue_job(
            layers, layer, source, folders, settings
        )
    else:
        template = templates.ensure(layer, source, folders, settings)
    store = databases(settings)
    try:
        server = store.open(home, template)
        odoo = Odoo(source, home, folders, server, store.name(home))
        odoo.configure(
            {
                "http_port": processes.free_port(),
                "gevent_port": processes.free_port(),
                "max_cron_threads": 0,
            }
        )
        yield Bench(odoo, layers.oca, staged)
    finally:
        store.drop(home)
        shutil.rmtree(home)
