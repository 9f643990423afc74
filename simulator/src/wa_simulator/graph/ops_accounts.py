"""Accounts over Graph: columns, numbers, who is subscribed, analytics."""

import json
from collections.abc import Callable
from typing import Any

from ..engine import analytics
from ..engine.engine import Engine
from ..engine.entities import Json
from ..engine.errors import Unsupported, bad_parameter
from ..engine.world import World
from . import ops_numbers
from .call_result import CallbackVerification, CallResult, Operation, success
from .fields import Columns, select
from .health import BUSINESS_ID, health
from .ops_analytics import parameters
from .paging import page
from .request import GraphCall

WABA = "waba"
DEFAULTS = ("name", "timezone_id", "message_template_namespace")
CHANGEABLE = ("name", "timezone_id", "is_enabled_for_insights")
APP_NAME = "wa-simulator"
ANALYTICS: dict[str, Callable[[World, str, Json], Json]] = {
    "analytics": analytics.messaging,
    "pricing_analytics": analytics.prices,
    "conversation_analytics": analytics.conversations,
}


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """An account's columns."""
    return CallResult(select(call, account_columns(engine, call, node), DEFAULTS))


def account_columns(engine: Engine, call: GraphCall, node: str) -> Columns:
    """Everything that can be asked of an account."""
    changed = engine.world.business.setup.wabas.get(node, {})
    owner = {"id": BUSINESS_ID, "name": "Simulated business"}
    return {
        "id": node,
        "name": engine.world.wabas[node],
        "currency": "COP",
        "timezone_id": "46",
        "country": "CO",
        "message_template_namespace": f"sim_{node}",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "primary_business_location": "CO",
        "on_behalf_of_business_info": {**owner, "status": "APPROVED", "type": "SELF"},
        "owner_business_info": owner,
        "owner_business": owner,
        "marketing_messages_lite_api_status": "ONBOARDED",
        "marketing_messages_onboarding_status": "ONBOARDED",
        "is_enabled_for_insights": True,
        "status": "ACTIVE",
        "whatsapp_business_manager_messaging_limit": "TIER_1K",
        "health_status": lambda: health(engine, node),
        **{
            name: lambda n=name, f=count: f(engine.world, node, parameters(call, n))
            for name, count in ANALYTICS.items()
        },
        "phone_numbers": lambda: {"data": _numbers(engine, node)},
        "subscribed_apps": lambda: subscribed_apps(engine, call, node).body,
        "message_templates": lambda: _templates(engine, node),
        "disable_marketing_messages_on_cloud_api": None,
        "purchase_order_number": None,
        "audiences": [],
        "schedules": [],
        "dcc_config": {"enabled": False},
        "template_analytics": _refuse_as_field,
        **changed,
    }


def _refuse_as_field() -> Any:
    raise Unsupported("the field template_analytics: ask for the edge of that name")


def _numbers(engine: Engine, node: str) -> list[Columns]:
    rows = []
    for number in engine.world.numbers.values():
        if number.waba_id == node:
            whole = ops_numbers.columns(engine, number)
            names = ("verified_name", "display_phone_number", "id", "quality_rating")
            rows.append({name: whole[name] for name in names})
    return rows


def _templates(engine: Engine, node: str) -> dict[str, Any]:
    held = [t for t in engine.world.templates.values() if t.waba_id == node]
    names = ("id", "name", "language", "status", "category")
    return {"data": [{name: getattr(t, name) for name in names} for t in held]}


def change(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Name or time zone."""
    given = {key: call.given[key] for key in CHANGEABLE if key in call.given}
    if not given:
        raise bad_parameter(f"Expected one of {', '.join(CHANGEABLE)}.")
    if "name" in given:
        engine.world.wabas[node] = str(given.pop("name"))
    engine.world.business.setup.wabas.setdefault(node, {}).update(given)
    return success()


def list_numbers(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The numbers of an account; ``filtering`` by account_mode, columns, pages."""
    mode = _account_mode(call)
    rows = []
    for number in engine.world.numbers.values():
        whole = ops_numbers.columns(engine, number)
        if number.waba_id == node and mode in (None, whole["account_mode"]):
            rows.append((number.id, select(call, whole, ops_numbers.DEFAULTS)))
    if "desc" in call.query.get("sort", ""):
        rows.reverse()
    return CallResult(page(call, rows))


def _account_mode(call: GraphCall) -> str | None:
    text = call.query.get("filtering")
    if not text:
        return None
    try:
        # Meta's own Postman collection writes this parameter with single quotes.
        filters = json.loads(text.replace("'", '"'))
    except ValueError:
        filters = None
    if not isinstance(filters, list) or not all(isinstance(f, dict) for f in filters):
        raise bad_parameter("Param filtering must be a JSON array of objects.")
    for each in filters:
        if each.get("field") != "account_mode":
            raise bad_parameter(f"Filtering field '{each.get('field')}' is not valid.")
        return str(each.get("value")).upper()
    return None


def add_number(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Add an unverified number."""
    return CallResult({"id": engine.management.numbers.add(node, call.given).id})


def subscribed_apps(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The app, when the account is subscribed."""
    world = engine.world
    if node not in world.subscribed_wabas:
        return CallResult({"data": []})
    return CallResult({"data": [_app(engine, node)]})


def _app(engine: Engine, node: str) -> dict[str, Any]:
    app_id = engine.world.credentials.app_id
    row: dict[str, Any] = {
        "whatsapp_business_api_data": {
            "id": app_id,
            "name": APP_NAME,
            "link": f"https://www.facebook.com/games/?app_id={app_id}",
        }
    }
    own = engine.world.subscriptions.get(("waba", node))
    if own is not None:
        row["override_callback_uri"] = own.callback_url
    return row


def subscribe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Subscribe; with a callback of its own after the handshake, without: none."""
    given, world = call.given, engine.world
    key = ("waba", node)
    if not given.get("override_callback_uri"):
        world.subscribed_wabas.add(node)
        world.subscriptions.pop(key, None)
        return success()
    subscription = ops_numbers.callback(
        engine, *key, given["override_callback_uri"], given.get("verify_token")
    )

    def done() -> None:
        world.subscribed_wabas.add(node)
        world.subscriptions[key] = subscription

    app = {**_app(engine, node), "override_callback_uri": subscription.callback_url}
    return CallResult(
        {"success": True, "data": [app]},
        verification=CallbackVerification(subscription, done),
    )


def unsubscribe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Silence: Meta says nothing more of this account."""
    engine.world.subscribed_wabas.discard(node)
    engine.world.subscriptions.pop(("waba", node), None)
    return success()


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("GET", WABA, ""): describe,
    ("POST", WABA, ""): change,
    ("GET", WABA, "phone_numbers"): list_numbers,
    ("POST", WABA, "phone_numbers"): add_number,
    ("GET", WABA, "subscribed_apps"): subscribed_apps,
    ("POST", WABA, "subscribed_apps"): subscribe,
    ("DELETE", WABA, "subscribed_apps"): unsubscribe,
}
