"""The shape of a JSON value as the set of its paths: ``a.b[].c``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Every key path; the items of an array count together."""
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{at}.{key}" if at else str(key)
            yield here
            yield from paths(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{at}[]")


def missing(sample: Any, got: Any, optional: Iterable[str] = ()) -> list[str]:
    """Paths of the sample that are not in what was got, unless optional.

    A path below a missing one is not named again.
    """
    have, free = set(paths(got)), tuple(optional)
    lost = [p for p in dict.fromkeys(paths(sample)) if p not in have]
    lost = [p for p in lost if not any(_within(p, f) for f in free)]
    return [p for p in lost if not any(_within(p, o) for o in lost if o != p)]


def _within(path: str, other: str) -> bool:
    return path == other or path.startswith((f"{other}.", f"{other}["))
