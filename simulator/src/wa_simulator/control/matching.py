"""Matching of records: what was wanted, what came nearest."""

from typing import Any

from ..engine.errors import BadRequest
from ..engine.nearest import unknown

NEAREST_SHOWN = 3


def check_keys(match: dict[str, Any], known: list[str]) -> None:
    """BadRequest names an unknown key; ``contains`` and ``after`` are extra."""
    for key in match:
        if key not in (*known, "contains", "after"):
            raise BadRequest(
                unknown("key in 'match'", key, [*known, "contains", "after"])
            )


def differences(record: dict[str, Any], match: dict[str, Any]) -> list[str]:
    """What keeps a record from matching, in words; empty when it matches.

    ``contains``: part of the text or of the webhook's body.  ``after``: a ``seq``.
    """
    found = []
    for key, wanted in match.items():
        if key == "contains":
            words = record.get("text") or record.get("body") or ""
            if str(wanted) not in str(words):
                found.append(f"contains: expected {wanted!r} in {words!r}")
        elif key == "after":
            if record.get("seq", 0) <= wanted:
                found.append(f"after: expected seq above {wanted}")
        elif _plain(record.get(key)) != _plain(wanted):
            found.append(f"{key}: expected {wanted!r}, got {record.get(key)!r}")
    return found


def _plain(value: Any) -> Any:
    return value.removeprefix("+") if isinstance(value, str) else value


def nearest_records(
    records: list[dict[str, Any]], match: dict[str, Any]
) -> list[dict[str, Any]]:
    """The records with the fewest differences, with these differences."""
    ranked = sorted(
        ((differences(r, match), r) for r in reversed(records)),
        key=lambda pair: len(pair[0]),
    )
    return [
        {"differences": diffs, "record": {k: v for k, v in r.items() if k != "headers"}}
        for diffs, r in ranked[:NEAREST_SHOWN]
    ]
