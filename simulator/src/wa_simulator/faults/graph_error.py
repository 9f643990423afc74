"""Any error of Meta's table, and the two that clients handle by themselves."""

import json
from typing import Any, ClassVar

from ..engine.codes import CODES
from ..engine.errors import BadRequest
from .base import Answer, Call, Effect, Fault

#: Codes that mean "too many"; the first one by default.
RATE_CODES = (130429, 131056, 80007, 4, 131048)
#: Subcode of an expired session, as captured traffic has it.
EXPIRED = 463
USAGE = "x-business-use-case-usage"


class GraphError(Fault):
    """Meta answers with an error: ``code`` (required), ``details``, ``http``
    (default: the table's), ``retry_after`` seconds, ``subcode``, ``message``."""

    NAME: ClassVar[str] = "error"
    PARAMS: ClassVar[dict[str, Any]] = {
        "code": None,
        "details": "",
        "http": None,
        "retry_after": None,
        "subcode": None,
        "message": None,
    }

    def check(self) -> None:
        """A code of the table, an HTTP status that is an error."""
        code, http = self.params["code"], self.params["http"]
        if isinstance(code, (dict, list)) or code not in CODES:
            raise BadRequest(
                f"error: 'code' expects one of Meta's codes, got {code!r}; known: "
                f"{', '.join(map(str, CODES))}"
            )
        if http is not None and http not in range(400, 600):
            raise BadRequest(f"error: 'http' expects 400 to 599, got {http!r}")

    def effect(self, call: Call) -> Effect:
        """The error."""
        p = self.params
        retry = p["retry_after"]
        return Answer(
            int(p["code"]),
            str(p["details"]),
            p["http"],
            () if retry is None else (("retry-after", str(retry)),),
            p["subcode"],
            p["message"],
        )


class RateLimit(Fault):
    """Too many calls: ``code`` (130429, 131056, 80007, 4, 131048), ``http`` 400 or
    429 (default: the world's switch; Meta's tables disagree by age),
    ``retry_after`` seconds (0: no such header), ``usage`` (the usage header, default
    on)."""

    NAME: ClassVar[str] = "rate_limit"
    PARAMS: ClassVar[dict[str, Any]] = {
        "code": RATE_CODES[0],
        "http": None,
        "retry_after": 30,
        "usage": True,
    }
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {
        "code": RATE_CODES,
        "http": (None, 400, 429),
    }

    def check(self) -> None:
        """Seconds, true or false."""
        self.number("retry_after")
        self.flag("usage")

    def effect(self, call: Call) -> Effect:
        """The error with ``Retry-After`` and ``X-Business-Use-Case-Usage``."""
        retry, headers = float(self.params["retry_after"]), []
        if retry:
            headers.append(("retry-after", f"{retry:g}"))
        if self.params["usage"]:
            usage = {
                "type": "whatsapp_business_messaging",
                "call_count": 100,
                "total_cputime": 25,
                "total_time": 25,
                # Minutes, unlike Retry-After.
                "estimated_time_to_regain_access": max(1, -(-int(retry) // 60)),
            }
            told = json.dumps({call.waba or "0": [usage]}, separators=(",", ":"))
            headers.append((USAGE, told))
        return Answer(
            int(self.params["code"]),
            "Too many calls (a fault of the simulator).",
            self.params["http"],
            tuple(headers),
            without=() if self.params["usage"] else (USAGE,),
        )


class ExpiredToken(Fault):
    """The access token has expired: 190 with subcode 463, HTTP 401."""

    NAME: ClassVar[str] = "expired_token"

    def effect(self, call: Call) -> Effect:
        """190/463."""
        return Answer(
            190,
            subcode=EXPIRED,
            message="Error validating access token: Session has expired (a fault of "
            "the simulator).",
        )
