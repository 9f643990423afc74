"""The parts know of each other what the table allows, and the rule can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from .__main__ import main
from .imports import files_of, violations
from .tables import IMPORT_RULES, ImportRule
from .tree import ROOT

RULES = pytest.mark.parametrize(
    "rule", IMPORT_RULES, ids=[rule.folder for rule in IMPORT_RULES]
)


@RULES
def test_the_tree_keeps_the_rule(rule: ImportRule) -> None:
    assert violations(ROOT, [rule]) == []


@RULES
def test_the_rule_guards_a_folder_that_exists(rule: ImportRule) -> None:
    assert files_of(ROOT, rule), f"nothing lies in {rule.folder}: was it renamed?"


@RULES
def test_each_forbidden_module_is_noticed(rule: ImportRule, tmp_path: Path) -> None:
    folder = tmp_path / rule.folder
    folder.mkdir(parents=True)
    for number, module in enumerate(rule.forbidden):
        (folder / f"planted_{number:03}.py").write_text(f"import {module}\n")

    found = violations(tmp_path, [rule])

    assert [line.split(": ")[1].split(" (")[0] for line in found] == [
        f"imports {module}" for module in rule.forbidden
    ]


@pytest.mark.parametrize(
    ("folder", "source", "expected"),
    [
        ("lab", "def f():\n    import odoo.tools\n", "lab/p.py:2: imports odoo.tools"),
        ("lab", "from odoo import api\n", "lab/p.py:1: imports odoo.api"),
        ("lab", "__import__('odoo')\n", "lab/p.py:1: imports odoo"),
        (
            "lab",
            "import importlib\nimportlib.import_module('odoo.addons')\n",
            "lab/p.py:2: imports odoo.addons",
        ),
        (
            "lab",
            "from wa_simulator import client, listener\n",
            "lab/p.py:1: imports wa_simulator.listener",
        ),
        (
            "crm_whatsapp_gateway/tools",
            "from ..models import crm_lead\n",
            "crm_whatsapp_gateway/tools/p.py:1: "
            "imports crm_whatsapp_gateway.models.crm_lead",
        ),
        (
            "crm_whatsapp_gateway/tools",
            "from odoo.addons.crm_whatsapp_gateway.tools import phone\n"
            "from odoo.addons.crm_whatsapp_gateway import compat\n",
            "crm_whatsapp_gateway/tools/p.py:2: "
            "imports odoo.addons.crm_whatsapp_gateway.compat",
        ),
        (
            "migration/crm_whatsapp_migration/engine/steps",
            "from ...models import whatsapp_migration_run\n",
            "migration/crm_whatsapp_migration/engine/steps/p.py:1: imports"
            " migration.crm_whatsapp_migration.models.whatsapp_migration_run",
        ),
        (
            "migration/crm_whatsapp_migration/engine",
            "from odoo.tools import SQL\n",
            "migration/crm_whatsapp_migration/engine/p.py:1: imports odoo.tools.SQL",
        ),
        (
            "simulator/src/wa_simulator/engine",
            "from ..graph import app\n",
            "simulator/src/wa_simulator/engine/p.py:1: imports wa_simulator.graph.app",
        ),
        (
            "simulator/src/wa_simulator/engine",
            "from datetime import datetime, UTC\nnow = datetime.now(UTC)\n",
            "simulator/src/wa_simulator/engine/p.py:2: calls datetime.now()",
        ),
    ],
)
def test_a_planted_violation_is_found_however_it_is_written(
    tmp_path: Path, folder: str, source: str, expected: str
) -> None:
    file = tmp_path / folder / "p.py"
    file.parent.mkdir(parents=True)
    file.write_text(source)

    found = violations(tmp_path)

    assert [line.split(" (")[0] for line in found] == [expected]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("lab/p.py", "import odoolike\nfrom .odoo import x\n"),
        ("lab/p.py", "from wa_simulator.client import Client\n"),
        ("crm_whatsapp_gateway/tools/p.py", "from . import phone\nfrom .a import b\n"),
        ("simulator/src/wa_simulator/engine/ids.py", "import random\n"),
        ("simulator/src/wa_simulator/engine/p.py", "from datetime import timedelta\n"),
        ("simulator/src/wa_simulator/listener/p.py", "import socket\n"),
        (
            "migration/crm_whatsapp_migration/engine/steps/p.py",
            "from odoo.addons.crm_whatsapp_gateway.tools.phone import key_of\n"
            "from ..phones import Reading\n",
        ),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, path: str, source: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(source)

    assert violations(tmp_path) == []


def test_the_command_fails_on_a_violation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/p.py").write_text("import odoo\n")
    monkeypatch.chdir(tmp_path)

    assert main(["imports"]) == 1
    assert "lab/p.py:1: imports odoo" in capsys.readouterr().out
