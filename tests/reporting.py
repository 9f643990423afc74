"""Prints scenarios step by step, in Spanish, and what surrounds a failure.

On with `--pasos`, and by itself when a lab runs the tests (LAB_STATE is set).
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.capture import CaptureManager
from _pytest.terminal import TerminalReporter
from pytest_bdd.parser import Feature, Scenario, Step
from pytest_bdd.scenario import scenario_wrapper_template_registry

from tests.evidence import LEFTOVERS, NOTES, SCENARIO, SOURCES, STEP

OK, FAILED, NOT_RUN = "bien", "FALLÓ", "no se corrió"
COLOURS = {OK: "green", FAILED: "red", NOT_RUN: "yellow"}
LOG_LINES = 15
#: Property of a report: the scenario that was not run.
NAME = "escenario"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("escenarios").addoption(
        "--pasos",
        action="store_true",
        help="imprime cada escenario paso a paso, con su resultado y su tiempo",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    wanted = config.getoption("--pasos") or os.environ.get("LAB_STATE")
    capture = config.pluginmanager.get_plugin("capturemanager")
    if reporter and capture and wanted:
        config.pluginmanager.register(StepReporter(reporter, capture), "pasos")


def pytest_bdd_before_scenario(
    request: pytest.FixtureRequest, scenario: Scenario
) -> None:
    request.node.stash[SCENARIO] = scenario


def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    request.node.stash[STEP] = step


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed scenario shows what Meta saw and where Odoo's log is."""
    report = yield
    template = scenario_wrapper_template_registry.get(getattr(item, "obj", None))
    if report.skipped and template:
        report.user_properties.append((NAME, template.name))
    sources = item.config.stash.get(SOURCES, None)
    step = item.stash.get(STEP, None)
    if report.failed and step:
        name = f"{item.stash[SCENARIO].name}\n{step.keyword} {step.name}"
        report.sections.append(("Paso que falló", name))
    in_play = SCENARIO in item.stash or "meta" in getattr(item, "fixturenames", ())
    if report.failed and sources and in_play:
        meta, target = sources
        tail = "\n".join(meta.journal_tail()) or "(nada)"
        report.sections.append((f"Simulador, últimas anotaciones ({meta.url})", tail))
        if target.odoo_log:
            lines = _tail(target.odoo_log)
            report.sections.append((f"Bitácora de Odoo ({target.odoo_log})", lines))
    return report


