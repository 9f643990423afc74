"""Whether a feature file says what the plan says, word for word.

The plan writes `DADO: …` and bullets, which Gherkin would read as description: a
green scenario without a step. So the words are copied into steps, and compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.parser import Parser

HERE = Path(__file__).parent
PLAN = HERE / "plan_de_pruebas.txt"
FEATURE = HERE / "plan_de_pruebas.feature"

TITLE = re.compile(r"^#+\s*(?P<title>Test \d+: .+)$")
OPENING = re.compile(r"^(?P<keyword>DADO|CUANDO|ENTONCES):\s*(?P<text>.*)$")
BULLET = re.compile(r"^\s*-\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Line:
    """A title (keyword `Escenario`) or a step."""

    keyword: str
    text: str

    def __str__(self) -> str:
        return f"{self.keyword} {self.text}"


def plan_lines(text: str) -> list[Line]:
    """The plan as steps: the first bullet is the `Entonces`, the others `Y`."""
    found: list[Line] = []
    pending = ""
    for raw in text.splitlines():
        if title := TITLE.match(raw):
            found.append(Line("Escenario", _plain(title["title"])))
        elif opening := OPENING.match(raw):
            pending = opening["keyword"].capitalize()
            if opening["text"]:
                found.append(Line(pending, _plain(opening["text"])))
                pending = "Y"
        elif bullet := BULLET.match(raw):
            found.append(Line(pending, _plain(bullet["text"])))
            pending = "Y"
    return found


def feature_lines(text: str) -> list[Line]:
    """The scenarios of a feature file, as Gherkin reads them."""
    feature: Any = Parser().parse(text)["feature"] or {}
    found: list[Line] = []
    for scenario in _scenarios(feature):
        found.append(Line("Escenario", _plain(scenario["name"])))
        for step in scenario["steps"]:
            found.append(Line(step["keyword"].strip(), _plain(step["text"])))
    return found


def differences(plan: str, feature: str) -> list[str]:
    """One line per place where the feature says something else; empty when equal."""
    expected, got = plan_lines(plan), feature_lines(feature)
    found = []
    for number in range(max(len(expected), len(got))):
        wanted = str(expected[number]) if number < len(expected) else "(nada)"
        said = str(got[number]) if number < len(got) else "(nada)"
        if wanted != said:
            found.append(f"línea {number + 1}: el plan dice «{wanted}», aquí «{said}»")
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _scenarios(feature: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in feature.get("children", []):
        if "scenario" in child:
            yield child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"])
