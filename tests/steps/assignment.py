"""Test 3: advisers take turns."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from tests.drivers.numbers import NumberBook
from tests.drivers.office import Office
from tests.drivers.people import Line
from tests.drivers.simulator import FakeMeta, Written


@given(parsers.parse("{count:d} asesores comerciales activos ({letters})"))
def _(office: Office, line: Line, count: int, letters: str) -> None:
    names = [office.adviser(letter).name for letter in letters.split(", ")]
    assert len(names) == count
    assert office.administrator.takes_turns_on(line) == names


@when(
    parsers.parse("Llegan {count:d} mensajes de diferentes números"),
    target_fixture="arrivals",
)
def _(meta: FakeMeta, line: Line, numbers: NumberBook, count: int) -> list[Written]:
    """One after the other: each has its 200 before the next is written."""
    arrivals = [
        meta.writes(numbers.fresh(), line.phone_number_id, f"Hola, soy el cliente {n}")
        for n in range(1, count + 1)
    ]
    assert [meta.answers_to(written) for written in arrivals] == [[200]] * count
    return arrivals


@then(
    parsers.re(
        r"Lead (?P<place>\d+) → Asesor (?P<letter>[A-C])(?: \(rotación\))?",
    ),
    converters={"place": int},
)
def _(office: Office, arrivals: list[Written], place: int, letter: str) -> None:
    lead = office.director.assigned_lead_of(arrivals[place - 1].number)
    assert lead.adviser == office.adviser(letter).name
