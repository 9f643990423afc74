"""Scenarios that would be green because they hold no step.

`DADO: …` pasted from a document is no keyword: Gherkin reads it as description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gherkin.parser import Parser

KEYWORDS = (
    "given|when|then|and|but|dad[oa]s?|cuando|entonces|pero|y|e|escenario|ejemplos"
)
#: A scenario that holds in one mode only, and how it begins to say why.
ONE_MODE = "@solo_en_segundo_plano"
WHY = "Sin segundo plano no vale: "
#: A feature that needs a lab's innards, and how it begins to say why.
LAB_ONLY = "@solo_en_laboratorio"
WHY_LAB = "Fuera de un laboratorio no vale: "
PASTED_STEP = re.compile(rf"^\s*(?:[-*•]\s*)?(?:{KEYWORDS})\b\s*:", re.IGNORECASE)


def violations(file: Path) -> Iterator[str]:
    """One line per scenario without steps, per step hidden in a description, and per
    scenario that is left out in a mode without a reason."""
    document = Parser().parse(file.read_text(encoding="utf-8"))
    feature: dict[str, Any] | None = document["feature"]
    if feature is None:
        yield f"{file}:1: no feature in this file"
        return
    yield from _pasted(file, feature)
    tags = {tag["name"] for tag in feature["tags"]}
    told = feature.get("description", "").strip().startswith(WHY_LAB)
    if LAB_ONLY in tags and not told:
        yield f"{file}:{feature['location']['line']}: {LAB_ONLY} without «{WHY_LAB}…»"
    scenarios = list(_scenarios(feature))
    if not scenarios:
        yield f"{file}:{feature['location']['line']}: feature without a scenario"
    for scenario in scenarios:
        line = scenario["location"]["line"]
        kinds = {step["keywordType"] for step in scenario["steps"]}
        if not scenario["steps"]:
            yield f"{file}:{line}: scenario without a step: {scenario['name']}"
        elif not {"Action", "Outcome"} <= kinds:
            name = scenario["name"]
            yield f"{file}:{line}: nothing is done or nothing expected: {name}"
        yield from _pasted(file, scenario)
        tags = {tag["name"] for tag in scenario["tags"]}
        told = scenario.get("description", "").strip().startswith(WHY)
        if ONE_MODE in tags and not told:
            yield f"{file}:{line}: {ONE_MODE} without «{WHY}…»: {scenario['name']}"


def _scenarios(parent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for child in parent["children"]:
        if "scenario" in child:
            yield child["scenario"]
        elif "rule" in child:
            yield from _scenarios(child["rule"])


def _pasted(file: Path, node: dict[str, Any]) -> Iterator[str]:
    for line in node.get("description", "").splitlines():
        if PASTED_STEP.match(line):
            yield (
                f"{file}:{node['location']['line']}: a step written as description,"
                f" which never runs: {line.strip()}"
            )
