"""Scenarios that hold in one mode, or in a lab only, say so by a tag, and why."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd.parser import ScenarioTemplate

BACKGROUND_ONLY = "solo_en_segundo_plano"
LAB_ONLY = "solo_en_laboratorio"
#: Values of the addon's settings that mean: not in the background.
AT_ONCE = {"request", "immediate"}


def reason_against(scenario: ScenarioTemplate, modes: Mapping[str, str]) -> str:
    """Why a scenario cannot run in an Odoo with these modes; empty when it can."""
    if BACKGROUND_ONLY not in scenario.tags or not AT_ONCE & set(modes.values()):
        return ""
    return " ".join((scenario.description or "").split())


def reason_elsewhere(scenario: ScenarioTemplate, *, in_lab: bool) -> str:
    """Why a scenario cannot run in somebody's own Odoo; empty when it can."""
    feature = scenario.feature
    if in_lab or LAB_ONLY not in feature.tags:
        return ""
    return " ".join((feature.description or "").split())
