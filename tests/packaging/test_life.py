"""Installed where OCA's modules are in use, used, and removed again."""

from __future__ import annotations

import pytest

from tests.packaging.conftest import Life
from tests.packaging.schema import MODULE, QUERIES

pytestmark = [pytest.mark.A16, pytest.mark.A15]


def test_an_existing_source_is_taken_over(life: Life) -> None:
    assert life.installed["sources"] == ["WhatsApp Línea Marketing"]
    assert life.installed["adopted"] is True


def test_numbers_and_states_that_are_there_are_read(life: Life) -> None:
    assert life.installed["numbers"] == [1, 2]
    assert life.installed["states"] == ["us", "us"]
    assert life.installed["uses leads"] is True


def test_double_conversations_are_told_and_take_messages(life: Life) -> None:
    assert "Merge Double Conversations" in life.installed["health"]
    assert life.installed["unique at first"] is False
    assert sorted(life.installed["got"]) == [1, 2]


def test_double_conversations_are_merged_by_a_button(life: Life) -> None:
    assert life.installed["conversations"] == ["Ana 1"]
    assert life.installed["said"] == [
        "Hola de Ana 1",
        "Hola de Ana 2",
        "antes de unir",
    ]
    assert life.installed["lead"] == "Prospecto de antes"
    assert life.installed["unique then"] is True
    assert "Merge Double" not in life.installed["health then"]


def test_it_works_on_that_database(life: Life) -> None:
    assert life.installed["new lead"] == ["admin", "WhatsApp Línea Marketing", 1]


def test_what_people_did_stays_when_it_goes(life: Life) -> None:
    assert life.removed["state"] == "uninstalled"
    assert life.removed["source"] == "WhatsApp Línea Marketing"
    assert life.removed["adviser"] == "admin"
    assert len(life.removed["activities"]) == 1
    assert life.removed["said"] == ["una persona nueva", "respuesta"]
    assert life.removed["gateway"] == ["Línea de antes"]


@pytest.mark.parametrize("kind", QUERIES)
def test_nothing_of_it_stays(life: Life, kind: str) -> None:
    assert sorted(life.after[kind] - life.before[kind]) == []


@pytest.mark.parametrize("kind", QUERIES)
def test_nothing_of_others_is_gone(life: Life, kind: str) -> None:
    assert sorted(life.before[kind] - life.after[kind]) == []


def test_the_module_is_what_was_looked_for() -> None:
    assert MODULE in QUERIES["external ids"]
