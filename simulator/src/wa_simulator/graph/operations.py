"""The operations of the dialect: a table of method and shape, a function each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Media, Message, Number, Template
from ..engine.errors import Refused, Unsupported, unknown_object
from .request import GraphCall

NUMBER = "number"
WABA = "waba"
MEDIA = "media"
TEMPLATE = "template"


@dataclass(frozen=True)
class Outcome:
    """What an operation gives.  ``message`` is set when one was accepted."""

    body: Any
    message: Message | None = None
    media: Media | None = None


Operation = Callable[[Engine, GraphCall, str], Outcome]


def send(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """Send a message, or mark one as read."""
    if call.bad_json:
        raise Refused(100, message="(#100) The request body is not valid JSON.")
    if "status" in call.body:
        return _mark_read(engine, call, node)
    accepted = engine.accept(node, call.body, call.version)
    return Outcome(accepted.answer, message=accepted.message)


def _mark_read(engine: Engine, call: GraphCall, node: str) -> Outcome:
    if call.body["status"] != "read":
        raise Refused(
            100,
            message="(#100) Param status must be one of {READ} - got "
            f'"{call.body["status"]}".',
        )
    if call.body.get("messaging_product") != "whatsapp":
        raise Refused(
            100, message="(#100) The parameter messaging_product is required."
        )
    if not call.body.get("message_id"):
        raise Refused(100, message="(#100) The parameter message_id is required.")
    typing = call.body.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise Refused(
            100, message="(#100) Param typing_indicator['type'] must be text."
        )
    engine.mark_read(node, call.body["message_id"])
    return Outcome({"success": True})


def upload(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """Upload a medium."""
    if call.body.get("messaging_product") != "whatsapp":
        raise Refused(
            100, message="(#100) The parameter messaging_product is required."
        )
    if call.upload is None:
        raise Refused(100, message="(#100) The parameter file is required.")
    content, mime_type, filename = call.upload
    if mime_type == "application/octet-stream" and call.body.get("type"):
        mime_type = str(call.body["type"])
    media = engine.media.upload(node, content, mime_type, filename)
    return Outcome({"id": media.id})


def describe_media(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """A medium's descriptor with a fresh address."""
    media = engine.media.get(node, call.query.get("phone_number_id"))
    return Outcome(engine.media.descriptor(media, call.base_url))


def delete_media(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """Forget a medium."""
    engine.media.get(node, call.query.get("phone_number_id"))
    engine.media.delete(node)
    return Outcome({"success": True})


def _number_fields(number: Number) -> dict[str, Any]:
    digits = number.display
    return {
        "verified_name": number.verified_name,
        "code_verification_status": "VERIFIED",
        "display_phone_number": f"+{digits[:-10]} {digits[-10:-7]} {digits[-7:]}",
        "quality_rating": "GREEN",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "status": "CONNECTED",
        "name_status": "APPROVED",
        "account_mode": "LIVE",
        "is_official_business_account": False,
        "messaging_limit_tier": "TIER_1K",
    }


#: What a number shows without ``fields=``.
NUMBER_DEFAULTS = (
    "verified_name", "code_verification_status", "display_phone_number",
    "quality_rating", "platform_type", "throughput",
)  # fmt: skip


def select(call: GraphCall, node: dict[str, Any], defaults: tuple[str, ...]) -> Any:
    """The columns asked for by ``fields=``; ``id`` is always there."""
    asked = [f.strip() for f in call.query.get("fields", "").split(",") if f.strip()]
    for name in asked:
        if name not in node and name != "id":
            raise Refused(
                100,
                message=f"(#100) Tried accessing nonexisting field ({name})",
            )
    names = asked or list(defaults)
    return {**{n: node[n] for n in names if n != "id"}, "id": node["id"]}


def describe_number(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """A number's columns."""
    number = engine.number(node)
    columns = {**_number_fields(number), "id": number.id}
    return Outcome(select(call, columns, NUMBER_DEFAULTS))


def list_numbers(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """The numbers of an account."""
    rows = [
        select(call, {**_number_fields(n), "id": n.id}, NUMBER_DEFAULTS)
        for n in engine.world.numbers.values()
        if n.waba_id == node
    ]
    return Outcome(_page(rows))


def describe_waba(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """An account's columns."""
    columns = {
        "id": node,
        "name": engine.world.wabas[node],
        "currency": "COP",
        "timezone_id": "46",
        "message_template_namespace": f"sim_{node}",
    }
    return Outcome(
        select(call, columns, ("name", "timezone_id", "message_template_namespace"))
    )


TEMPLATE_FIELDS = (
    "name", "parameter_format", "components", "language", "status", "category",
)  # fmt: skip


def _template_node(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "id": template.id,
    }


def list_templates(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """The templates of an account; filters name, language, status, category."""
    rows = []
    for template in engine.world.templates.values():
        columns = _template_node(template)
        wanted = all(
            call.query.get(key) in (None, columns[key])
            for key in ("name", "language", "status", "category")
        )
        if template.waba_id == node and wanted:
            rows.append(select(call, columns, TEMPLATE_FIELDS))
    return Outcome(_page(rows))


def describe_template(engine: Engine, call: GraphCall, node: str) -> Outcome:
    """One template."""
    columns = _template_node(engine.world.templates[node])
    return Outcome(select(call, columns, TEMPLATE_FIELDS))


def _page(rows: list[Any]) -> dict[str, Any]:
    if not rows:
        return {"data": []}
    return {"data": rows, "paging": {"cursors": {"before": "MAZDZD", "after": "MTAZD"}}}


#: (method, kind of node, edge) -> operation
OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", NUMBER, "messages"): send,
    ("PUT", NUMBER, "messages"): send,
    ("POST", NUMBER, "media"): upload,
    ("GET", NUMBER, ""): describe_number,
    ("GET", MEDIA, ""): describe_media,
    ("DELETE", MEDIA, ""): delete_media,
    ("GET", WABA, ""): describe_waba,
    ("GET", WABA, "phone_numbers"): list_numbers,
    ("GET", WABA, "message_templates"): list_templates,
    ("GET", TEMPLATE, ""): describe_template,
}


def kind_of(engine: Engine, node: str) -> str | None:
    """What an id names; None when the world does not know it."""
    world = engine.world
    for kind, known in (
        (NUMBER, world.numbers),
        (WABA, world.wabas),
        (MEDIA, world.media),
        (TEMPLATE, world.templates),
    ):
        if node in known:
            return kind
    return None


def perform(engine: Engine, call: GraphCall) -> Outcome:
    """Find and run the operation.

    :raises Refused: an unknown object is 100/33.
    :raises Unsupported: a known object, an operation that is not simulated.
    """
    parts = call.parts
    if not parts:
        raise Refused(
            100,
            message="Unsupported get request. Please read the Graph API documentation",
            kind="GraphMethodException",
        )
    node, edge = parts[0], "/".join(parts[1:])
    if node == "_sim":
        raise Unsupported("the control API is not served under Meta's host names")
    kind = kind_of(engine, node)
    if kind is None:
        if not node.isdigit():
            raise Unsupported(f"{call.method} /{'/'.join(parts)}")
        raise unknown_object(node)
    operation = OPERATIONS.get((call.method, kind, edge))
    if operation is None:
        raise Unsupported(f"{call.method} /{{{kind}}}/{edge}".rstrip("/"))
    return operation(engine, call, node)
