"""The feature says what the plan says; a changed word is seen."""

from __future__ import annotations

import pytest

from tests.features import wording

PLAN = wording.PLAN.read_text(encoding="utf-8")
FEATURE = wording.FEATURE.read_text(encoding="utf-8")


def test_the_feature_says_what_the_plan_says() -> None:
    assert wording.differences(PLAN, FEATURE) == []


def test_the_plan_has_five_tests_and_their_bullets() -> None:
    keywords = [line.keyword for line in wording.plan_lines(PLAN)]

    assert keywords.count("Escenario") == 5
    assert keywords.count("Dado") == keywords.count("Cuando") == 5
    assert keywords.count("Entonces") + keywords.count("Y") == 24


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("Lead 4 → Asesor A (rotación)", "Lead 4 → Asesor B (rotación)"),
        ("Y Retry 2: después de 5 minutos\n", ""),
        ("Cuando Webhook recibe el mensaje", "Dado Webhook recibe el mensaje"),
        ("Escenario: Test 2: Deduplicación", "Escenario: Test 2: Duplicados"),
        ("Dado Lead existente con", "DADO: Lead existente con"),
    ],
)
def test_a_changed_word_is_seen(written: str, instead: str) -> None:
    changed = FEATURE.replace(written, instead)

    assert changed != FEATURE
    assert wording.differences(PLAN, changed)
