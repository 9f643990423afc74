"""Finds and runs an operation: a table of method, kind of node and edge."""

from ..engine.accounts.uploads import PREFIX as UPLOAD_PREFIX
from ..engine.engine import Engine
from ..engine.errors import Refused, Unsupported, bad_parameter, unknown_object
from . import (
    ops_accounts,
    ops_analytics,
    ops_app,
    ops_business,
    ops_calls,
    ops_flows,
    ops_groups,
    ops_messages,
    ops_numbers,
    ops_routing,
    ops_signups,
    ops_templates,
)
from .call_result import CallResult, Operation
from .health import BUSINESS_ID
from .request import GraphCall

NUMBER, WABA, MEDIA, TEMPLATE = "number", "waba", "media", "template"
APP, ROOT, UPLOAD = ops_app.APP, ops_app.ROOT, ops_app.UPLOAD

#: (method, kind of node, edge) -> operation; ``*`` stands for one id.
OPERATIONS: dict[tuple[str, str, str], Operation] = {
    **ops_messages.OPERATIONS,
    **ops_numbers.OPERATIONS,
    **ops_accounts.OPERATIONS,
    **ops_templates.OPERATIONS,
    **ops_app.OPERATIONS,
    **ops_calls.OPERATIONS,
    **ops_flows.OPERATIONS,
    **ops_groups.OPERATIONS,
    **ops_signups.OPERATIONS,
    **ops_business.OPERATIONS,
    **ops_analytics.OPERATIONS,
    **ops_routing.OPERATIONS,
}
#: Paths that begin with a word instead of an id.
ROOTS = frozenset(edge for _, kind, edge in OPERATIONS if kind == ROOT)
#: Below an unknown id, any other edge is one that is not simulated.
EDGES = frozenset(edge for _, _, edge in OPERATIONS)
#: Need no token.
PUBLIC = frozenset({"oauth/access_token"})
#: Take the app's own token, ``{app id}|{app secret}``.
APP_KINDS = frozenset({APP, ROOT, UPLOAD})


def kind_of(engine: Engine, node: str) -> str | None:
    """What an id names; None when the world does not know it."""
    world = engine.world
    if node == world.credentials.app_id or node in world.apps:
        return APP
    for kind, known in (
        (NUMBER, world.numbers),
        (WABA, world.wabas),
        (MEDIA, world.media),
        (TEMPLATE, world.templates),
        (ops_flows.FLOW, world.flows),
        (ops_groups.GROUP, world.groups),
        (ops_business.DATASET, world.datasets),
        (ops_business.BUSINESS, {BUSINESS_ID}),
    ):
        if node in known:
            return kind
    return UPLOAD if node.startswith(UPLOAD_PREFIX) else None


def _target(engine: Engine, call: GraphCall) -> tuple[str | None, str, str]:
    """Kind, node and edge of a path."""
    parts = call.parts
    path = "/".join(parts)
    if path in ROOTS:
        return ROOT, "", path
    if parts[0] == ops_signups.PREFIX and len(parts) > 1:
        return ops_signups.SIGNUP, parts[1], "/".join(parts[2:])
    node, edge = parts[0], "/".join(parts[1:])
    if node == "app":
        node = engine.world.credentials.app_id
    return kind_of(engine, node), node, edge


def authorise(engine: Engine, call: GraphCall) -> None:
    """Refused (190) unless the call bears a token that is good for its path."""
    if not call.parts:
        return engine.authorise(call.token)
    kind, _, edge = _target(engine, call)
    if kind == ROOT and edge in PUBLIC:
        return None
    if kind in APP_KINDS and call.token == ops_app.app_token(engine):
        return None
    return engine.authorise(call.token)


def perform(engine: Engine, call: GraphCall) -> CallResult:
    """Find and run the operation.

    :raises Refused: no token 190; an unknown object is 100/33.
    :raises Unsupported: a known object, an operation that is not simulated.
    """
    authorise(engine, call)
    if call.bad_json:
        raise bad_parameter("The request body is not valid JSON.")
    parts = call.parts
    if not parts:
        raise Refused(
            100,
            message="Unsupported get request. Please read the Graph API documentation",
            kind="GraphMethodException",
        )
    if parts[0] == "_sim":
        raise Unsupported("the control API is not served under Meta's host names")
    kind, node, edge = _target(engine, call)
    if kind is None:
        if not node.isdigit() or (edge and edge not in EDGES):
            raise Unsupported(f"{call.method} /{'/'.join(parts)}")
        raise unknown_object(node, call.method)
    operation = OPERATIONS.get((call.method, kind, edge)) or OPERATIONS.get(
        (call.method, kind, f"{edge.partition('/')[0]}/*" if "/" in edge else edge)
    )
    if operation is None:
        raise Unsupported(f"{call.method} /{{{kind}}}/{edge}".rstrip("/"))
    return operation(engine, call, node)
