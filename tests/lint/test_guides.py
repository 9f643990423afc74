"""The guides speak of what there is: settings, menus, buttons, pictures."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import polib
import pytest

from .tree import ROOT

ADDON = ROOT / "crm_whatsapp_gateway"
CONFIGURATION = ADDON / "docs/CONFIGURACION.md"
GUIDES = sorted((ADDON / "docs").glob("*.md"))
FRAGMENTS = ("CONFIGURE", "CONTRIBUTORS", "DESCRIPTION", "ROADMAP", "USAGE")
SPANISH = {e.msgid: e.msgstr for e in polib.pofile(str(ADDON / "i18n/es.po"))}
# Settings that lead to a page of their own.
LINKS = {"Gateways"}


def _arch(file: str) -> ElementTree.Element:
    return ElementTree.parse(ADDON / "views" / file).getroot()


def _settings() -> list[str]:
    found = _arch("res_config_settings_views.xml").iter("setting")
    return [str(node.get("string")) for node in found]


@pytest.mark.parametrize("name", sorted(set(_settings()) - LINKS))
def test_each_setting_is_explained(name: str) -> None:
    assert f"| {SPANISH[name]} |" in CONFIGURATION.read_text(encoding="utf-8")


def test_each_setting_that_is_explained_is_there() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    table = text.partition("| ajuste |")[2].partition("\n\n")[0]
    explained = re.findall(r"^\| ([^|]+) \|", table, re.M)[1:]
    known = {SPANISH[name] for name in _settings()}

    assert [name for name in explained if name not in known] == []


def test_menus_that_are_named_are_there() -> None:
    items = _arch("crm_whatsapp_gateway_menus.xml").iter("menuitem")
    known = {SPANISH.get(str(item.get("name")), item.get("name")) for item in items}
    text = "\n".join(guide.read_text(encoding="utf-8") for guide in GUIDES)
    named = set(re.findall(r"CRM ▸ WhatsApp ▸ ([^▸*«»\n]+?)(?:[*.▸]| ▸)", text))

    assert named
    assert sorted(named - known) == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_pictures_and_pages_that_are_named_are_there(guide: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", guide.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]

    assert [link for link in local if not (guide.parent / link).exists()] == []


@pytest.mark.parametrize("name", FRAGMENTS)
def test_the_readme_s_fragments_are_there(name: str) -> None:
    assert (ADDON / f"readme/{name}.md").read_text(encoding="utf-8").strip()
