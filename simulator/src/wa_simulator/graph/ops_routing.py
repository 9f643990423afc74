"""Conversation routing over Graph."""

from ..engine.engine import Engine
from .call_result import CallResult, Operation
from .request import GraphCall


def thread_control(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Pass, take or release a thread."""
    app = engine.world.app_of_token(call.token)
    return CallResult(engine.routing.control(engine.number(node), app, call.given))


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", "number", "thread_control"): thread_control,
}
