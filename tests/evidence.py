"""What a run keeps for its report: keys of pytest's stashes."""

from __future__ import annotations

import pytest
from pytest_bdd.parser import Scenario, Step

from tests.drivers.simulator import FakeMeta
from tests.drivers.target import Target

#: Of an item: the scenario it runs.
SCENARIO = pytest.StashKey[Scenario]()
#: Of an item: the step it is at.
STEP = pytest.StashKey[Step]()
#: Of an item: lines a step leaves behind; emptied when they are printed.
NOTES = pytest.StashKey[list[str]]()
#: Of the run: what a failure is explained with.
SOURCES = pytest.StashKey[tuple[FakeMeta, Target]]()
#: Of the run: what could not be taken away from somebody's own Odoo.
LEFTOVERS = pytest.StashKey[list[str]]()
