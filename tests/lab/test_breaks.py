"""The table of breaks, and how a break is put in."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import addons, breaks
from lab.console import LabError
from tests.lab.lab_folder import REPOSITORY

TABLE = breaks.read_table(REPOSITORY / breaks.TABLE)


def example(find: str) -> breaks.Break:
    return breaks.Break("x", "A2", "a.py", find, "2", "tests/test_a.py::T::t")


def test_each_break_has_a_name_of_its_own() -> None:
    assert len({one.name for one in TABLE}) == len(TABLE)


def test_each_requirement_from_a2_to_a13_has_a_break() -> None:
    wanted = {f"A{number}" for number in range(2, 14)}
    assert wanted - {one.requirement for one in TABLE} == set()


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.name)
def test_its_test_is_there(one: breaks.Break) -> None:
    file, _class, test = one.test.split("::")
    text = (REPOSITORY / addons.BRIDGE / file).read_text(encoding="utf-8")
    assert f"def {test}(" in text
    assert one.find != one.replace


def test_a_break_changes_one_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert example("1").apply(tmp_path) == "x = 1\n"
    assert (tmp_path / "a.py").read_text() == "x = 2\n"


@pytest.mark.parametrize("text", ["", "1 1"])
def test_a_text_that_is_not_there_once_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    with pytest.raises(LabError, match="debe estar una"):
        example("1").apply(tmp_path)


def test_an_error_outside_a_test_is_no_red_test(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuite>"
        '<testcase classname="T" name="import"><error/></testcase>'
        '<testcase classname="T" name="red"><failure/></testcase>'
        "</testsuite>"
    )
    assert breaks.outcomes(report) == {"T.red": "failed"}
