"""Numbers over Graph: columns, registration, profile, settings, block list."""

import re
from collections.abc import Callable
from typing import Any

from ..engine.engine import Engine
from ..engine.entities import Json, Number, Subscription
from ..engine.errors import bad_parameter
from ..engine.ids import country_of, country_prefix
from ..engine.journal import looks_real
from .call_result import CallbackVerification, CallResult, Operation, success
from .fields import Columns, select
from .health import health
from .paging import page
from .request import GraphCall

NUMBER = "number"
#: What a number shows without ``fields=``.
DEFAULTS = (
    "verified_name", "code_verification_status", "display_phone_number",
    "quality_rating", "platform_type", "throughput", "webhook_configuration",
    "last_onboarded_time",
)  # fmt: skip
PROFILE_DEFAULTS = (
    "about", "address", "description", "email", "profile_picture_url", "websites",
    "vertical", "messaging_product",
)  # fmt: skip
MAX_CALLBACK = 200


def formatted(digits: str) -> str:
    """As Meta shows a number in this answer: ``+57 300 0000001``."""
    return f"+{digits[:-10]} {digits[-10:-7]} {digits[-7:]}"


def columns(engine: Engine, number: Number) -> Columns:
    """Every column a number has."""
    state = engine.management.numbers.state(number)
    connected = state.status == "CONNECTED"
    subscriptions = engine.world.subscriptions
    return {
        "id": number.id,
        "verified_name": number.verified_name,
        "display_phone_number": formatted(number.display),
        "code_verification_status": "VERIFIED" if state.verified else "NOT_VERIFIED",
        "quality_rating": state.quality,
        "quality_score": {"score": state.quality},
        "platform_type": "CLOUD_API" if connected else "NOT_APPLICABLE",
        "throughput": {"level": "STANDARD" if connected else "NOT_APPLICABLE"},
        "status": state.status,
        "name_status": state.name_status,
        "new_name_status": "PENDING_REVIEW" if state.new_name else "NONE",
        "new_display_name": state.new_name,
        "account_mode": state.account_mode,
        "is_official_business_account": False,
        "is_pin_enabled": state.pin is not None,
        "is_preverified_number": False,
        "is_on_biz_app": False,
        "host_platform": "CLOUD_API",
        "country_code": country_of(number.display),
        "country_dial_code": country_prefix(number.display),
        "unified_cert_status": "APPROVED",
        "certificate": None,
        "new_certificate": None,
        "messaging_limit_tier": state.limit,
        "whatsapp_business_manager_messaging_limit": state.limit,
        "max_daily_conversations_per_business": state.limit,
        "search_visibility": "VISIBLE",
        "username": state.username,
        "eligibility_for_api_business_global_search": "NON_ELIGIBLE_UNDEFINED_COUNTRY",
        "conversational_automation": lambda: engine.management.profiles.automation(
            number
        ),
        "health_status": lambda: health(engine, number.waba_id, number=number),
        "webhook_configuration": _webhooks(engine, number, subscriptions),
        "last_onboarded_time": None,
    }


def _webhooks(
    engine: Engine, number: Number, held: dict[tuple[str, str], Subscription]
) -> Json | None:
    """Where webhooks go, by scope; what is not set is left out."""
    keys = {
        "phone_number": ("number", number.id),
        "whatsapp_business_account": ("waba", number.waba_id),
        "application": ("app", engine.world.credentials.app_id),
    }
    found = {n: held[k].callback_url for n, k in keys.items() if k in held}
    return found or None


