"""Copies of databases for the tests of the migration, and the engine's code.

They run in Odoo's own environment, on real databases with real commits:
`python3 -m lab test migration`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.migration.bench import VARIABLE, Bench, Database, Legacy
from tests.migration.compare import Photograph, photograph
from tests.migration.generator import Wish
from tests.migration.legacy import Leftover

GENERATIONS = ("1", "2", "mixed")

if VARIABLE in os.environ:
    BENCH: Bench | None = Bench.read(Path(os.environ[VARIABLE]))
    # Makes `odoo.addons.*` of the addons path importable; nothing is installed.
    from odoo.tools import config

    config.parse_config([f"--addons-path={BENCH.places['bridge'].addons}"])
else:
    BENCH = None
    # Outside a lab: there is no Odoo to import.
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def bench() -> Bench:
    assert BENCH
    return BENCH


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds another one at work is turned away at once."""
    # Imports Odoo's addons, which only the configuration above makes possible.
    from odoo.addons.crm_whatsapp_migration.engine import runner  # noqa: PLC0415

    monkeypatch.setattr(runner, "LOCK_WAIT", 0.05)


@pytest.fixture
def fresh(bench: Bench) -> Iterator[Callable[..., Database]]:
    """`fresh()`: a copy of a template database, dropped after the test."""
    made: list[Database] = []

    def make(template: str = "bridge") -> Database:
        made.append(bench.copy(template))
        return made[-1]

    yield make
    for database in made:
        database.drop()


@pytest.fixture(scope="session")
def filled(bench: Bench) -> Iterator[dict[Any, Legacy]]:
    """Legacy databases of this session by what was wished: templates of `legacy`."""
    found: dict[Any, Legacy] = {}
    yield found
    for one in found.values():
        one.database.drop()


@pytest.fixture
def legacy(bench: Bench, filled: dict[Any, Legacy]) -> Iterator[Callable[..., Legacy]]:
    """`legacy(rows=400, generation="1")`: bridge, migration and filled legacy tables.

    Equal wishes cost one generation a session; each call gives a copy of its own.
    """
    made: list[Database] = []

    def make(
        rows: int = 400, left: Leftover = Leftover.UNINSTALLED, **wish: Any
    ) -> Legacy:
        key = (Wish(rows=rows, **wish), left)
        if key not in filled:
            filled[key] = bench.legacy(*key)
        source = filled[key]
        made.append(source.database.copy())
        return Legacy(made[-1], source.made)

    yield make
    for database in made:
        database.drop()


@pytest.fixture(scope="session")
def moved_of(bench: Bench, filled: dict[Any, Legacy]) -> Iterator[Callable[[str], Any]]:
    """`moved_of("1")`: a legacy database of a generation before and after its run.

    One a session, to be looked at only.
    """
    # Imports Odoo's addons, which only the configuration above makes possible.
    from tests.migration.driving import move  # noqa: PLC0415

    found: dict[str, Any] = {}

    def get(generation: str) -> Any:
        if generation not in found:
            key = (Wish(rows=400, generation=generation), Leftover.UNINSTALLED)
            if key not in filled:
                filled[key] = bench.legacy(*key)
            found[generation] = move(filled[key])
        return found[generation]

    yield get
    for one in found.values():
        one.database.drop()


@pytest.fixture(params=GENERATIONS)
def moved(moved_of: Callable[[str], Any], request: pytest.FixtureRequest) -> Any:
    """The same of each generation."""
    return moved_of(request.param)


@pytest.fixture(scope="session")
def before_of() -> Callable[[Any], Photograph]:
    """`before_of(moved)`: every row of that database before its run."""
    found: dict[str, Photograph] = {}

    def get(moved: Any) -> Photograph:
        source = moved.source.database
        if source.name not in found:
            with source.cursor() as cr:
                found[source.name] = photograph(cr)
        return found[source.name]

    return get
