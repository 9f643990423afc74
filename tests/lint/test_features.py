"""A scenario is green because its steps passed, never because it has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import features
from .tree import files

HEAD = "# language: es\nCaracterística: Prueba\n"


def test_there_are_feature_files() -> None:
    assert files("*.feature")


def test_every_scenario_of_the_tree_has_its_steps() -> None:
    found = [line for file in files("*.feature") for line in features.violations(file)]
    assert found == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("  Escenario: Vacío\n", ["3: scenario without a step: Vacío"]),
        (
            "  Escenario: Pegado\n    DADO: un cliente\n    ENTONCES:\n    - un lead\n",
            [
                "3: scenario without a step: Pegado",
                "3: a step written as description, which never runs: DADO: un cliente",
                "3: a step written as description, which never runs: ENTONCES:",
            ],
        ),
        (
            "  Regla: Una\n    Escenario: Dentro de una regla\n",
            ["4: scenario without a step: Dentro de una regla"],
        ),
        (
            "  Escenario: A medias\n    Dado un cliente\n    Cuando escribe\n",
            ["3: nothing is done or nothing expected: A medias"],
        ),
        ("", ["2: feature without a scenario"]),
        (
            "  @solo_en_segundo_plano\n  Escenario: Uno\n    Cuando a\n"
            "    Entonces b\n",
            ["4: @solo_en_segundo_plano without «Sin segundo plano no vale: …»: Uno"],
        ),
        (
            "  CUANDO: algo\n  Escenario: Uno\n    Cuando a\n    Entonces b\n",
            ["2: a step written as description, which never runs: CUANDO: algo"],
        ),
    ],
)
def test_a_scenario_that_proves_nothing_is_found(
    tmp_path: Path, body: str, expected: list[str]
) -> None:
    file = tmp_path / "planted.feature"
    file.write_text(HEAD + body, encoding="utf-8")

    assert list(features.violations(file)) == [f"{file}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("description", "found"),
    [("", 1), ("  Fuera de un laboratorio no vale: borra tablas.\n", 0)],
)
def test_a_feature_for_labs_only_says_why(
    tmp_path: Path, description: str, found: int
) -> None:
    file = tmp_path / "planted.feature"
    file.write_text(
        "# language: es\n@solo_en_laboratorio\nCaracterística: Prueba\n"
        + description
        + "\n  Escenario: Uno\n    Cuando a\n    Entonces b\n",
        encoding="utf-8",
    )

    assert len(list(features.violations(file))) == found


def test_every_feature_is_run_by_a_test() -> None:
    """`scenarios()` takes no patterns: a file that nobody names runs nowhere."""
    named = "".join(file.read_text(encoding="utf-8") for file in files("tests/*.py"))
    assert [file.name for file in files("*.feature") if file.name not in named] == []


def test_a_scenario_with_steps_passes(tmp_path: Path) -> None:
    file = tmp_path / "plain.feature"
    file.write_text(
        HEAD + "  Una descripción: con dos puntos.\n\n  Escenario: Uno\n"
        "    Dado un cliente\n    Cuando escribe\n    Entonces hay un lead\n"
        "    Y tiene asesor\n",
        encoding="utf-8",
    )

    assert list(features.violations(file)) == []
