"""Meta's error envelope."""

from typing import Any

from ..engine.codes import code_of
from ..engine.errors import Refused, Unsupported

#: Codes that say so themselves (``is_transient``).
TRANSIENT = {1, 2, 4, 131000, 131016}


def error_body(refused: Refused, trace: str) -> dict[str, Any]:
    """``{"error": {...}}`` as Meta shapes it."""
    row = code_of(refused.code)
    error: dict[str, Any] = {
        "message": refused.message or f"(#{refused.code}) {row.title}",
        "type": refused.kind,
        "code": refused.code,
    }
    if refused.subcode is not None:
        error["error_subcode"] = refused.subcode
    if refused.details:
        error["error_data"] = {
            "messaging_product": "whatsapp",
            "details": refused.details,
        }
    if refused.code in TRANSIENT:
        error["is_transient"] = True
    error["fbtrace_id"] = trace
    return {"error": error}


def status_of(refused: Refused) -> int:
    """HTTP status of an error; unknown objects are 400."""
    return code_of(refused.code).http


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
            "message": f"wa-simulator does not do this: {unsupported}",
            "type": "SimulatorUnsupported",
            "code": 501,
        }
    }
