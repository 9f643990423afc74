"""Calls over Graph: the actions, and who may be called."""

from collections.abc import Callable

from ..engine.calls.calls import Calls
from ..engine.engine import Engine
from ..engine.entities import Json, Number
from ..engine.errors import Unsupported, bad_parameter
from .call_result import CallResult, Operation
from .request import GraphCall

NUMBER = "number"
PRODUCT = {"messaging_product": "whatsapp"}
SUCCESS = {**PRODUCT, "success": True}
#: Actions that answer with success alone.
ACTIONS: dict[str, Callable[[Calls, Number, Json], None]] = {
    "pre_accept": Calls.pre_accept,
    "accept": Calls.accept,
    "reject": Calls.reject,
    "terminate": Calls.terminate,
}


def act(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """``POST /calls``: call, pick up, reject, hang up."""
    given, number = call.given, engine.number(node)
    if given.get("messaging_product") != "whatsapp":
        raise bad_parameter("The parameter messaging_product is required.")
    engine.routing.require_call_primary(number, engine.world.app_of_token(call.token))
    action = str(given.get("action"))
    if action == "media_update":
        raise Unsupported("the action media_update of calls: no source describes it")
    if action == "connect":
        made = engine.calls.connect(number, given)
        head = SUCCESS if engine.settings.call_connect_success else PRODUCT
        return CallResult({**head, "calls": [{"id": made.id}]})
    if action not in ACTIONS:
        raise bad_parameter(
            f"Param action must be one of connect, {', '.join(ACTIONS)}."
        )
    ACTIONS[action](engine.calls, number, given)
    return CallResult(dict(SUCCESS))


def permissions(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Whether a person may be called, and asked."""
    key = call.query.get("user_wa_id") or call.query.get("recipient")
    return CallResult(engine.calls.describe_permission(engine.number(node), key))


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", NUMBER, "calls"): act,
    ("GET", NUMBER, "call_permissions"): permissions,
}
