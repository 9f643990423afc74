"""Flows over Graph."""

from datetime import UTC, datetime

from ..engine.engine import Engine
from ..engine.entities import Media
from ..engine.errors import Refused
from ..engine.flows import rules
from ..engine.flows.entities import BLOCKED, Flow
from ..engine.settings import DAY
from .call_result import CallResult, Operation, success
from .fields import Columns, select
from .paging import page
from .request import GraphCall

FLOW, WABA = "flow", "waba"
DEFAULTS = ("id", "name", "status", "categories", "validation_errors")
PREVIEW_LIFE = 30 * DAY
#: What Meta says of metrics: withdrawn 2026-04-30, before that for large flows only.
NO_METRICS = 139006


def create(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A new flow."""
    flow = engine.flows.create(node, call.given)
    errors = rules.validation_errors(flow.flow_json)
    return CallResult({"id": flow.id, "success": True, "validation_errors": errors})


def list_flows(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The flows of an account."""
    rows = [
        (flow.id, select(call, _columns(engine, flow), DEFAULTS))
        for flow in engine.flows.of(node)
    ]
    return CallResult(page(call, rows))


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A flow's columns."""
    return CallResult(select(call, _columns(engine, engine.flows.get(node)), DEFAULTS))


def _columns(engine: Engine, flow: Flow) -> Columns:
    held = rules.read(flow.flow_json)
    app_id = flow.application_id or engine.world.credentials.app_id
    return {
        "id": flow.id,
        "name": flow.name,
        "status": flow.status,
        "categories": flow.categories,
        "validation_errors": rules.validation_errors(flow.flow_json),
        "json_version": held.get("version"),
        "data_api_version": held.get("data_api_version"),
        "endpoint_uri": flow.endpoint_uri,
        "data_channel_uri": flow.endpoint_uri,
        "updated_at": _moment(flow.updated),
        "preview": lambda: _preview(engine, flow),
        "whatsapp_business_account": {
            "id": flow.waba_id,
            "name": engine.world.wabas[flow.waba_id],
            "currency": "COP",
            "timezone_id": "46",
            "message_template_namespace": f"sim_{flow.waba_id}",
        },
        "application": {
            "id": app_id,
            "name": "wa-simulator",
            "link": f"https://www.facebook.com/games/?app_id={app_id}",
        },
        "health_status": lambda: _health(flow),
        "metric": _no_metrics,
    }


def _preview(engine: Engine, flow: Flow) -> Columns:
    token = engine.ids.signature("preview", flow.id)
    return {
        "preview_url": f"https://business.facebook.com/wa/manage/flows/{flow.id}"
        f"/preview/?token={token}",
        "expires_at": _moment(engine.clock.now() + PREVIEW_LIFE),
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _health(flow: Flow) -> Columns:
    state = "BLOCKED" if flow.status == BLOCKED else "AVAILABLE"
    row = {"entity_type": "FLOW", "id": flow.id, "can_send_message": state}
    return {"can_send_message": state, "entities": [row]}


def _no_metrics() -> Columns:
    raise Refused(NO_METRICS, "Metrics of flows were withdrawn on 2026-04-30")


def change(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Name, categories, endpoint, application."""
    engine.flows.change(engine.flows.get(node), call.given)
    return success()


def upload(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The JSON of a flow."""
    content = call.upload[0] if call.upload else None
    errors = engine.flows.upload(engine.flows.get(node), call.given, content)
    return CallResult({"success": True, "validation_errors": errors})


def assets(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Where the JSON can be downloaded."""
    flow = engine.flows.get(node)
    if not flow.flow_json:
        return CallResult({"data": []})
    held = engine.flow_asset(flow)
    row = {
        "name": "flow.json",
        "asset_type": "FLOW_JSON",
        "download_url": _address(engine, call, held),
    }
    return CallResult(page(call, [("flow.json", row)]))


def _address(engine: Engine, call: GraphCall, held: Media) -> str:
    return engine.media.url(held, call.base_url)


def publish(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A draft becomes public."""
    engine.flows.publish(engine.flows.get(node))
    return success()


def deprecate(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A published flow ends."""
    engine.flows.deprecate(engine.flows.get(node))
    return success()


def delete(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A draft goes."""
    engine.flows.delete(engine.flows.get(node))
    return success()


def migrate(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Copies from another account."""
    return CallResult(engine.flows.migrate(node, call.given))


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("POST", WABA, "flows"): create,
    ("GET", WABA, "flows"): list_flows,
    ("POST", WABA, "migrate_flows"): migrate,
    ("GET", FLOW, ""): describe,
    ("POST", FLOW, ""): change,
    ("DELETE", FLOW, ""): delete,
    ("POST", FLOW, "assets"): upload,
    ("GET", FLOW, "assets"): assets,
    ("POST", FLOW, "publish"): publish,
    ("POST", FLOW, "deprecate"): deprecate,
}
