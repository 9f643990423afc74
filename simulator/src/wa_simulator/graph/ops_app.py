"""The app over Graph: tokens, subscriptions, resumable uploads."""

from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Json, Subscription
from ..engine.errors import Refused, bad_parameter
from .call_result import CallbackVerification, CallResult, Operation, success
from .fields import select
from .ops_accounts import APP_NAME
from .request import GraphCall

APP, ROOT, UPLOAD = "app", "root", "upload"
OBJECT = "whatsapp_business_account"
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]
GRANTS = ("client_credentials", "fb_exchange_token", "authorization_code", "")
#: 60 days, as Meta gives to long-lived tokens.
TOKEN_LIFE = 5_184_000


def app_token(engine: Engine) -> str:
    """``{app id}|{app secret}``."""
    credentials = engine.world.credentials
    return f"{credentials.app_id}|{credentials.app_secret}"


def access_token(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Exchange a code or a token; the token is always the world's.

    Needs no token itself, but client id and secret.
    """
    given, credentials = call.given, engine.world.credentials
    if not given.get("client_id"):
        raise bad_parameter("Missing client_id parameter.")
    if str(given["client_id"]) != credentials.app_id:
        raise Refused(
            101, message="Error validating application. Cannot get application info "
            "due to a system error.",
        )  # fmt: skip
    if str(given.get("client_secret") or "") != credentials.app_secret:
        raise Refused(1, message="Error validating client secret.")
    grant = str(given.get("grant_type") or "")
    if grant not in GRANTS:
        raise bad_parameter(f"Unsupported grant_type '{grant}'.")
    if grant == "client_credentials":
        return CallResult({"access_token": app_token(engine), "token_type": "bearer"})
    needed = "fb_exchange_token" if grant == "fb_exchange_token" else "code"
    if not given.get(needed):
        raise bad_parameter(f"Missing {needed} parameter.")
    answer: Json = {"access_token": credentials.token, "token_type": "bearer"}
    if grant == "fb_exchange_token":
        answer["expires_in"] = TOKEN_LIFE
    return CallResult(answer)


def debug_token(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """What a token is good for."""
    token = call.query.get("input_token")
    if not token:
        raise bad_parameter("The parameter input_token is required.")
    world = engine.world
    if token not in world.tokens() and token != app_token(engine):
        return CallResult(
            {
                "data": {
                    "error": {
                        "code": 190,
                        "message": "Invalid OAuth access token - Cannot parse access "
                        "token",
                    },
                    "is_valid": False,
                    "scopes": [],
                }
            }
        )
    data: dict[str, Any] = {
        "app_id": world.credentials.app_id,
        "type": "APP" if "|" in token else "SYSTEM_USER",
        "application": APP_NAME,
        "data_access_expires_at": 0,
        "expires_at": 0,
        "issued_at": int(engine.clock.now()),
        "is_valid": True,
        "scopes": SCOPES,
        "granular_scopes": [
            {"scope": scope, "target_ids": list(world.wabas)} for scope in SCOPES
        ],
        "user_id": "600000000000001",
    }
    return CallResult({"data": data})


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The app's columns."""
    columns = {
        "id": node,
        "name": APP_NAME,
        "link": f"https://www.facebook.com/games/?app_id={node}",
        "category": "Business and pages",
        "namespace": None,
    }
    return CallResult(select(call, columns, ("category", "link", "name")))


def subscriptions(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The app's subscriptions."""
    held = engine.world.subscriptions.get(("app", node))
    if held is None:
        return CallResult({"data": []})
    fields = engine.world.business.setup.app_fields.get(OBJECT, ["messages"])
    version = f"v{call.version}" if call.version else "v23.0"
    row = {
        "object": OBJECT,
        "callback_url": held.callback_url,
        "active": not held.disabled,
        "fields": [{"name": name, "version": version} for name in fields],
    }
    return CallResult({"data": [row]})


def subscribe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Set the app's callback, after the handshake.

    The accounts must be subscribed besides (``subscribed_apps``), as with Meta.
    """
    given = call.given
    if given.get("object") != OBJECT:
        raise bad_parameter(f"Param object must be {OBJECT}.")
    url = given.get("callback_url")
    if not url:
        raise bad_parameter("The parameter callback_url is required.")
    if not given.get("verify_token"):
        raise bad_parameter("The parameter verify_token is required.")
    fields = given.get("fields") or []
    if isinstance(fields, str):
        fields = [name.strip() for name in fields.split(",") if name.strip()]
    world = engine.world
    subscription = Subscription("app", node, str(url), str(given["verify_token"]))

    def done() -> None:
        world.subscriptions[("app", node)] = subscription
        world.business.setup.app_fields[OBJECT] = [str(name) for name in fields]

    return CallResult(
        {"success": True}, verification=CallbackVerification(subscription, done)
    )


def unsubscribe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Remove the app's callback."""
    engine.world.subscriptions.pop(("app", node), None)
    engine.world.business.setup.app_fields.pop(OBJECT, None)
    return success()


def begin_upload(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Begin a resumable upload."""
    return CallResult({"id": engine.management.uploads.begin(call.given).id})


def add_bytes(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Bytes of a resumable upload, from ``file_offset``."""
    return CallResult(engine.management.uploads.add(node, call.file_offset, call.raw))


def upload_state(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """How far a resumable upload is."""
    upload = engine.management.uploads.get(node)
    return CallResult({"id": upload.id, "file_offset": len(upload.content)})


OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("GET", ROOT, "oauth/access_token"): access_token,
    ("POST", ROOT, "oauth/access_token"): access_token,
    ("GET", ROOT, "debug_token"): debug_token,
    ("GET", APP, ""): describe,
    ("GET", APP, "subscriptions"): subscriptions,
    ("POST", APP, "subscriptions"): subscribe,
    ("DELETE", APP, "subscriptions"): unsubscribe,
    ("POST", APP, "uploads"): begin_upload,
    ("POST", UPLOAD, ""): add_bytes,
    ("GET", UPLOAD, ""): upload_state,
}
