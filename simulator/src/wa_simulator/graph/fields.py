"""``fields=``: the columns of a node; an unknown one is refused, as Meta does."""

import re
from collections.abc import Callable
from typing import Any

from ..engine.errors import Refused, bad_parameter
from .request import GraphCall

#: A column is a value, or a function when it costs something to make.
Columns = dict[str, Any]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def asked(call: GraphCall) -> list[str]:
    """Names in ``fields=``; ``a.limit(5){b,c}`` asks for ``a``."""
    names: list[str] = []
    depth, current = 0, ""
    for char in call.query.get("fields", "") + ",":
        depth += (char in "({") - (char in ")}")
        if char == "," and depth <= 0:
            match = _NAME.match(current.strip())
            if match:
                names.append(match[0])
            elif current.strip():
                raise bad_parameter(f"Syntax error in fields: '{current.strip()}'")
            depth, current = 0, ""
        else:
            current += char
    return names


def select(call: GraphCall, node: Columns, defaults: tuple[str, ...]) -> Columns:
    """The columns asked for; ``id`` is always there when the node has one.

    :raises Refused: 100 for a column that the node has not.
    """
    wanted = asked(call)
    for name in wanted:
        if name not in node and name != "id":
            raise Refused(
                100, message=f"(#100) Tried accessing nonexisting field ({name})"
            )
    names = wanted or [name for name in defaults if name in node]
    chosen = {name: _value(node[name]) for name in names if name != "id"}
    if "id" in node:
        chosen["id"] = node["id"]
    return {name: value for name, value in chosen.items() if value is not None}


def _value(column: Any) -> Any:
    made: Callable[[], Any] | Any = column
    return made() if callable(made) else made
