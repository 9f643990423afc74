"""What the logs of a run must not hold: tracebacks, secrets, what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

#: Where a record of Odoo's log begins.
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} )", re.M)
TRACEBACK = "\nTraceback (most recent call last)"
#: Jobs of Odoo itself that fail by themselves, each with its reason.
NOT_OURS = (
    # 18.0 asks for leads with NOWAIT while somebody writes them, then stumbles over
    # its own savepoint; it tries again later.
    "Job 'CRM: enrich leads (IAP)'",
)
#: Texts so short that they stand anywhere ("?", "Hola") prove nothing.
SHORTEST = 8
SHOWN = 5


def sizes(logs: Iterable[Path]) -> dict[Path, int]:
    """How long each log is now: what an earlier run wrote is not ours."""
    return {path: path.stat().st_size for path in logs}


def written_since(starts: Mapping[Path, int]) -> dict[str, str]:
    """What each log got since then, by its name."""
    return {
        path.name: path.read_bytes()[start:].decode("utf-8", "replace")
        for path, start in starts.items()
    }


def tracebacks(text: str) -> list[str]:
    """First and last line of each record that holds one."""
    records = [
        record.strip().splitlines()
        for record in RECORD.split(text)
        if TRACEBACK in record
        and not any(job in record.partition("\n")[0] for job in NOT_OURS)
    ]
    return [f"{lines[0]} … {lines[-1]}" for lines in records]


def lines_with(text: str, unwanted: Iterable[str]) -> list[str]:
    """The first lines of `text` that hold any of `unwanted`."""
    words = [word for word in unwanted if len(word) >= SHORTEST]
    found = [line for line in text.splitlines() if any(word in line for word in words)]
    return found[:SHOWN]
