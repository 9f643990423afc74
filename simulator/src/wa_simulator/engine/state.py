"""Where the engine keeps what happened: found by looking, so nothing is forgotten.

The world is one value.  Besides it, parts of the engine hold counters, rates and
timers of their own: each plain value in such a part belongs to its state.
"""

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from .codec import Codec

PACKAGE = __name__.rpartition(".")[0]
PLAIN = (bool, int, float, str, list, dict, set, deque, Counter)


def _is_part(value: object) -> bool:
    return type(value).__module__.startswith(PACKAGE) and hasattr(value, "__dict__")


def parts(owner: object, shared: list[object]) -> Iterator[tuple[str, object]]:
    """Parts of the engine by path, without what is shared between them."""
    seen = {id(one) for one in shared}
    todo = [("", owner)]
    while todo:
        path, part = todo.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        if path:
            yield path, part
        for name, value in vars(part).items():
            if _is_part(value):
                todo.append((f"{path}.{name}".lstrip("."), value))


def capture(owner: object, shared: list[object], codec: Codec) -> dict[str, Any]:
    """``path.attribute`` -> JSON of each plain value of each part."""
    skipped = {id(one) for one in shared}
    found = {}
    for path, part in parts(owner, shared):
        for name, value in vars(part).items():
            if id(value) in skipped or not isinstance(value, PLAIN):
                continue
            try:
                found[f"{path}.{name}"] = codec.encode(value)
            except TypeError:
                # A table of functions is no state.
                continue
    return found


def mismatches(
    owner: object, shared: list[object], values: dict[str, Any]
) -> list[str]:
    """Paths whose value is of another kind than what the engine holds there."""
    found = []
    for path, part in parts(owner, shared):
        for name, current in vars(part).items():
            key = f"{path}.{name}"
            if key in values and not isinstance(values[key], type(current)):
                found.append(key)
    return found


def put_back(owner: object, shared: list[object], values: dict[str, Any]) -> None:
    """Set what ``capture`` gave, decoded; containers are filled in place."""
    skipped = {id(one) for one in shared}
    for path, part in parts(owner, shared):
        for name, current in list(vars(part).items()):
            key = f"{path}.{name}"
            if key not in values or id(current) in skipped:
                continue
            value = values[key]
            if isinstance(current, (dict, set)) and isinstance(value, (dict, set)):
                current.clear()
                current.update(value)
            elif isinstance(current, (list, deque)):
                current.clear()
                current.extend(value)
            else:
                setattr(part, name, value)
