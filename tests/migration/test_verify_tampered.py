"""Each way of spoiling a migration is seen, by the checks it concerns and no other."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from odoo.addons.crm_whatsapp_migration.engine.verify import LOOKS, verify
from odoo.addons.crm_whatsapp_migration.engine.words import say

from tests.migration.tampering import SPOILINGS, Spoiling, spoil


@pytest.fixture
def mixed(moved_of: Callable[[str], Any]) -> Any:
    """Generation 1 and 2 in one: everything that can be spoilt is there."""
    return moved_of("mixed")


@pytest.fixture
def cursor(mixed: Any) -> Iterator[Any]:
    """What is done with it is taken back."""
    with closing(mixed.database.connect()) as connection, connection.cursor() as cr:
        yield cr
        connection.rollback()


def _failing(cr: Any, files: Path) -> dict[str, Any]:
    return {check.name: check for check in verify(cr, None, files) if not check.ok}


@pytest.mark.parametrize("one", SPOILINGS, ids=lambda one: one.name)
def test_a_spoilt_migration_is_seen(cursor: Any, mixed: Any, one: Spoiling) -> None:
    spoil(cursor, one)

    failing = _failing(cursor, mixed.database.filestore)

    assert set(failing) == one.sees
    for check in failing.values():
        assert check.expected != check.got
        spanish = say(check.words, {}, "es")
        assert spanish != check.words
        assert spanish.endswith(".")


def test_every_look_is_spoilt_by_something() -> None:
    looks = {look.__name__ for look in LOOKS}
    seen = {name.partition(".")[0] for one in SPOILINGS for name in one.sees}
    # What was there before and after is spoilt in test_verify_noise.py.
    families = {
        "check_originals": "originals",
        "check_sums": "sums",
        "check_ledger": "ledger",
        "check_reasons": "reasons",
        "check_silence": "silence",
        "check_popups": "popups",
        "check_orphans": "orphans",
        "check_strays": "strays",
        "check_counts": "counts",
        "check_texts": "texts",
        "check_times": "times",
        "check_authors": "authors",
        "check_order": "order",
        "check_conversations": "conversations",
        "check_leads": "leads",
        "check_states": "states",
        "check_wamids": "wamids",
        "check_files": "files",
        "check_minutes": "minutes",
    }

    assert looks - families.keys() == {"check_figures"}
    assert {families[look] for look in looks & families.keys()} <= seen


@pytest.fixture
def files(mixed: Any, tmp_path: Path) -> Path:
    """The database's files, to be broken at will."""
    copy = tmp_path / "filestore"
    shutil.copytree(mixed.database.filestore, copy, copy_function=os.link)
    return copy


def _a_file(mixed: Any, files: Path) -> Path:
    """The bytes of a file that the migration moved."""
    name = mixed.value(
        """
        SELECT own.store_fname FROM ir_attachment own
          JOIN whatsapp_migration_effect effect ON effect.row_id = own.id
           AND effect.table_name = 'ir_attachment' AND effect.operation = 'update'
         WHERE own.store_fname IS NOT NULL ORDER BY own.id LIMIT 1
        """
    )
    return files / str(name)


def test_whole_files_are_read(cursor: Any, mixed: Any, files: Path) -> None:
    path = _a_file(mixed, files)

    assert hashlib.sha1(path.read_bytes()).hexdigest() == path.name
    assert _failing(cursor, files) == {}


@pytest.mark.parametrize("harm", ["gone", "shorter", "other"])
def test_a_broken_file_is_seen(cursor: Any, mixed: Any, files: Path, harm: str) -> None:
    path = _a_file(mixed, files)
    whole = path.read_bytes()
    # A link: writing into it would harm every copy of the database.
    path.unlink()
    if harm == "shorter":
        path.write_bytes(whole[:-1])
    elif harm == "other":
        path.write_bytes(whole[:-1] + b"!")

    assert set(_failing(cursor, files)) == {"files.readable"}
