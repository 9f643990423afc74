"""Graph versions by date."""

from datetime import UTC, datetime

import pytest

from wa_simulator.engine.settings import Settings
from wa_simulator.engine.versions import VERSIONS, alive, known, served


def at(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("day", "newest", "oldest"),
    [
        ("2026-11-30", 26.0, 21.0),
        ("2027-01-20", 26.0, 21.0),
        ("2027-01-21", 26.0, 22.0),
        ("2026-09-23", 26.0, 20.0),
        ("2026-09-24", 26.0, 21.0),
        ("2026-07-28", 25.0, 20.0),
        ("2025-09-01", 23.0, 18.0),
        ("2040-01-01", 26.0, 26.0),
    ],
)
def test_which_are_alive(day: str, newest: float, oldest: float) -> None:
    found = alive(at(day))
    assert (found[0].number, found[-1].number) == (newest, oldest)


@pytest.mark.parametrize(
    ("asked", "day", "answers"),
    [
        (20.0, "2026-11-30", 21.0),
        (2.1, "2026-11-30", 21.0),
        (21.0, "2026-11-30", 21.0),
        (21.0, "2027-02-01", 22.0),
        (26.0, "2026-11-30", 26.0),
        (99.9, "2026-11-30", 99.9),
        (None, "2026-11-30", None),
    ],
)
def test_an_ended_one_is_served_by_the_oldest(
    asked: float | None, day: str, answers: float | None
) -> None:
    assert served(asked, at(day), Settings()) == answers
    assert served(asked, at(day), Settings(ended_versions="as_asked")) == asked


def test_the_table_has_no_gaps() -> None:
    """Newest first; each ends after the one before it."""
    numbers = [v.number for v in VERSIONS]
    assert numbers == sorted(numbers, reverse=True)
    ends = [v.ends for v in VERSIONS if v.ends]
    assert ends == sorted(ends, reverse=True)
    assert known(24.0) is VERSIONS[2]
    assert known(7.0) is None
    assert known(None) is None
