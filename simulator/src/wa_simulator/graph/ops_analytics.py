"""Analytics, comparison and migration of templates over Graph."""

import json
import re
from typing import Any

from ..engine import analytics
from ..engine.engine import Engine
from ..engine.errors import unknown_object
from ..engine.templates.migration import migrate
from .call_result import CallResult, Operation
from .request import GraphCall

WABA, TEMPLATE = "waba", "template"
_CALL = re.compile(r"\.(\w+)\(([^()]*)\)")


def parameters(call: GraphCall, field: str) -> dict[str, Any]:
    """``field.start(1).dimensions(["A"])`` as an object."""
    text = call.query.get("fields", "")
    chain = re.search(rf"(?<!\w){field}((?:\.\w+\([^()]*\))*)", text)
    pairs = _CALL.findall(chain[1]) if chain else []
    return {name: _value(value) for name, value in pairs}


def _value(text: str) -> Any:
    if not text.startswith("["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        # Meta's own pages write names in such lists without quotes.
        return [part.strip() for part in text.strip("[]").split(",") if part.strip()]


def template_analytics(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Sent, delivered and read by template and day."""
    return CallResult({"data": analytics.templates(engine.world, node, call.given)})


def compare(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Sends of some templates."""
    template = engine.world.templates.get(node)
    if template is None:
        raise unknown_object(node)
    now = engine.clock.now()
    return CallResult(
        {"data": analytics.compare(engine.world, template, call.given, now)}
    )


def migrate_templates(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Copies from another account."""
    return CallResult(migrate(engine.world, engine.ids, node, call.given))


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("GET", WABA, "template_analytics"): template_analytics,
    ("GET", TEMPLATE, "compare"): compare,
    ("POST", WABA, "migrate_message_templates"): migrate_templates,
}
