"""Parameters of a template's buttons at send time, by the button's type.

That a flow button must be named by a component (131009), and that a call button
takes no parameters (100), is known from integrators' reports only.
"""

from collections.abc import Callable

from ..entities import Json
from ..errors import Refused
from .texts import variables

MAX_CODE = 20
MAX_PAYLOAD = 256

#: type of the button -> ``sub_type`` that a send may give it.
SUB_TYPES: dict[str, tuple[str, ...]] = {
    "URL": ("url",),
    "QUICK_REPLY": ("quick_reply",),
    "COPY_CODE": ("copy_code",),
    "FLOW": ("flow",),
    "CATALOG": ("catalog",),
    "MPM": ("mpm",),
    "SPM": ("spm", "view_product"),
    "PHONE_NUMBER": ("voice_call", "phone_number"),
    "VOICE_CALL": ("voice_call",),
    "ORDER_DETAILS": ("order_details",),
}


def check(buttons: list[Json], components: list[Json]) -> None:
    """Refused: an index or kind that does not fit, a parameter that lacks."""
    given = [c for c in components if str(c.get("type", "")).lower() == "button"]
    by_index: dict[int, Json] = {}
    for component in given:
        index = str(component.get("index", ""))
        if not index.isdigit() or int(index) >= len(buttons):
            raise Refused(
                131009,
                f"buttons: Button at index {index or 'unknown'} does not exist in the "
                "template",
            )
        by_index[int(index)] = component
    for position, button in enumerate(buttons):
        component = by_index.get(position, {})
        kind = str(button.get("type", "URL")).upper()
        sub_type = str(component.get("sub_type", "")).lower()
        if kind == "PHONE_NUMBER" and _parameters(component):
            # One client's report of 2023; no page says it.
            raise Refused(
                100,
                f"buttons: Button at index {position} is of type Call and does not "
                "support parameters",
            )
        if kind == "FLOW" and not component:
            raise Refused(
                131009,
                f"buttons: Button at index {position} of type Flow requires a button "
                "component with sub_type flow",
            )
        allowed = SUB_TYPES.get(kind, ())
        if component and allowed and sub_type not in allowed:
            raise Refused(
                132012,
                f"buttons: Button at index {position}: Format mismatch, expected "
                f"{kind}, received {sub_type.upper() or 'UNKNOWN'}",
            )
        judge = CHECKS.get(kind)
        if judge is not None:
            judge(position, button, _parameters(component))


def _parameters(component: Json) -> list[Json]:
    given = component.get("parameters") or []
    return [each for each in given if isinstance(each, dict)]


def _lacks(position: int, kind: str) -> Refused:
    return Refused(
        131008,
        f"buttons: Button at index {position} of type {kind} requires a parameter",
    )


def _url(position: int, button: Json, parameters: list[Json]) -> None:
    needed = len(variables(button.get("url", "")))
    if not needed and parameters:
        raise Refused(
            132000,
            f"buttons: number of localizable_params ({len(parameters)}) does not match "
            "the expected number of params (0)",
        )
    if needed and (len(parameters) != needed or not parameters[0].get("text")):
        raise _lacks(position, "Url")


def _code(position: int, button: Json, parameters: list[Json]) -> None:
    code = parameters[0].get("coupon_code") if parameters else None
    if not isinstance(code, str) or not code:
        raise _lacks(position, "Copy code")
    if len(code) > MAX_CODE:
        raise Refused(
            132012, f"buttons: a coupon_code has at most {MAX_CODE} characters"
        )


def _products(position: int, button: Json, parameters: list[Json]) -> None:
    action = parameters[0].get("action") if parameters else None
    if not isinstance(action, dict) or not action.get("sections"):
        raise _lacks(position, "Mpm")


def _payload(position: int, button: Json, parameters: list[Json]) -> None:
    for parameter in parameters:
        payload = parameter.get("payload")
        if isinstance(payload, str) and len(payload) > MAX_PAYLOAD:
            raise Refused(
                131009,
                f"buttons: Button at index {position}: payload length invalid. Max "
                f"length: {MAX_PAYLOAD}",
            )


CHECKS: dict[str, Callable[[int, Json, list[Json]], None]] = {
    "URL": _url,
    "COPY_CODE": _code,
    "MPM": _products,
    "QUICK_REPLY": _payload,
}
