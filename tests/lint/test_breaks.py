"""The table of breaks is whole: every requirement has one, each can be put in."""

from __future__ import annotations

import pytest

from lab import breaks

from .tree import ROOT

TABLE = breaks.read_table(ROOT / breaks.TABLE)
REQUIREMENTS = [
    *(f"A{number}" for number in range(1, 23)),
    *(f"C{number}" for number in range(1, 9)),
]


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_each_requirement_has_a_break(requirement: str) -> None:
    assert requirement in {one.requirement for one in TABLE}


def test_each_break_has_a_name_of_its_own() -> None:
    names = [one.name for one in TABLE]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_it_can_be_put_in(one: breaks.Break) -> None:
    text = (one.root(ROOT) / one.file).read_text(encoding="utf-8")

    assert text.count(one.find) == 1
    assert one.find != one.replace


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_its_test_is_there(one: breaks.Break) -> None:
    file, *_class, test = one.test.split("::")
    text = (one.test_root(ROOT) / file).read_text(encoding="utf-8")

    assert f"def {test.partition('[')[0]}(" in text
