"""What scenarios and live trials share: the run, its people, a line for each test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tests import logs
from tests.drivers.arrangements import Arrangements
from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.records import Lead
from tests.drivers.simulator import FakeMeta
from tests.drivers.story import Story
from tests.drivers.target import NoTarget, Target, read_target
from tests.evidence import LEFTOVERS, NOTES, SCENARIO, SOURCES
from wa_simulator.client import SimulatorClient

READ_LAST = "test_odoo_log.py"

pytest_plugins = [
    "tests.reporting",
    "tests.steps.reception",
    "tests.steps.deduplication",
    "tests.steps.assignment",
    "tests.steps.sending",
    "tests.steps.retries",
    "tests.steps.customers",
    "tests.steps.leads",
    "tests.steps.conversations",
    "tests.steps.answers",
    "tests.steps.troubles",
    "tests.steps.office",
    "tests.steps.migration",
]


@pytest.fixture(scope="session")
def target() -> Target:
    """Which Odoo and which simulator; a test that needs them fails without."""
    try:
        return read_target(os.environ)
    except NoTarget as error:
        sentence = str(error)
    pytest.fail(sentence, pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def log_starts(request: pytest.FixtureRequest) -> dict[Path, int]:
    """Sizes of the logs before this run: an earlier one's lines are not ours."""
    if not os.environ.get("LAB_STATE"):
        return {}
    target: Target = request.getfixturevalue("target")
    return logs.sizes(target.logs)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Logs are read when everything else has been written into them."""
    items.sort(key=lambda item: item.path.name == READ_LAST)


@pytest.fixture(scope="session")
def run() -> str:
    """Short id of this run; also the seed of all it draws."""
    return f"{datetime.now(UTC):%m%d-%H%M}-{secrets.token_hex(2)}"


@pytest.fixture(scope="session")
def chance(run: str) -> Random:
    return Random(run)


@pytest.fixture(scope="session")
def meta(
    target: Target, chance: Random, pytestconfig: pytest.Config
) -> Iterator[FakeMeta]:
    """The fake Meta of this run."""
    client = SimulatorClient(target.simulator_url)
    if not client.ready():
        client.close()
        pytest.fail(
            f"El simulador no responde en {target.simulator_url}.", pytrace=False
        )
    found = FakeMeta(client, chance)
    pytestconfig.stash[SOURCES] = (found, target)
    yield found
    found.close()


@pytest.fixture(scope="session")
def office(
    target: Target, meta: FakeMeta, run: str, pytestconfig: pytest.Config
) -> Iterator[Office]:
    """Everybody who works with the CRM in this run."""
    found = Office(target, meta, run)
    problem = ""
    try:
        found.open()
    except NoTarget as error:
        problem = str(error)
    try:
        if problem:
            pytest.fail(problem, pytrace=False)
        yield found
    finally:
        pytestconfig.stash[LEFTOVERS] = found.close()


@pytest.fixture(scope="session")
def number_book(chance: Random, office: Office) -> NumberBook:
    return NumberBook(chance, office.knows)


@pytest.fixture
def numbers(number_book: NumberBook) -> NumberBook:
    """Numbers nobody has used; those written in a scenario are its own."""
    number_book.new_scenario()
    return number_book


@pytest.fixture
def line(request: pytest.FixtureRequest, office: Office) -> Iterator[Line]:
    """A WhatsApp number of the business that only this test uses."""
    scenario = request.node.stash.get(SCENARIO, None)
    title = scenario.name.partition(":")[0] if scenario else request.node.name
    found = office.open_line(title)
    yield found
    office.meta.troubles.end(found.phone_number_id)


@pytest.fixture
def story(office: Office, line: Line, numbers: NumberBook) -> Iterator[Story]:
    """What this scenario is about; what was arranged for it is taken back."""
    arrangements = Arrangements(office.administrator, office.hired)
    found = Story(office, line, numbers, arrangements)
    try:
        yield found
    finally:
        for other in found.lines.values():
            office.meta.troubles.end(other.phone_number_id)
        arrangements.take_back()


@pytest.fixture
def assigned_lead(office: Office, line: Line, numbers: NumberBook) -> Lead:
    """A lead whose customer has just written and whose phone is switched off."""
    number = numbers.fresh()
    office.meta.switches_phone_off(number)
    office.write_in(number, line, "Buenos días, quiero una cotización")
    return office.director.assigned_lead_of(number)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Evidence that is printed below the step."""
    notes: list[str] = request.node.stash.setdefault(NOTES, [])
    return notes.append
