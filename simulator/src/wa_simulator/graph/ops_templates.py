"""Templates over Graph."""

from datetime import UTC, datetime

from ..engine.engine import Engine
from ..engine.entities import Json, Template
from ..engine.errors import bad_parameter
from ..engine.templates import library as template_library
from ..engine.templates.bulk import ARCHIVE, UNARCHIVE
from .call_result import CallResult, Operation, success
from .fields import Columns, select
from .health import health
from .paging import page
from .request import GraphCall

WABA, TEMPLATE, ROOT = "waba", "template", "root"
DEFAULTS = (
    "name", "parameter_format", "components", "language", "status", "category",
    "sub_category", "previous_category", "message_send_ttl_seconds",
)  # fmt: skip
FILTERS = ("name", "language", "status", "category", "quality_score")


def columns(engine: Engine, template: Template) -> Columns:
    """Every column a template has."""
    state = engine.management.templates.state(template)
    extras = state.extras
    return {
        "id": template.id,
        "name": template.name,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "sub_category": extras.get("sub_category"),
        "message_send_ttl_seconds": extras.get("message_send_ttl_seconds"),
        "optimization_spec": extras.get("optimization_spec"),
        "bid_spec": extras.get("bid_spec"),
        "previous_category": state.previous_category,
        "correct_category": None,
        "rejected_reason": state.rejected_reason,
        "quality_score": {"score": state.quality, "date": int(state.quality_date)},
        "cta_url_link_tracking_opted_out": False,
        "library_template_name": extras.get("library_template_name"),
        "specific_rejection_reason": None,
        "degrees_of_freedom_spec": None,
        "last_updated_time": lambda: datetime.fromtimestamp(
            engine.clock.now(), UTC
        ).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "health_status": lambda: health(engine, template.waba_id, template=template),
    }


def list_templates(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The templates of an account; filters, columns, pages."""
    rows = []
    for template in engine.world.templates.values():
        made = columns(engine, template)
        if template.waba_id == node and _wanted(call, made):
            rows.append((template.id, select(call, made, DEFAULTS)))
    body = page(call, rows)
    if "summary" in call.query:
        body["summary"] = {
            "total_count": len(rows),
            "message_template_count": len(rows),
            "message_template_limit": 250,
            "are_translations_complete": True,
        }
    return CallResult(body)


def _wanted(call: GraphCall, made: Columns) -> bool:
    """Filters; words in any case, ``status`` may be a list with commas."""
    for key in FILTERS:
        asked = call.query.get(key)
        if not asked:
            continue
        value = made[key]["score"] if key == "quality_score" else made[key]
        words = [word.strip(" []\"'").upper() for word in asked.split(",")]
        if str(value).upper() not in words:
            return False
    asked = (call.query.get("name_or_content") or "").lower()
    texts = [str(part.get("text", "")) for part in made["components"]]
    return not asked or any(asked in t.lower() for t in (made["name"], *texts))


LIBRARY_FILTERS = ("language", "category", "topic", "usecase", "name")


def library(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The simulator's own library, by ``search``, language, category and others."""
    rows = [row for row in template_library.rows() if _in_library(call, row)]
    return CallResult(page(call, [(f"{r['id']}{r['language']}", r) for r in rows]))


def _in_library(call: GraphCall, row: Json) -> bool:
    query = call.query
    for key in LIBRARY_FILTERS:
        if query.get(key) and str(row[key]).upper() != query[key].upper():
            return False
    industry = query.get("industry", "").upper()
    search = query.get("search", "").lower()
    return (not industry or industry in row["industry"]) and (
        search in row["name"] or search in row["body"].lower()
    )


def create(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Create a template; its review follows."""
    return CallResult(engine.management.templates.create(node, call.given))


def delete(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Delete by name, or by ``hsm_id`` and name."""
    given = call.given
    if given.get("hsm_ids"):
        raise bad_parameter("Param hsm_ids: delete one template at a time here.")
    name, hsm_id = given.get("name"), given.get("hsm_id")
    engine.management.templates.delete(
        node, str(name) if name else None, str(hsm_id) if hsm_id else None
    )
    return success()


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """One template."""
    template = engine.world.templates[node]
    return CallResult(select(call, columns(engine, template), DEFAULTS))


def edit(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Replace components, category or time to live."""
    engine.management.templates.edit(node, call.given)
    return success()


def unpause(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """End a pause before its time."""
    engine.management.templates.unpause(node)
    return success()


def archive(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Archive templates by id."""
    ids = call.given.get("hsm_ids")
    return CallResult(engine.management.bulk.archive(node, ids, ARCHIVE))


def unarchive(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Take templates out of the archive."""
    ids = call.given.get("hsm_ids")
    return CallResult(engine.management.bulk.archive(node, ids, UNARCHIVE))


def upsert(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """An authentication template in several languages."""
    return CallResult(engine.management.bulk.upsert(node, call.given))


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("GET", WABA, "message_templates"): list_templates,
    ("POST", WABA, "message_templates"): create,
    ("DELETE", WABA, "message_templates"): delete,
    ("POST", WABA, "message_templates/archive"): archive,
    ("POST", WABA, "message_templates/unarchive"): unarchive,
    ("POST", WABA, "upsert_message_templates"): upsert,
    ("GET", ROOT, "message_template_library"): library,
    ("GET", TEMPLATE, ""): describe,
    ("POST", TEMPLATE, ""): edit,
    ("POST", TEMPLATE, "unpause"): unpause,
}
