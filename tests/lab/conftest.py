"""Labs of the tests' own: real processes, in folders thrown away afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.lab_folder import LabFolder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[LabFolder]:
    lab = LabFolder(tmp_path / "lab")
    yield lab
    lab.run("down", "--purge")


@pytest.fixture
def other_folder(tmp_path: Path) -> Iterator[LabFolder]:
    lab = LabFolder(tmp_path / "other")
    yield lab
    lab.run("down", "--purge")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabFolder]:
    """One lab for the tests that only look at it."""
    lab = LabFolder(tmp_path_factory.mktemp("running") / "lab")
    lab.up()
    yield lab
    lab.run("down", "--purge")
