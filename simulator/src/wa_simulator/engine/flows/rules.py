"""What is checked of a flow's JSON: that it is JSON, a version, screens with ids."""

from typing import Any

from ..entities import Json
from ..json_text import parse

#: From this version on the endpoint stands beside the JSON, not inside.
ENDPOINT_OUTSIDE = 3.0


def read(text: str) -> Json:
    """The JSON of a flow; empty when it is none."""
    try:
        found = parse(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def validation_errors(text: str) -> list[Json]:
    """Meta's list; empty for a flow without JSON, or one that can be published."""
    if not text:
        return []
    try:
        found: Any = parse(text)
    except ValueError as exc:
        return [_error("INVALID_FLOW_JSON", f"The Flow JSON is not valid JSON: {exc}")]
    if not isinstance(found, dict):
        return [_error("INVALID_FLOW_JSON", "The Flow JSON must be an object.")]
    errors = []
    if not isinstance(found.get("version"), str):
        errors.append(_missing("version"))
    screens = found.get("screens")
    if not isinstance(screens, list) or not screens:
        errors.append(_missing("screens"))
    else:
        errors += [
            _missing(f"screens[{index}].id")
            for index, screen in enumerate(screens)
            if not isinstance(screen, dict) or not isinstance(screen.get("id"), str)
        ]
    return errors


def version_of(flow_json: Json) -> float:
    """The version of the JSON; 0 when it has none."""
    try:
        return float(str(flow_json.get("version")))
    except ValueError:
        return 0.0


def _missing(path: str) -> Json:
    return _error(
        "MISSING_REQUIRED_PROPERTY", f"The required property '{path}' is missing."
    )


def _error(error: str, message: str) -> Json:
    place = {"line_start": 1, "line_end": 1, "column_start": 1, "column_end": 1}
    return {
        "error": error,
        "error_type": "FLOW_JSON_ERROR",
        "message": message,
        **place,
    }
