"""Copies of templates in another account (Business Management API of 2025-12)."""

from dataclasses import replace

from ..entities import Json
from ..errors import bad_parameter
from ..ids import IdSource
from ..world import World

#: Templates in one set.
SET_SIZE = 500


def migrate(world: World, ids: IdSource, waba_id: str, body: Json) -> Json:
    """``POST /{waba}/migrate_message_templates``.  Refused (100)."""
    source = str(body.get("source_waba_id") or "")
    if source not in world.wabas or source == waba_id:
        raise bad_parameter("Param source_waba_id must be another account.")
    number = str(body.get("page_number", 0))
    count = str(body.get("count", SET_SIZE))
    if not (number.isdigit() and count.isdigit() and 0 < int(count) <= SET_SIZE):
        raise bad_parameter(f"page_number and count (1 to {SET_SIZE}) are not valid.")
    held = [t for t in world.templates.values() if t.waba_id == source]
    wanted = body.get("template_ids")
    if isinstance(wanted, list):
        held = [t for t in held if t.id in map(str, wanted)]
    first = int(number) * int(count)
    migrated: list[str] = []
    failed: dict[str, str] = {}
    for template in held[first : first + int(count)]:
        if world.template_of(waba_id, template.name, template.language):
            failed[template.id] = "A template of that name and language exists."
        elif template.status != "APPROVED":
            failed[template.id] = f"The template is {template.status}."
        else:
            new = ids.digits("template", waba_id)
            copy = replace(template, id=new, waba_id=waba_id)
            world.templates[new] = copy
            migrated.append(template.id)
    return {"migrated_templates": migrated, "failed_templates": failed}