def describe(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A number's columns."""
    number = engine.number(node)
    return CallResult(select(call, columns(engine, number), DEFAULTS))


def change(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """PIN, name, or the number's own callback."""
    number = engine.number(node)
    given = call.given
    known = (
        "pin", "webhook_configuration", "new_display_name", "username",
        "connection_status", "messaging_product", "search_visibility",
    )  # fmt: skip
    if not any(key in given for key in known):
        raise bad_parameter("Nothing to change: expected one of " + ", ".join(known))
    configuration = given.get("webhook_configuration")
    if configuration is None:
        engine.management.numbers.change(number, given)
        return success()
    if not isinstance(configuration, dict):
        raise bad_parameter("Param webhook_configuration must be an object.")
    url = configuration.get("override_callback_uri")
    key = ("number", number.id)
    if url == "":
        engine.world.subscriptions.pop(key, None)
        return success()
    subscription = callback(engine, *key, url, configuration.get("verify_token"))
    engine.management.numbers.change(number, given)
    return CallResult(
        {"success": True},
        verification=CallbackVerification(
            subscription,
            lambda: engine.world.subscriptions.update({key: subscription}),
        ),
    )


def callback(
    engine: Engine, scope: str, scope_id: str, url: Any, verify_token: Any
) -> Subscription:
    """A subscription out of parameters.  Refused."""
    if not isinstance(url, str) or not url:
        raise bad_parameter("The parameter override_callback_uri is required.")
    if len(url) > MAX_CALLBACK:
        raise bad_parameter(
            f"Param override_callback_uri must be at most {MAX_CALLBACK} characters "
            "long."
        )
    if not verify_token:
        raise bad_parameter("The parameter verify_token is required.")
    if looks_real(url) or looks_real(str(verify_token)):
        raise bad_parameter(
            "This is a simulator: it refuses what looks like a real token (EAA…)."
        )
    return Subscription(scope, scope_id, url, str(verify_token))


def register(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Register with a PIN."""
    engine.management.numbers.register(engine.number(node), call.given)
    return success()


def deregister(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Leave the Cloud API."""
    engine.management.numbers.deregister(engine.number(node))
    return success()


def request_code(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """A code by SMS or voice: the tester finds it in the journal."""
    code = engine.management.numbers.request_code(engine.number(node), call.given)
    engine.journal.add("code", number=node, code=code)
    return success()


def verify_code(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Give the code back."""
    engine.management.numbers.verify_code(engine.number(node), call.given)
    return CallResult({"success": True, "id": node})


def settings(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """``GET /settings``."""
    held = engine.management.numbers.settings_of(engine.number(node))
    return CallResult(select(call, held, tuple(held)))


def change_settings(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """``POST /settings``."""
    engine.set_number_settings(engine.number(node), call.given)
    return success()


def profile(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The business profile, in an array of one."""
    held = engine.management.profiles.profile(engine.number(node))
    whole: Columns = {**dict.fromkeys(PROFILE_DEFAULTS), **held}
    row = select(call, whole, PROFILE_DEFAULTS)
    return CallResult({"data": [{**row, "messaging_product": "whatsapp"}]})


def change_profile(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Merge into the profile."""
    engine.management.profiles.change_profile(engine.number(node), call.given)
    return success()


def blocked(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Who is blocked, a page."""
    rows = engine.management.blocklist.rows(engine.number(node))
    return CallResult(
        page(call, [(str(row.get("wa_id") or row["user_id"]), row) for row in rows])
    )


def block(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Block people."""
    return CallResult(
        engine.management.blocklist.block(engine.number(node), call.given)
    )


def unblock(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Unblock people."""
    return CallResult(
        engine.management.blocklist.unblock(engine.number(node), call.given)
    )


def qr_codes(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """All short links, or one; in an array."""
    number = engine.number(node)
    held = engine.management.numbers.state(number).qr_codes
    code = call.parts[2] if len(call.parts) > 2 else call.query.get("code")
    rows = [engine.management.profiles.qr(number, code)] if code else [*held.values()]
    return CallResult(page(call, [(str(row["code"]), row) for row in rows]))


def make_qr(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Create or change a short link."""
    return CallResult(
        engine.management.profiles.make_qr(engine.number(node), call.given)
    )


def delete_qr(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Delete a short link."""
    engine.management.profiles.delete_qr(engine.number(node), call.parts[2])
    return success()


def automation(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Welcome message, prompts and commands."""
    engine.management.profiles.change_automation(engine.number(node), call.given)
    return success()


def commerce(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Cart and catalog."""
    row = engine.management.profiles.commerce(engine.number(node))
    return CallResult({"data": [row]})


def change_commerce(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Switch cart and catalog."""
    engine.management.profiles.change_commerce(engine.number(node), call.given)
    return success()


def public_key(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The key for flows."""
    return CallResult({"data": [engine.management.profiles.key(engine.number(node))]})


def set_public_key(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Set the key for flows."""
    engine.management.profiles.set_key(engine.number(node), call.given)
    return success()


def username(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """The username (2026); nothing when there is none."""
    state = engine.management.numbers.state(engine.number(node))
    if state.username is None:
        return CallResult({})
    return CallResult({"username": state.username, "status": "approved"})


def set_username(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Claim a username, also from another number of the portfolio."""
    engine.management.numbers.claim_username(engine.number(node), call.given)
    return CallResult({"success": True, "status": "approved"})


def suggest_usernames(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Usernames made of the number's verified name."""
    number = engine.number(node)
    stem = re.sub(r"[^a-z0-9]+", ".", number.verified_name.lower()).strip(".")
    stem = stem[:24] or "negocio"
    names = [stem, f"{stem}.{number.display[-4:]}"]
    return CallResult({"data": [{"username_suggestions": names}]})


def drop_username(engine: Engine, call: GraphCall, node: str) -> CallResult:
    """Give a username up."""
    engine.management.numbers.state(engine.number(node)).username = None
    return success()


_EDGES: dict[tuple[str, str], Callable[[Engine, GraphCall, str], CallResult]] = {
    ("GET", ""): describe,
    ("POST", ""): change,
    ("POST", "register"): register,
    ("GET", "username_suggestions"): suggest_usernames,
    ("POST", "deregister"): deregister,
    ("POST", "request_code"): request_code,
    ("POST", "verify_code"): verify_code,
    ("GET", "settings"): settings,
    ("POST", "settings"): change_settings,
    ("GET", "whatsapp_business_profile"): profile,
    ("POST", "whatsapp_business_profile"): change_profile,
    ("GET", "block_users"): blocked,
    ("POST", "block_users"): block,
    ("DELETE", "block_users"): unblock,
    ("GET", "message_qrdls"): qr_codes,
    ("POST", "message_qrdls"): make_qr,
    ("GET", "message_qrdls/*"): qr_codes,
    ("DELETE", "message_qrdls/*"): delete_qr,
    ("POST", "conversational_automation"): automation,
    ("GET", "whatsapp_commerce_settings"): commerce,
    ("POST", "whatsapp_commerce_settings"): change_commerce,
    ("GET", "whatsapp_business_encryption"): public_key,
    ("POST", "whatsapp_business_encryption"): set_public_key,
    ("GET", "username"): username,
    ("POST", "username"): set_username,
    ("DELETE", "username"): drop_username,
}
OPERATIONS: dict[tuple[str, str, str], Operation] = {
    (method, NUMBER, edge): operation for (method, edge), operation in _EDGES.items()
}
