"""The measurement itself, where Meta's files are at hand."""

from __future__ import annotations

import os

import pytest

from tests.conformance import report
from tests.conformance.places import Files, NoData, find
from tests.conformance.runner import Measured, measure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files() -> Files:
    try:
        return find(os.environ)
    except NoData as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def measured(files: Files) -> Measured:
    return measure(files)


def test_nothing_mismatches_beyond_the_waivers(measured: Measured) -> None:
    assert report.failures(measured.results) == []
    assert measured.stale == []


def test_all_of_both_files_was_measured(measured: Measured) -> None:
    openapi, postman = report.counts(measured.results)
    assert len(openapi.results) >= 290
    assert len(postman.results) == 162
    assert sum(measured.validity.all.values()) >= 910


def test_patches_mend_metas_schemas(measured: Measured) -> None:
    held = measured.validity
    assert held.before["webhook"] == 0
    assert held.after["webhook"] == held.all["webhook"] == 16
    assert held.before["error"] == held.after["error"]
    assert held.after["request"] > held.before["request"] + 45
    assert len(held.broken) <= 10
