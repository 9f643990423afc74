"""Whatever engine and command say is there in Spanish."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from odoo.addons.crm_whatsapp_migration import terminal
from odoo.addons.crm_whatsapp_migration.engine.words import SPANISH
from odoo.addons.crm_whatsapp_migration.terminal import exit_codes, main
from odoo.addons.crm_whatsapp_migration.terminal.arguments import COMMANDS

ADDON = Path(terminal.__path__[0]).parent
#: Calls whose first text a person reads, and in which argument it stands.
SAYING = {
    **dict.fromkeys(("say", "tell", "complain", "NotReady", "NoRun"), 0),
    **dict.fromkeys(("NoDatabase", "Problem", "Wrong", "_matches"), 0),
    "none": 1,
    "none_of": 2,
    "Question": 2,
    "Remark": 2,
    "Rows": 1,
}


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = SAYING.get(name)
        if place is None or len(node.args) <= place:
            continue
        text = node.args[place]
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


def _said() -> dict[str, Path]:
    folders = (ADDON / "engine", ADDON / "terminal")
    paths = [path for folder in folders for path in folder.rglob("*.py")]
    plain = {words: Path(main.__file__) for words, _code in main._PLAIN.values()}
    return plain | {text: path for path in paths for text in _texts(path)}


def test_every_sentence_is_there_in_spanish() -> None:
    said = _said() | dict.fromkeys((*COMMANDS.values(), *exit_codes.WORDS.values()))

    # A list's dash; a language that is passed along.
    said = {text: path for text, path in said.items() if len(text) > 15}

    assert {text: path for text, path in said.items() if text not in SPANISH} == {}
    assert len(said) > 150


def test_values_are_the_same_in_both() -> None:
    def names(text: str) -> set[str]:
        return {part.partition(")")[0] for part in text.split("%(")[1:]}

    wrong = {en for en, es in SPANISH.items() if names(en) != names(es)}
    assert wrong == set()
