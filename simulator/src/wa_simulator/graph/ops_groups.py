"""Groups over Graph."""

import base64
import hashlib

from ..engine.engine import Engine
from ..engine.errors import bad_parameter
from ..engine.groups.entities import Group
from .call_result import CallResult, Operation, success
from .fields import Columns, select
from .paging import page
from .request import GraphCall

GROUP, NUMBER = "group", "number"
DEFAULTS = ("messaging_product",)
PRODUCT = {"messaging_product": "whatsapp"}


def create(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A new group: its id and link come by webhook."""
    request = engine.groups.create(engine.number(node), call.given)
    return CallResult({**PRODUCT, "request_id": request})


def list_groups(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The groups of a number: an object under ``data``, or a list by switch."""
    groups = engine.groups.of(node)
    if engine.settings.group_list == "list":
        whole = [(group.id, _columns(engine, group)) for group in groups]
        return CallResult(page(call, whole))
    rows = [
        (
            group.id,
            {
                "id": group.id,
                "subject": group.subject,
                "created_at": str(int(group.created)),
            },
        )
        for group in groups
    ]
    shown = page(call, rows)
    return CallResult({**shown, "data": {"groups": shown["data"]}})


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A group's columns; without ``fields`` its id alone."""
    return CallResult(select(call, _columns(engine, engine.groups.get(node)), DEFAULTS))


def _columns(engine: Engine, group: Group) -> Columns:
    return {
        "id": group.id,
        **PRODUCT,
        "subject": group.subject,
        "description": group.description,
        "suspended": group.suspended,
        "creation_timestamp": int(group.created),
        "participants": engine.groups.people(group),
        "total_participant_count": len(group.participants),
        "join_approval_mode": group.approval,
    }


def change(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Subject, description, picture."""
    picture = None
    if call.upload is not None:
        content, mime_type, _ = call.upload
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        picture = {"mime_type": mime_type, "sha256": digest, "bytes": len(content)}
    request = engine.groups.change(engine.groups.get(node), call.given, picture)
    return CallResult({**PRODUCT, "success": True, "request_id": request})


def delete(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The group ends."""
    request = engine.groups.delete(engine.groups.get(node))
    return CallResult({**PRODUCT, "success": True, "request_id": request})


def link(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Where people join."""
    return CallResult({**PRODUCT, "invite_link": engine.groups.get(node).invite_link})


def reset_link(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A new link."""
    made = engine.groups.reset_link(engine.groups.get(node))
    return CallResult({**PRODUCT, "invite_link": made})


def drop_link(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The old link is worth nothing; the new one is not told."""
    engine.groups.reset_link(engine.groups.get(node))
    return success()


def requests(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Open join requests."""
    rows = engine.groups.requests(engine.groups.get(node))
    return CallResult(page(call, [(row["join_request_id"], row) for row in rows]))


def approve(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Let people in."""
    group = engine.groups.get(node)
    return CallResult(engine.groups.decide(group, call.given, approve=True))


def reject(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Keep people out."""
    group = engine.groups.get(node)
    return CallResult(engine.groups.decide(group, call.given, approve=False))


def remove(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Put people out."""
    request = engine.groups.remove(engine.groups.get(node), call.given)
    return CallResult({**PRODUCT, "success": True, "request_id": request})


def add(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The OpenAPI file has it; the guide says that people join by link only."""
    engine.groups.get(node)
    raise bad_parameter("People join a group by its invite link only.")


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", NUMBER, "groups"): create,
    ("GET", NUMBER, "groups"): list_groups,
    ("GET", GROUP, ""): describe,
    ("POST", GROUP, ""): change,
    ("DELETE", GROUP, ""): delete,
    ("GET", GROUP, "invite_link"): link,
    ("POST", GROUP, "invite_link"): reset_link,
    ("DELETE", GROUP, "invite_link"): drop_link,
    ("GET", GROUP, "join_requests"): requests,
    ("POST", GROUP, "join_requests"): approve,
    ("DELETE", GROUP, "join_requests"): reject,
    ("POST", GROUP, "participants"): add,
    ("DELETE", GROUP, "participants"): remove,
}
