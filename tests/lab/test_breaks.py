"""How a break is put in, and how its test is judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lab import breaks
from lab.console import LabError


def example(find: str) -> breaks.Break:
    return breaks.Break("x", "A2", "a.py", find, "2", "tests/test_a.py::T::t")


def test_a_break_changes_one_place(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    assert example("1").apply(tmp_path) == "x = 1\n"
    assert (tmp_path / "a.py").read_text() == "x = 2\n"


@pytest.mark.parametrize("text", ["", "1 1"])
def test_a_text_that_is_not_there_once_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.py").write_text(text)
    with pytest.raises(LabError, match="debe estar una"):
        example("1").apply(tmp_path)


def test_a_break_may_be_of_one_series_and_of_the_repository(tmp_path: Path) -> None:
    table = tmp_path / "breaks.toml"
    table.write_text(
        '[[break]]\nname = "x"\nrequirement = "A19"\nfile = "README.md"\n'
        'find = "a"\nreplace = "b"\ntest = "tests/lint/test_a.py::test_a"\n'
        'place = "repository"\nseries = ["19.0"]\n'
    )
    (one,) = breaks.read_table(table)
    assert one.root(tmp_path) == tmp_path
    assert one.series == ("19.0",)
    assert example("1").root(tmp_path) == tmp_path / "crm_whatsapp_gateway"


def test_the_migrations_tests_are_apart_from_its_addon(tmp_path: Path) -> None:
    one = replace(example("1"), place=breaks.MIGRATION)
    assert one.root(tmp_path) == tmp_path / "migration/crm_whatsapp_migration"
    assert one.test_root(tmp_path) == tmp_path
    addon = tmp_path / "crm_whatsapp_gateway"
    assert example("1").test_root(tmp_path) == addon


def test_an_error_outside_a_test_is_no_red_test(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuite>"
        '<testcase classname="T" name="import"><error/></testcase>'
        '<testcase classname="T" name="red"><failure/></testcase>'
        "</testsuite>"
    )
    assert breaks.outcomes(report) == {"T.red": "failed"}


def test_a_test_is_known_again_in_a_report() -> None:
    of_class = "tests/test_a.py::TestA::test_b"
    assert breaks._is_named(of_class, "addons.x.tests.test_a.TestA.test_b")
    assert not breaks._is_named(of_class, "addons.x.tests.test_a.TestA.test_bc")
    assert breaks._is_named(
        "tests/lint/test_a.py::test_b", "tests.lint.test_a.test_b[1]"
    )
    assert breaks._is_named("tests/migration/test_a.py::test_b[2]", "test_a.test_b[1]")
