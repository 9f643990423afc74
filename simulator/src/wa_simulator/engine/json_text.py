"""JSON from outside: what is no JSON, or nested beyond reason, is a ValueError.

Python parses a thousand levels and then fails with RecursionError, here or later,
in whatever walks the value.
"""

import json
from typing import Any

#: Meta's deepest body (a history webhook) has about fifteen levels.
DEEPEST = 64
TOO_DEEP = f"nested deeper than {DEEPEST} levels"


def depth_within(value: Any, most: int = DEEPEST) -> bool:
    """Whether a value has at most that many levels.  No recursion."""
    level = [value]
    for _ in range(most + 1):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(each.values())
            elif isinstance(each, list):
                inner.extend(each)
        if not inner:
            return True
        level = inner
    return False


def parse(text: str | bytes) -> Any:
    """The value.  ValueError."""
    try:
        value = json.loads(text)
    except RecursionError as exc:
        raise ValueError(TOO_DEEP) from exc
    if not depth_within(value):
        raise ValueError(TOO_DEEP)
    return value
