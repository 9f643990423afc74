"""Sending a template: parameters against placeholders, the hydrated text."""

import re

from .entities import Json, Template
from .errors import Refused

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_BAD_TEXT = re.compile(r"[\n\r\t]| {5,}")
_MEDIA_FORMATS = ("IMAGE", "VIDEO", "DOCUMENT")
MAX_HYDRATED = 1024
#: Version from which a bad parameter text is 132018 (changelog, May 2025).
DETAILED_SINCE = 23.0


def require_sendable(template: Template | None, name: str, language: str) -> Template:
    """The template when it can be sent now; else 132001, 132015 or 132016."""
    if template is None or template.status not in ("APPROVED", "PAUSED", "DISABLED"):
        raise Refused(132001, f"template name ({name}) does not exist in {language}")
    if template.status == "PAUSED":
        raise Refused(132015, f"template ({name}) is paused due to low quality")
    if template.status == "DISABLED":
        raise Refused(132016, f"template ({name}) is disabled")
    return template


def placeholders(text: str) -> list[str]:
    """Names of the variables in order, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def hydrate(template: Template, components: list[Json], version: float | None) -> str:
    """Check the parameters and give the body as the customer reads it.

    :param version: of the path, e.g. ``23.0``; None means newest.
    """
    given = _by_type(components)
    body = ""
    for component in template.components:
        kind = str(component["type"]).upper()
        if kind == "HEADER":
            _header(component, given.get("HEADER", []))
        elif kind == "BODY":
            body = _fill(
                template, "body", component["text"], given.get("BODY", []), version
            )
        elif kind == "BUTTONS":
            _buttons(component.get("buttons", []), components)
    if len(body) > MAX_HYDRATED:
        raise Refused(
            132005,
            f"Translated text too long: body has {len(body)} of {MAX_HYDRATED} "
            "characters",
        )
    return body


def _by_type(components: list[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for component in components:
        if not isinstance(component, dict) or not isinstance(
            component.get("type"), str
        ):
            raise Refused(
                100,
                message="(#100) The parameter template['components']['type'] "
                "is required.",
            )
        parameters = component.get("parameters") or []
        if not isinstance(parameters, list) or not all(
            isinstance(parameter, dict) for parameter in parameters
        ):
            raise Refused(
                100,
                message="(#100) Param template['components']['parameters'] must be "
                "an array of objects.",
            )
        found[component["type"].upper()] = parameters
    return found


def _mismatch(where: str, got: int, expected: int) -> Refused:
    return Refused(
        132000,
        f"{where}: number of localizable_params ({got}) does not match the expected "
        f"number of params ({expected})",
    )


def _header(component: Json, parameters: list[Json]) -> None:
    expected = str(component.get("format", "TEXT")).upper()
    if expected == "TEXT":
        count = len(placeholders(component.get("text", "")))
        if len(parameters) != count:
            raise _mismatch("header", len(parameters), count)
        return
    kinds = [str(p.get("type", "")).upper() for p in parameters]
    if expected in (*_MEDIA_FORMATS, "LOCATION") and kinds != [expected]:
        got = kinds[0] if kinds else "UNKNOWN"
        raise Refused(
            132012, f"header: Format mismatch, expected {expected}, received {got}"
        )


def _buttons(buttons: list[Json], components: list[Json]) -> None:
    given = {
        str(c.get("index")): c.get("parameters") or []
        for c in components
        if str(c.get("type", "")).lower() == "button"
    }
    for index, button in enumerate(buttons):
        needed = len(placeholders(button.get("url", "")))
        got = len(given.get(str(index), []))
        if needed and got != needed:
            raise Refused(
                131008,
                f"buttons: Button at index {index} of type Url requires a parameter",
            )


def _fill(
    template: Template,
    where: str,
    text: str,
    parameters: list[Json],
    version: float | None,
) -> str:
    names = placeholders(text)
    if len(parameters) != len(names):
        raise _mismatch(where, len(parameters), len(names))
    values: dict[str, str] = {}
    for position, parameter in enumerate(parameters, start=1):
        name = str(position)
        if template.parameter_format == "NAMED":
            name = str(parameter.get("parameter_name") or "")
            if name not in names:
                raise Refused(
                    100,
                    f"{where}: Parameter name is missing or empty"
                    if not name
                    else f"{where}: parameter_name '{name}' is not in the template",
                )
        values[name] = _value(where, parameter, version)
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _value(where: str, parameter: Json, version: float | None) -> str:
    kind = parameter.get("type")
    if kind in ("currency", "date_time"):
        inner = parameter.get(kind)
        fallback = inner.get("fallback_value") if isinstance(inner, dict) else None
        if not fallback:
            raise Refused(131008, f"{where}: {kind} requires fallback_value")
        return str(fallback)
    if kind != "text":
        raise Refused(
            132012, f"{where}: Format mismatch, expected TEXT, received {kind}"
        )
    text = parameter.get("text")
    if not isinstance(text, str) or not text:
        raise Refused(131008, "Parameter of type text is missing text value")
    if _BAD_TEXT.search(text):
        newest = version is None or version >= DETAILED_SINCE
        raise Refused(
            132018 if newest else 100,
            "Param text cannot have new-line/tab characters or more than 4 "
            "consecutive spaces",
        )
    return text
