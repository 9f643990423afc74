"""An answer of the screen and the same answer in the decisions file.

The screen has one value per question; in the file an answer about a gateway is an
object (``{"action": "map", "gateway": 7}``), and one about a template an id.
"""

import re

from ..engine.decisions import GATEWAY_ACTIONS

MAP, JOIN = "map", "join"
#: Stands for a date, which is written beside it.
DATE = "date"
_TARGETS = {MAP: "gateway", JOIN: "legacy"}
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}")


def is_gateway(path):
    """Whether a question asks what becomes of an old gateway."""
    return len(path) == 3 and path[0] == "gateways" and path[2] == "action"


def is_gateway_of_template(path):
    return len(path) == 3 and path[0] == "templates" and path[2] == "gateway"


def put(decisions, path, value):
    """Set an answer of the screen at its place; None takes an answer away.

    What is on the way is copied, for the old one is not ours.
    """
    if is_gateway(path):
        path, value = path[:2], _gateway(value)
    elif is_gateway_of_template(path) and value and value.isdigit():
        value = int(value)
    place = decisions
    for key in path[:-1]:
        place[key] = dict(place.get(key) or {})
        place = place[key]
    if value is None:
        place.pop(path[-1], None)
    else:
        place[path[-1]] = value


def get(decisions, path):
    """The screen's value of an answer; None while there is none."""
    place = decisions
    for key in path[:2] if is_gateway(path) else path:
        place = (place or {}).get(key)
    if is_gateway(path):
        return _of_gateway(place or {})
    return None if place is None else str(place)


def is_date(value):
    return bool(_DATE.match(value or ""))


def _gateway(value):
    if value is None:
        return None
    action, _colon, target = value.partition(":")
    if action in _TARGETS:
        return {"action": action, _TARGETS[action]: int(target)}
    return {"action": action}


def _of_gateway(answer):
    action = answer.get("action")
    if action not in GATEWAY_ACTIONS:
        return None
    if action in _TARGETS:
        return f"{action}:{answer.get(_TARGETS[action])}"
    return action
