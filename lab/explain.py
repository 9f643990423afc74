"""Explains every hot search of the bridge on a database of a busy year.

An Odoo with the lab's people, filled by SQL (tests/load/explain/fill.sql), thrown away
afterwards; tables and plans stay in `.lab-test/reports/explain/`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lab import addons, commands, lifecycle, processes, sources, templates
from lab.console import say
from lab.databases import databases
from lab.odoo import Odoo
from lab.settings import Settings

#: What the script inside Odoo gets: what to do, and where its files lie.
TASK, HOME = "WA_EXPLAIN", "WA_EXPLAIN_HOME"
CHANNELS = 100_000
SCRIPTS = Path("tests/load/explain")


def run(settings: Settings, channels: int, words: Sequence[str]) -> int:
    """Fill, explain, print; 1 when a hot search reads a big table whole.

    :param channels: conversations; each has ten messages
    :param words: only the searches whose title holds one of them
    """
    reports = settings.repository / ".lab-test" / "reports" / "explain"
    reports.mkdir(parents=True, exist_ok=True)
    result = reports / "explain.json"
    result.unlink(missing_ok=True)
    settings = settings.in_folder(settings.repository / ".lab-test" / "explain")
    task = {"channels": channels, "words": list(words), "result": str(result)}
    _in_odoo(settings, task)
    argv = [sys.executable, "-m", "tests.load.explain", str(result)]
    return subprocess.run(argv, cwd=settings.repository, check=False).returncode


def _in_odoo(settings: Settings, task: dict[str, object]) -> None:
    home = settings.home
    lifecycle.claim_folder(home)
    source = sources.provide(settings)
    staged = addons.stage(home / "addons", source.series.name, settings.repository)
    layers = templates.layers(source, settings, staged / addons.BRIDGE)
    folders = (layers.oca, staged)
    template = templates.ensure(layers.people, source, folders, settings)
    store = databases(settings)
    try:
        server = store.open(home, template)
        odoo = Odoo(source, home, folders, server, store.name(home))
        ports = {name: processes.free_port() for name in ("http_port", "gevent_port")}
        odoo.configure({**ports, "max_cron_threads": 0})
        scripts = settings.repository / SCRIPTS
        say(f"  {task['channels']} conversaciones con diez mensajes cada una")
        commands.run(
            [*odoo.argv("shell"), "--no-http"],
            title="Llenando la base y explicando las búsquedas (varios minutos)",
            log=home / "explain.log",
            env=odoo.env({TASK: json.dumps(task), HOME: str(scripts)}),
            failure="Las búsquedas no se pudieron explicar.",
            cwd=home,
            stdin=scripts / "cases.py",
        )
    finally:
        store.drop(home)
    shutil.rmtree(home)
