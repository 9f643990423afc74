"""Messages and media over Graph."""

from ..engine.engine import Engine
from ..engine.entities import Json
from ..engine.errors import Refused, bad_parameter
from .call_result import CallResult, Operation, success
from .request import GraphCall

NUMBER, MEDIA = "number", "media"
NOT_MARKETING = 131055


def send(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Send a message, or mark one as read."""
    given = call.given
    if "status" in given:
        return _mark_read(engine, given, node)
    if given.get("recipient_type") == "group":
        return CallResult(engine.accept_in_group(node, given, call.version))
    accepted = engine.accept(
        node, given, call.version, app=engine.world.app_of_token(call.token)
    )
    return CallResult(accepted.answer, message=accepted.message)


def send_marketing(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """``/marketing_messages``: marketing templates only (131055)."""
    given = call.given
    template = given.get("template")
    name = template.get("name") if isinstance(template, dict) else None
    number = engine.number(node)
    found = [
        each
        for each in engine.world.templates.values()
        if (each.waba_id, each.name) == (number.waba_id, name)
    ]
    if given.get("type") != "template" or any(
        each.category != "MARKETING" for each in found
    ):
        raise Refused(NOT_MARKETING, "Only marketing templates can be sent here")
    if given.get("to") and given.get("recipient"):
        raise bad_parameter("Only one of to, recipient can be set here.")
    accepted = engine.accept(
        node,
        given,
        call.version,
        edge="marketing_messages",
        app=engine.world.app_of_token(call.token),
    )
    return CallResult(accepted.answer, message=accepted.message)


def _mark_read(engine: Engine, given: Json, node: str) -> CallResult:
    if given["status"] != "read":
        raise bad_parameter(
            f'Param status must be one of {{READ}} - got "{given["status"]}".'
        )
    if given.get("messaging_product") != "whatsapp":
        raise bad_parameter("The parameter messaging_product is required.")
    if not given.get("message_id"):
        raise bad_parameter("The parameter message_id is required.")
    typing = given.get("typing_indicator")
    if typing is not None and typing != {"type": "text"}:
        raise bad_parameter("Param typing_indicator['type'] must be text.")
    engine.mark_read(node, given["message_id"])
    return success()


def upload(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Upload a medium."""
    given = call.given
    if given.get("messaging_product") != "whatsapp":
        raise bad_parameter("The parameter messaging_product is required.")
    if call.upload is None:
        raise bad_parameter("The parameter file is required.")
    content, mime_type, filename = call.upload
    if mime_type == "application/octet-stream" and given.get("type"):
        mime_type = str(given["type"])
    media = engine.media.upload(node, content, mime_type, filename)
    return CallResult({"id": media.id})


def describe_media(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A medium's descriptor with a fresh address."""
    media = engine.media.get(node, call.query.get("phone_number_id"))
    return CallResult(engine.media.descriptor(media, call.base_url))


def delete_media(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Forget a medium."""
    engine.media.get(node, call.query.get("phone_number_id"))
    engine.media.delete(node)
    return success()


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", NUMBER, "messages"): send,
    ("PUT", NUMBER, "messages"): send,
    ("POST", NUMBER, "marketing_messages"): send_marketing,
    ("POST", NUMBER, "media"): upload,
    ("GET", MEDIA, ""): describe_media,
    ("DELETE", MEDIA, ""): delete_media,
}
