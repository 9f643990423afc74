"""Meta's error envelope."""

import json
from typing import Any

from ..engine.codes import code_of, http_status, subcode_at
from ..engine.errors import Refused, Unsupported
from ..engine.journal import hide
from ..engine.settings import Settings

#: Codes that say so themselves (``is_transient``).
TRANSIENT = {1, 2, 4, 131000, 131016}


def error_body(
    refused: Refused, trace: str, version: float | None = None
) -> dict[str, Any]:
    """``{"error": {...}}`` as Meta shapes it.

    :param version: of the path; None means the newest.
    """
    row = code_of(refused.code)
    error: dict[str, Any] = {
        "message": hide(refused.message or f"(#{refused.code}) {row.title}"),
        "type": refused.kind,
        "code": refused.code,
    }
    subcode = subcode_at(refused.code, refused.subcode, version)
    if subcode is not None:
        error["error_subcode"] = subcode
    if refused.user is not None:
        error["is_transient"] = False
        error["error_user_title"], error["error_user_msg"] = refused.user
    if refused.details:
        error["error_data"] = {
            "messaging_product": "whatsapp",
            "details": hide(refused.details),
        }
    if refused.code in TRANSIENT:
        error["is_transient"] = True
    error["fbtrace_id"] = trace
    return {**refused.beside, "error": error}


def status_of(refused: Refused, settings: Settings) -> int:
    """HTTP status of an error."""
    return http_status(refused.code, refused.subcode, settings)


def usage_headers(refused: Refused, waba_id: str | None) -> dict[str, str]:
    """``X-Business-Use-Case-Usage`` on rate codes, minutes to wait in it."""
    if not code_of(refused.code).rate or waba_id is None:
        return {}
    usage = {
        "type": "whatsapp_business_messaging",
        "call_count": 100,
        "total_cputime": 100,
        "total_time": 100,
        "estimated_time_to_regain_access": 1,
    }
    return {"x-business-use-case-usage": json.dumps({waba_id: [usage]})}


def auth_headers(refused: Refused) -> dict[str, str]:
    """``www-authenticate`` on token errors, as captured traffic has it."""
    if refused.code != 190:
        return {}
    words = (refused.message or "").encode("ascii", "ignore").decode()
    return {"www-authenticate": f'OAuth "Facebook Platform" "invalid_token" "{words}"'}


def unsupported_body(unsupported: Unsupported) -> dict[str, Any]:
    """501: the simulator's own words in Meta's envelope."""
    return {
        "error": {
            "message": hide(f"wa-simulator does not do this: {unsupported}"),
            "type": "SimulatorUnsupported",
            "code": 501,
        }
    }
