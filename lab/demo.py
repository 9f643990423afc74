"""The five tests of the plan, live, and the scenarios on a running lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lab import counts, lifecycle, report, testing
from lab.console import say
from lab.counts import Counts
from lab.settings import Settings
from lab.state import State
from lab.suites import Kind, Suite

PLAN = Suite("plan", "Plan de pruebas", Kind.LAB, "tests/test_plan_de_pruebas.py")
PLAN_TESTS = 5
SCENARIOS = replace(PLAN, name="scenarios", path="tests/test_*.py")


def demo(settings: Settings, *, fresh: bool) -> int:
    """Lab up, the five tests, addresses; 0 only when all five passed."""
    say("Laboratorio de WhatsApp para Odoo: las cinco pruebas del plan, en vivo")
    state = lifecycle.up(settings, fresh=fresh, keep_data=False)
    say("\nCorriendo el plan de pruebas contra este Odoo y este simulador:\n")
    found = _run(settings, state, PLAN, ())
    report.addresses(state)
    say("El laboratorio sigue en marcha: «make down» lo detiene.")
    if found.skipped:
        say(f"{found.skipped} pruebas no se corrieron.")
    say(f"{found.passed} passed, {found.failed} failed")
    return 0 if found.passed == PLAN_TESTS and not found.failed else 1


def scenarios(settings: Settings, *, fresh: bool, extra: Sequence[str]) -> int:
    """All scenarios on the lab, which is started if needed and left running."""
    state = lifecycle.up(settings, fresh=fresh, keep_data=False)
    found = _run(settings, state, SCENARIOS, extra)
    say(found.line())
    return 0 if found.good else 1


def _run(
    settings: Settings, state: State, suite: Suite, extra: Sequence[str]
) -> Counts:
    path = settings.home / f"{suite.name}.xml"
    path.unlink(missing_ok=True)
    env = testing.lab_environment(state)
    status = testing.run_pytest(settings, suite, path, env, extra)
    return counts.read(path, status)
