"""The five tests of the test plan, on a real Odoo and the fake Meta."""

from __future__ import annotations

import pytest
from pytest_bdd import scenarios

from tests.features import wording

scenarios("features/plan_de_pruebas.feature")


@pytest.fixture(scope="module", autouse=True)
def words_of_the_plan() -> None:
    """No scenario counts when its words are not the plan's."""
    plan = wording.PLAN.read_text(encoding="utf-8")
    feature = wording.FEATURE.read_text(encoding="utf-8")
    assert wording.differences(plan, feature) == []
