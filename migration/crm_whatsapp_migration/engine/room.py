"""Memory for statements over a million rows; the defaults of PostgreSQL are small."""

from __future__ import annotations

from typing import Any

_SETTINGS = "work_mem = '64MB'; SET {0} jit = off"


def give_room(cr: Any) -> None:
    """Sort and join in memory, compile nothing; until the transaction ends."""
    cr.execute("SET LOCAL " + _SETTINGS.format("LOCAL"))


def give_session_room(cr: Any) -> None:
    """The same for a connection of one's own, before its first temporary table."""
    cr.execute(f"SET {_SETTINGS.format('')}; SET temp_buffers = '64MB'")
