"""The list of OCA's tests that differ, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import modes, oca
from lab.console import LabError
from lab.counts import Counts
from lab.settings import read_settings
from lab.suites import SUITES, Kind
from tests.lab.lab_folder import REPOSITORY

[SUITE] = [suite for suite in SUITES if suite.kind is Kind.OCA]


def test_each_entry_names_series_and_defect() -> None:
    found = oca.read_list(REPOSITORY / SUITE.path)
    assert found
    assert {series for one in found for series in one.series} == {"18.0", "19.0"}
    assert all(one.defect for one in found)
    assert len({one.name for one in found}) == len(found)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"T.a": "passed", "T.known": "failed"}, Counts(passed=2)),
        ({"T.a": "failed", "T.known": "failed"}, Counts(passed=1, failed=1)),
        ({"T.a": "passed", "T.known": "passed"}, Counts(passed=1, failed=1)),
        ({"T.a": "passed"}, Counts(passed=1, failed=1)),
        ({}, Counts(failed=1)),
        (
            {"T.a": "skipped", "T.known": "failed"},
            Counts(passed=1, unexplained=("T.a",)),
        ),
    ],
    ids=["as listed", "new", "healed", "gone", "nothing ran", "skipped"],
)
def test_what_counts_as_good(results: dict[str, str], expected: Counts) -> None:
    assert oca.judge(results, ["T.known"]).counts() == expected


def test_an_error_after_a_test_counts(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuite>"
        '<testcase classname="a.tests.T" name="x"><error/></testcase>'
        '<testcase classname="a.tests.T" name="x"/>'
        '<testcase classname="a.tests.T" name="y"/>'
        "</testsuite>"
    )
    assert oca.read_report(report) == {"T.x": "failed", "T.y": "passed"}
    assert oca.read_report(tmp_path / "none.xml") == {}


def test_modes_come_from_the_environment() -> None:
    assert read_settings({}).modes == modes.BACKGROUND
    assert read_settings({"WA_MODES": "direct"}).modes == modes.DIRECT
    with pytest.raises(LabError, match="WA_MODES=rapido no sirve"):
        read_settings({"WA_MODES": "rapido"})
