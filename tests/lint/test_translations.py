"""Spanish is complete: no message missing, empty or guessed."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from . import translations
from .tree import ROOT

ADDONS = sorted(
    manifest.parent
    for folder in ("*", "migration/*")
    for manifest in ROOT.glob(f"{folder}/__manifest__.py")
)
BY_NAME = pytest.mark.parametrize("addon", ADDONS, ids=[path.name for path in ADDONS])


def test_all_addons_are_looked_at() -> None:
    assert [addon.name for addon in ADDONS] == [
        "crm_whatsapp_gateway",
        "crm_whatsapp_gateway_queue_job",
        "crm_whatsapp_migration",
    ]


@BY_NAME
def test_spanish_is_complete(addon: Path) -> None:
    assert list(translations.violations(addon / "i18n/es.po")) == []


@BY_NAME
def test_spanish_has_every_message_of_the_template(addon: Path) -> None:
    template = polib.pofile(str(addon / f"i18n/{addon.name}.pot"))
    spanish = {entry.msgid for entry in polib.pofile(str(addon / "i18n/es.po"))}

    assert [entry.msgid for entry in template if entry.msgid not in spanish] == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('msgid "Lead"\nmsgstr ""\n', "4: not translated: Lead"),
        ('#, fuzzy\nmsgid "Lead"\nmsgstr "Plomo"\n', "4: only guessed: Lead"),
    ],
)
def test_a_planted_gap_is_found(tmp_path: Path, entry: str, expected: str) -> None:
    file = tmp_path / "es.po"
    file.write_text(f'msgid ""\nmsgstr "Content-Type: text/plain\\n"\n\n{entry}')

    assert list(translations.violations(file)) == [f"{file}:{expected}"]
