"""``health_status``: can messages be sent through a node, and through what it needs?"""

from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Number, Template

AVAILABLE, LIMITED, BLOCKED = "AVAILABLE", "LIMITED", "BLOCKED"
BUSINESS_ID = "500000000000001"


def _entity(kind: str, node: str, *errors: tuple[int, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "entity_type": kind,
        "id": node,
        "can_send_message": BLOCKED if errors else AVAILABLE,
    }
    if errors:
        row["errors"] = [
            {
                "error_code": code,
                "error_description": words,
                "possible_solution": "See the documentation of this code.",
            }
            for code, words in errors
        ]
    return row


def _number(engine: Engine, number: Number) -> dict[str, Any]:
    status = engine.world.business.number(number.id).status
    if status == "CONNECTED":
        return _entity("PHONE_NUMBER", number.id)
    return _entity(
        "PHONE_NUMBER", number.id, (141000, f"The phone number is {status}.")
    )


def _template(template: Template) -> dict[str, Any]:
    if template.status == "APPROVED":
        return _entity("MESSAGE_TEMPLATE", template.id)
    return _entity(
        "MESSAGE_TEMPLATE", template.id, (141010, f"The template is {template.status}.")
    )


def health(
    engine: Engine,
    waba_id: str,
    *,
    number: Number | None = None,
    template: Template | None = None,
) -> dict[str, Any]:
    """The whole field; account, business and app are always in it."""
    entities = []
    if number is not None:
        entities.append(_number(engine, number))
    if template is not None:
        entities.append(_template(template))
    entities += [
        _entity("WABA", waba_id),
        _entity("BUSINESS", BUSINESS_ID),
        _entity("APP", engine.world.credentials.app_id),
    ]
    states = {entity["can_send_message"] for entity in entities}
    overall = BLOCKED if BLOCKED in states else AVAILABLE
    return {"can_send_message": overall, "entities": entities}
