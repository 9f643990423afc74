"""Graph versions as data: when each came and when it ends.

Source: Meta's page of versions as copied after 2026-07-29.  A call to a version that
has ended is served by the oldest one alive (Meta's rule of long standing).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from .settings import Settings


@dataclass(frozen=True)
class GraphVersion:
    """A version.

    :param introduced: None where the page was not read.
    :param ends: the first day on which it is not there; None: not announced.
    """

    number: float
    introduced: date | None
    ends: date | None

    @property
    def name(self) -> str:
        """As in a path: ``v26.0``."""
        return f"v{self.number}"

    def alive(self, today: date) -> bool:
        """Whether it answers on a day, UTC."""
        come = self.introduced is None or self.introduced <= today
        return come and (self.ends is None or today < self.ends)


#: Newest first.
VERSIONS = (
    GraphVersion(26.0, date(2026, 7, 29), None),
    GraphVersion(25.0, date(2026, 2, 18), date(2028, 7, 29)),
    GraphVersion(24.0, date(2025, 10, 8), date(2028, 2, 18)),
    GraphVersion(23.0, date(2025, 5, 29), date(2027, 10, 8)),
    GraphVersion(22.0, date(2025, 1, 21), date(2027, 5, 20)),
    GraphVersion(21.0, date(2024, 10, 2), date(2027, 1, 21)),
    GraphVersion(20.0, date(2024, 5, 21), date(2026, 9, 24)),
    GraphVersion(19.0, None, date(2026, 5, 21)),
    GraphVersion(18.0, None, date(2026, 1, 26)),
)
_BY_NUMBER = {version.number: version for version in VERSIONS}


def alive(now: float) -> tuple[GraphVersion, ...]:
    """The versions that answer at a moment, newest first; never empty."""
    return _alive_on(int(now // 86_400))


def day_of(now: float) -> date:
    """The day of a moment, UTC."""
    return datetime.fromtimestamp(now, UTC).date()


@lru_cache(maxsize=64)
def _alive_on(day: int) -> tuple[GraphVersion, ...]:
    today = day_of(day * 86_400)
    return tuple(v for v in VERSIONS if v.alive(today)) or VERSIONS[:1]


def known(number: float | None) -> GraphVersion | None:
    """The row of a version, if the page has it."""
    return _BY_NUMBER.get(number) if number is not None else None


def served(asked: float | None, now: float, settings: Settings) -> float | None:
    """The version that answers a call; None stays None (the newest).

    One that is older than the page's oldest has ended too.
    """
    if asked is None or settings.ended_versions == "as_asked":
        return asked
    return max(asked, alive(now)[-1].number)
