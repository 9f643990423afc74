"""The guide says what is there: commands, options, codes, questions, buttons."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import polib
import pytest

from odoo.addons.crm_whatsapp_migration.engine import decisions
from odoo.addons.crm_whatsapp_migration.terminal import exit_codes
from odoo.addons.crm_whatsapp_migration.terminal.arguments import (
    COMMANDS,
    _parsers,
    parse,
)

ADDON = Path(__file__).parents[2] / "migration/crm_whatsapp_migration"
GUIDE = (ADDON / "docs/GUIA.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *```(\w*)\n(.*?)^ *```", GUIDE, re.MULTILINE | re.DOTALL)
LINES = [
    line.strip() for kind, text in BLOCKS if not kind for line in text.splitlines()
]
OURS = [line for line in LINES if "whatsapp_migrate" in line]
ODOOS = {"--addons-path", "--stop-after-init", "--strip-components"}


def _options() -> set[str]:
    return {
        option
        for command in _parsers("es")[1].values()
        for action in command._actions
        for option in action.option_strings
        if option.startswith("--") and option not in ("--help", "--database")
    }


@pytest.mark.parametrize("line", OURS)
def test_a_command_can_be_given_as_it_stands(line: str) -> None:
    words = shlex.split(line)
    assert words[:2] == ["odoo-bin", "--addons-path=$RUTA"]
    assert words[2] == "whatsapp_migrate"
    arguments, rest = parse(words[3:])
    assert arguments.database == "ensayo"
    assert rest == []


def test_every_command_and_option_is_in_the_guide() -> None:
    used = {shlex.split(line)[3] for line in OURS}
    assert used == set(COMMANDS)
    named = set(re.findall(r"--[a-z][a-z-]+", GUIDE))
    assert named - ODOOS == _options()


def test_the_exit_codes_are_those_of_the_command() -> None:
    table = GUIDE.split("## 14.")[1].split("## 15.")[0]
    assert {int(code) for code in re.findall(r"^\| (\d) \|", table, re.MULTILINE)} == (
        set(exit_codes.WORDS)
    )


def test_every_question_is_in_the_table_and_in_the_example() -> None:
    known = set(decisions._CHECKS)
    table = GUIDE.split("## 5.")[1].split("Un ejemplo")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == known
    (example,) = (json.loads(text) for kind, text in BLOCKS if kind == "json")
    assert set(example) - {"version"} == known
    read = decisions.Decisions.from_dict(example)
    assert read.as_dict() == example


def test_every_answer_is_named() -> None:
    section = GUIDE.split("## 5.")[1].split("## 6.")[0]
    named = set(re.findall(r"`\"?(\w+)\"?`", section))
    assert set(decisions.GATEWAY_ACTIONS + decisions.TEMPLATE_ACTIONS) <= named
    assert {
        decisions.FIRST,
        decisions.SECOND,
        decisions.REJECT,
        decisions.ATTACH,
        decisions.DROP,
        decisions.HISTORY,
        decisions.NOTE,
    } <= named


def test_buttons_are_named_as_the_screen_names_them() -> None:
    section = GUIDE.split("## 12.")[1].split("## 13.")[0]
    named = set(re.findall(r"(?<!\*)\*{1,2}([^*\n]+)\*{1,2}(?!\*)", section))
    said = {entry.msgstr for entry in polib.pofile(str(ADDON / "i18n/es.po"))}
    elsewhere = {"CRM ▸ WhatsApp ▸ Migración", "Nuevo"}
    assert named - elsewhere - said == set()


def test_pictures_and_pages_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert [link for link in links if not (ADDON / "docs" / link).is_file()] == []
    assert len([link for link in links if link.endswith(".png")]) >= 4
