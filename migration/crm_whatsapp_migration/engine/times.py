"""When an old message was, by SQL.

A row may have no date, or an impossible one (year 1, 2099): such a date decides
nothing. The first possible one of the row is taken, else that of the row before it.
"""

from __future__ import annotations

# WhatsApp began then. A clock may be a day ahead.
FIRST = "timestamp '2009-01-01'"
LAST = "(now() AT TIME ZONE 'UTC' + interval '1 day')"
# Of an outgoing row its time of sending comes before them.
_ORDER = ("create_date", "sent_date", "delivered_date", "read_date")


def possible(column: str) -> str:
    """SQL: a date, NULL when it is impossible."""
    return f"CASE WHEN {column} BETWEEN {FIRST} AND {LAST} THEN {column} END"


def time_of(row: str) -> str:
    """SQL: the first possible date of a row of ``whatsapp_message``, NULL without."""
    own = [possible(f"{row}.{name}") for name in _ORDER]
    sent = f"CASE WHEN {row}.direction = 'outgoing' THEN {own[1]} END"
    return f"coalesce({', '.join([sent, *own])})"


def is_odd(row: str) -> str:
    """SQL: whether the date that should count is missing or impossible."""
    told = (
        f"coalesce(CASE WHEN {row}.direction = 'outgoing' THEN {row}.sent_date END,"
        f" {row}.create_date, {row}.sent_date)"
    )
    return f"({possible(told)} IS NULL)"


def time_or_nearest(row: str) -> str:
    """SQL: as :func:`time_of`; else the time of the nearest row before, or after."""
    near = (
        "(SELECT {time} FROM whatsapp_message near WHERE near.id {sign} {row}.id"
        " AND {time} IS NOT NULL ORDER BY near.id {way} LIMIT 1)"
    )
    time = time_of("near")
    before = near.format(time=time, sign="<", row=row, way="DESC")
    after = near.format(time=time, sign=">", row=row, way="ASC")
    return f"coalesce({time_of(row)}, {before}, {after}, now() AT TIME ZONE 'UTC')"
