"""``template.components`` of a send, built from a template and its values.

Source: Cloud API, "Send templates", as of 2025-12; the shape of each component stands
beside its function.
"""

from collections.abc import Mapping

from .template_definition import (
    BODY,
    BUTTON,
    EXPIRATION,
    HEADER,
    LOCATION,
    LOCATION_FIELDS,
    MEDIA_FORMATS,
    OFFER,
    PLACE,
    TEXT,
    Button,
    Definition,
    Json,
    Variable,
)

#: What a Flow reports back when nobody gave it a token; Meta's own default.
FLOW_TOKEN = "unused"
#: Stands for the id of a file until it is uploaded.
MEDIA_PLACEHOLDER = "uploaded-when-sent"


def build_components(
    definition: Definition,
    values: Mapping[str, str],
    *,
    media_id: str = "",
    file_name: str = "",
    payloads: Mapping[int, str] | None = None,
) -> list[Json]:
    """Build the components of a send; only parts with parameters are named.

    :param values: cleaned values by :attr:`Variable.key`
    :param media_id: Meta's id of the file in the header
    :param file_name: of a document in the header
    :param payloads: of quick replies, by index of the button
    """
    components = [
        _header(definition, values, media_id, file_name),
        _text_component(BODY, definition, values),
        _offer(definition, values),
    ]
    components += [
        _button(index, button, definition, values, payloads or {})
        for index, button in enumerate(definition.buttons)
    ]
    return [component for component in components if component]


def needs_file(template: Json) -> bool:
    """Return whether a file has to be uploaded before this ``template`` is sent."""
    return any(
        parameter[parameter["type"]].get("id") == MEDIA_PLACEHOLDER
        for component in template.get("components") or []
        if component["type"] == HEADER
        for parameter in component["parameters"]
        if parameter["type"] in MEDIA_FORMATS.values()
    )


def set_media_id(template: Json, media_id: str) -> Json:
    """Copy of a send's ``template`` with the uploaded file's id in its header."""
    return dict(
        template,
        components=[
            _with_media_id(component, media_id)
            if component["type"] == HEADER
            else component
            for component in template.get("components") or []
        ],
    )


def _with_media_id(header: Json, media_id: str) -> Json:
    parameter = header["parameters"][0]
    kind = parameter["type"]
    return dict(
        header,
        parameters=[dict(parameter, **{kind: dict(parameter[kind], id=media_id)})],
    )


def _header(
    definition: Definition, values: Mapping[str, str], media_id: str, file_name: str
) -> Json:
    """``{"type":"header","parameters":[{"type":"image","image":{"id":"…"}}]}``"""
    header = definition.header
    if header is None:
        return {}
    if header.format == TEXT:
        return _text_component(HEADER, definition, values)
    if header.format == LOCATION:
        given = {name: values.get(f"{PLACE}:{name}", "") for name in LOCATION_FIELDS}
        place = {name: value for name, value in given.items() if value}
        return _component(HEADER, [{"type": "location", "location": place}])
    kind = definition.media_type
    media = {"id": media_id}
    if kind == "document" and file_name:
        media["filename"] = file_name
    return _component(HEADER, [{"type": kind, kind: media}])


def _text_component(
    part: str, definition: Definition, values: Mapping[str, str]
) -> Json:
    """Parameters in the order of their numbers, or each with its name."""
    parameters = []
    for variable in _of_part(part, definition):
        parameter = {"type": "text", "text": values[variable.key]}
        if definition.is_named:
            parameter["parameter_name"] = variable.name
        parameters.append(parameter)
    return _component(part, parameters) if parameters else {}


def _offer(definition: Definition, values: Mapping[str, str]) -> Json:
    """End of a limited-time offer, in milliseconds."""
    if not definition.has_expiration:
        return {}
    end = {"expiration_time_ms": int(values[f"{OFFER}:{EXPIRATION}"])}
    kind = "limited_time_offer"
    return _component(kind, [{"type": kind, kind: end}])


def _button(
    index: int,
    button: Button,
    definition: Definition,
    values: Mapping[str, str],
    payloads: Mapping[int, str],
) -> Json:
    """``{"type":"button","sub_type":"url","index":0,"parameters":[…]}``

    A button without parameters needs no component, but for Flow and catalog: Meta
    refuses the send without theirs (131009).
    """
    parameters: list[Json] = []
    own = [
        values[variable.key]
        for variable in _of_part(BUTTON, definition)
        if variable.button == index
    ]
    if button.type == "URL":
        parameters = [{"type": "text", "text": value} for value in own]
    elif button.type == "COPY_CODE":
        parameters = [{"type": "coupon_code", "coupon_code": value} for value in own]
    elif button.type == "QUICK_REPLY" and payloads.get(index):
        parameters = [{"type": "payload", "payload": payloads[index]}]
    elif button.type == "FLOW":
        parameters = [{"type": "action", "action": {"flow_token": FLOW_TOKEN}}]
    elif button.type != "CATALOG":
        return {}
    if not parameters and button.type != "CATALOG":
        return {}
    component: Json = {
        "type": BUTTON,
        "sub_type": button.type.lower(),
        "index": index,
    }
    return dict(component, parameters=parameters) if parameters else component


def _of_part(part: str, definition: Definition) -> list[Variable]:
    return [variable for variable in definition.variables if variable.part == part]


def _component(kind: str, parameters: list[Json]) -> Json:
    return {"type": kind, "parameters": parameters}
