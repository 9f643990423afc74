"""Modules of the same names from other repositories are named, and nothing begins."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from odoo.addons.crm_whatsapp_migration.engine.addons_path import (
    LEAST,
    find_copies,
    least_version,
)

from tests.migration.bench import Bench, Database
from tests.migration.handmade import written

ROOT = Path(__file__).parents[2]


def _module(folder: Path, name: str, version: str) -> Path:
    """A module of that name and nothing in it, as an old repository holds it."""
    own = folder / name
    own.mkdir(parents=True)
    (own / "__init__.py").write_text("")
    (own / "__manifest__.py").write_text(
        repr({"name": name, "version": version, "depends": ["base"]})
    )
    return own


def _plan(
    database: Database, first: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    place = replace(database.place, addons=f"{first},{database.place.addons}")
    return replace(database, place=place).migrate("plan", *words, expect=6)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_foreign_bridge_before_ours_is_named_instead_of_a_traceback(
    fresh: Callable[..., Database], tmp_path: Path, lang: str
) -> None:
    folder = _module(tmp_path, "crm_whatsapp_gateway", "18.0.0.3.0")

    said = _plan(fresh(), tmp_path, "--lang", lang).stderr

    assert "Traceback" not in said
    assert f"{folder}, " in said
    assert "18.0.0.3.0" in said
    assert ("no es el de esta migración" in said) == (lang == "es")


def test_an_older_module_of_oca_before_the_needed_one_blocks(
    bench: Bench, fresh: Callable[..., Database], tmp_path: Path
) -> None:
    folder = _module(tmp_path, "mail_gateway_whatsapp", f"{bench.series}.1.0.3")

    said = _plan(fresh(), tmp_path).stdout

    needed = least_version("mail_gateway_whatsapp", bench.series)
    assert f"no es el que hace falta (≥ {needed}): {folder}, versión" in said


def test_what_is_installed_in_an_older_version_blocks(
    bench: Bench, fresh: Callable[..., Database]
) -> None:
    database = fresh()
    written(database, lambda hand: hand.message(hand.gateway(), "3012345678"))
    with database.cursor() as cr:
        cr.execute(
            "UPDATE ir_module_module SET latest_version = %s WHERE name ="
            " 'mail_gateway'",
            [f"{bench.series}.1.0.0"],
        )
    said = database.migrate("plan", expect=6).stdout

    assert f"mail_gateway está instalado en la versión {bench.series}.1.0.0" in said


def test_a_foreign_bridge_that_is_installed_blocks(
    fresh: Callable[..., Database],
) -> None:
    database = fresh("legacy1")
    database.rows(
        "UPDATE ir_module_module SET state = 'installed', latest_version = '18.0.0.3.0'"
        " WHERE name = 'crm_whatsapp_gateway' RETURNING id"
    )
    said = database.migrate("plan", expect=6).stdout

    assert "Está instalado un módulo llamado crm_whatsapp_gateway, versión" in said


def test_the_least_versions_are_not_newer_than_the_pinned_ones() -> None:
    for series in ("18.0", "19.0"):
        pins = (ROOT / f"constraints/oca-{series}.txt").read_text()
        for name in LEAST:
            distribution = name.replace("_", "-")
            found = re.search(rf"odoo-addon-{distribution}==\d+\.0\.(.*)", pins)
            assert found
            pinned = tuple(map(int, found[1].split(".")))
            assert LEAST[name][series] <= pinned


def test_the_copies_are_found_in_the_order_of_the_path(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    _module(old, "mail_gateway", "18.0.1.0.0")
    _module(new, "mail_gateway", "18.0.1.2.0")

    found = find_copies([old, new, tmp_path / "nowhere"])

    assert [copy.is_needed("18.0") for copy in found] == [False, True]
    assert not found[1].is_needed("17.0")
