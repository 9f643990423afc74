"""Runs tests of the addon again and again without starting Odoo each time.

    python worker.py MODULE ARGUMENTS-OF-PYTEST…

Each line of standard input is a run: a JSON object with ``tests``, ``report``, ``log``
and ``data``, a data file of the module to load anew or ``""``. One line answers it,
with pytest's exit status. Odoo and what the module stands on are imported once; each
run is a fork of that, which imports the module itself as it stands then, and has a
registry of its own.
"""

# mypy: ignore-errors
# Runs in Odoo's environment.
import importlib
import json
import os
import sys

import pytest
import pytest_odoo  # noqa: F401 - once, not in each run

from odoo.modules.module import get_manifest
from odoo.tests.common import TransactionCase
from odoo.tools import config, convert_file


def stands_on(module, found):
    """Modules that a module needs, each after those it needs itself."""
    for name in get_manifest(module)["depends"]:
        if name not in found:
            stands_on(name, found)
            found.append(name)
    return found


def load_data(module, file):
    """Have each class of tests load a data file first, in its own transaction.

    The database was made of the unbroken module, and stays so.
    """
    set_up_class = TransactionCase.setUpClass.__func__

    def set_up_class_with_data(cls):
        set_up_class(cls)
        # As on installation: records that updates leave alone are written too.
        convert_file(cls.env, module, file, {}, mode="init", noupdate=False)
        cls.env.flush_all()
        cls.env.registry.clear_cache()

    TransactionCase.setUpClass = classmethod(set_up_class_with_data)


def run(module, arguments, order):
    """One run, in the child: pytest's exit status."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if order["data"]:
        load_data(module, order["data"])
    report = f"--junit-xml={order['report']}"
    return pytest.main([*order["tests"], *arguments, report])


def main(module, arguments):
    conf = next(a for a in arguments if a.startswith("--odoo-config="))
    config.parse_config(["-c", conf.partition("=")[2]])
    for name in stands_on(module, ["base"]):
        importlib.import_module(f"odoo.addons.{name}")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            status = 1
            try:
                status = int(run(module, arguments, json.loads(line)))
            finally:
                sys.stdout.flush()
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


main(sys.argv[1], sys.argv[2:])