def _tail(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"No se puede leer: {error}"
    # One line per request tells nothing here: what is asked for is what went wrong.
    lines = [line for line in text.splitlines() if " werkzeug: " not in line]
    return "\n".join(lines[-LOG_LINES:])


def pytest_terminal_summary(
    terminalreporter: TerminalReporter, config: pytest.Config
) -> None:
    left = config.stash.get(LEFTOVERS, [])
    if left:
        terminalreporter.section("Quedó en Odoo de esta corrida")
        for line in left:
            terminalreporter.write_line(line)


@dataclass
class Run:
    """A scenario as far as it has come: (step, result, seconds)."""

    scenario: Scenario
    feature: str
    results: list[tuple[str, float]] = field(default_factory=list)
    step_started: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether a step failed, or was never reached."""
        return [result for result, _ in self.results] != [OK] * len(self.scenario.steps)

    @property
    def seconds(self) -> float:
        return sum(seconds for _, seconds in self.results)


class StepReporter:
    """Prints while the scenarios run, and sums up."""

    def __init__(self, terminal: TerminalReporter, capture: CaptureManager) -> None:
        self._terminal = terminal
        self._capture = capture
        self._runs: list[Run] = []
        #: Names of scenarios that do not hold here, and why.
        self._left_out: list[tuple[str, str]] = []
        self._printed: set[str] = set()
        self._started = time.monotonic()
        self._feature = ""

    @pytest.hookimpl(trylast=True)
    def pytest_bdd_before_scenario(
        self, request: pytest.FixtureRequest, feature: Feature, scenario: Scenario
    ) -> None:
        self._printed.add(request.node.nodeid)
        self._runs.append(Run(scenario, feature.name))
        with self._capture.global_and_fixture_disabled():
            self._terminal.ensure_newline()
            if feature.name != self._feature:
                self._feature = feature.name
                self._terminal.write_line("")
                title = f"{feature.keyword}: {feature.name}"
                self._terminal.write_line(title, bold=True)
            self._terminal.write_line("")
            self._terminal.write_line(f"  {scenario.name}", bold=True)

    def pytest_bdd_before_step(self) -> None:
        self._runs[-1].step_started = time.monotonic()

    def pytest_bdd_after_step(self, request: pytest.FixtureRequest, step: Step) -> None:
        self._print(request, step, OK)

    def pytest_bdd_step_error(self, request: pytest.FixtureRequest, step: Step) -> None:
        self._print(request, step, FAILED)

    def pytest_bdd_step_func_lookup_error(
        self, request: pytest.FixtureRequest, step: Step
    ) -> None:
        self._runs[-1].step_started = time.monotonic()
        self._print(request, step, FAILED)

    def pytest_bdd_after_scenario(self) -> None:
        run = self._runs[-1]
        for step in run.scenario.steps[len(run.results) :]:
            run.results.append((NOT_RUN, 0.0))
            self._write(NOT_RUN, "", step, ())

    def _print(self, request: pytest.FixtureRequest, step: Step, result: str) -> None:
        run = self._runs[-1]
        seconds = time.monotonic() - run.step_started
        run.results.append((result, seconds))
        notes = request.node.stash.get(NOTES, [])
        self._write(result, _seconds(seconds), step, notes)
        notes.clear()

    def _write(
        self, result: str, seconds: str, step: Step, notes: Sequence[str]
    ) -> None:
        # While a test runs, what is written would go to its captured output.
        with self._capture.global_and_fixture_disabled():
            self._terminal.write(f"    {result:<12}", **{COLOURS[result]: True})
            self._terminal.write_line(f"{seconds:>7}  {step.keyword} {step.name}")
            for text in notes:
                self._terminal.write_line(f"{'':25}{text}", light=True)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Among scenarios alone the file's name says nothing; it stays among others."""
        functions = [getattr(item, "obj", None) for item in session.items]
        if all(one in scenario_wrapper_template_registry for one in functions):
            self._terminal.showfspath = False

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, str] | None:
        """No dot between the steps; the count stays pytest's own."""
        if report.when == "call" and report.passed and report.nodeid in self._printed:
            return report.outcome, "", ""
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A scenario that does not hold in this mode is told, with its reason."""
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            name = dict(report.user_properties).get(NAME, report.nodeid)
            self._left_out.append((str(name), reason))

    def pytest_terminal_summary(self) -> None:
        if not self._runs:
            return
        results = [result for run in self._runs for result, _ in run.results]
        bad = [run.scenario.name for run in self._runs if run.failed]
        spent = _seconds(time.monotonic() - self._started)
        colour = {"red": True} if bad else {"green": True}
        self._terminal.section("Resumen de los escenarios", sep="=", **colour)
        for feature in dict.fromkeys(run.feature for run in self._runs):
            self._write_feature(feature)
        self._terminal.write_line(
            f"{len(self._runs)} escenarios: {len(self._runs) - len(bad)} pasaron,"
            f" {len(bad)} fallaron, {len(self._left_out)} no se corrieron, en {spent}"
        )
        self._terminal.write_line(
            f"{len(results)} pasos: {results.count(OK)} bien,"
            f" {results.count(FAILED)} mal, {results.count(NOT_RUN)} sin correr"
        )
        for name, reason in self._left_out:
            self._terminal.write_line(f"No se corrió: {name}: {reason}", yellow=True)
        for name in bad:
            self._terminal.write_line(f"Falló: {name}", red=True)

    def _write_feature(self, feature: str) -> None:
        """A line per topic, so that a long list is read from its end."""
        own = [run for run in self._runs if run.feature == feature]
        passed = len([run for run in own if not run.failed])
        spent = _seconds(sum(run.seconds for run in own))
        mark = {"green": True} if passed == len(own) else {"red": True}
        self._terminal.write(f"  {passed:>3} de {len(own):<3}", **mark)
        self._terminal.write_line(f"{spent:>8}  {feature}")


def _seconds(value: float) -> str:
    return f"{value:.1f} s".replace(".", ",")
