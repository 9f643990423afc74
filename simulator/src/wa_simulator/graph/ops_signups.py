"""Sign-ups over Graph: below an account, and by ``/signups/{id}``."""

from ..engine.engine import Engine
from .call_result import CallResult, Operation
from .paging import page
from .request import GraphCall

WABA, SIGNUP = "waba", "signup"
PREFIX = "signups"


def create(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A new link."""
    return CallResult({"id": engine.signups.create(node, call.given)["id"]})


def list_signups(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The sign-ups of an account."""
    return CallResult(page(call, [(r["id"], r) for r in engine.signups.of(node)]))


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """One sign-up."""
    return CallResult(engine.signups.get(node))


def change(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Texts, addresses, status."""
    changed = engine.signups.change(node, call.given)
    return CallResult({"id": changed["id"], "success": True})


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", WABA, "signups"): create,
    ("GET", WABA, "signups"): list_signups,
    ("GET", SIGNUP, ""): describe,
    ("POST", SIGNUP, ""): change,
}
