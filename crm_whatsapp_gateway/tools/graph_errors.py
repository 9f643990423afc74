"""Errors of the Cloud API, and what each means for a message in the outbox.

Codes, titles and HTTP statuses: Meta, "Cloud API: error codes" (copy of
2025-11-19); the codes marked "client libraries" are only known from the exception
classes of public clients. Meta publishes no column that says what to do: the class
of a code is this project's judgement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .json_values import text

# Classes of failure: what becomes of the message.
TRANSIENT = "transient"  # the call is repeated; it uses a retry
RATE = "rate"  # too fast: withheld, no retry used
LATER = "later"  # refused for a fixed time: withheld, no retry used
PERMANENT = "permanent"  # the same call would fail again
AUTHENTICATION = "authentication"  # token or rights: withheld, no retry used

# The person wants no marketing: others of the kind would fail too.
MARKETING_STOPPED = 131050

# Whom the failure concerns.
MESSAGE = "message"
CONVERSATION = "conversation"
GATEWAY = "gateway"


def _(source: str) -> str:
    """Mark a string for translation; it is translated where it is shown."""
    return source


@dataclass(frozen=True)
class Rule:
    """Reaction to one error code.

    :ivar title: Meta's title
    :ivar kind: one of the classes above
    :ivar advice: what a person can do, English source of a translation
    :ivar scope: whom it concerns; rows of that scope are withheld
    :ivar wait: seconds, where the class has no wait of its own
    :ivar outage: the API itself is down, which counts for the circuit breaker
    """

    title: str
    kind: str
    advice: str
    scope: str = MESSAGE
    wait: int = 0
    outage: bool = False


_WAIT = _("It is tried again by itself.")
_SLOW = _("Too many messages in a short time; it is sent by itself later.")
_TOKEN = _(
    "Ask an administrator to check the gateway's token and its permissions; the"
    " message waits."
)
_ACCOUNT = _("Ask an administrator to look at the WhatsApp account in Meta's manager.")
_TEMPLATE = _("Choose another template, or ask an administrator to correct this one.")
_NUMBER = _(
    "The number may have no WhatsApp, or its owner has an old version. Check the"
    " number and reach the person another way."
)
_WINDOW = _("The customer last wrote more than 24 hours ago: send a template instead.")
_REPORT = _("Ask an administrator to look at the message in the queue.")
_FILE = _("Check type and size of the file and send it again.")
_LIMIT = _(
    "This person has had many messages of this kind; try again after a day, or write"
    " another way."
)
_PERSON = _("Meta does not deliver it to this person; reach them another way.")

RULES: Mapping[int, Rule] = {
    0: Rule("AuthException", AUTHENTICATION, _TOKEN, GATEWAY),
    1: Rule("API Unknown", TRANSIENT, _WAIT),
    2: Rule("API Service", TRANSIENT, _WAIT, outage=True),
    3: Rule("API Method", PERMANENT, _ACCOUNT),
    4: Rule("API Too Many Calls", RATE, _SLOW, GATEWAY),
    10: Rule("Permission Denied", AUTHENTICATION, _TOKEN, GATEWAY),
    33: Rule("Parameter value is not valid", PERMANENT, _ACCOUNT),
    100: Rule("Invalid parameter", PERMANENT, _REPORT),
    190: Rule("Access token has expired", AUTHENTICATION, _TOKEN, GATEWAY),
    368: Rule(
        "Temporarily blocked for policies violations",
        LATER,
        _ACCOUNT,
        GATEWAY,
        wait=3600,
    ),
    80007: Rule("Rate limit issues", RATE, _SLOW, GATEWAY),
    130429: Rule("Rate limit hit", RATE, _SLOW, GATEWAY),
    130472: Rule("User's number is part of an experiment", PERMANENT, _PERSON),
    130497: Rule("Business account is restricted", PERMANENT, _PERSON),
    131000: Rule("Something went wrong", TRANSIENT, _WAIT),
    131005: Rule("Access denied", AUTHENTICATION, _TOKEN, GATEWAY),
    131008: Rule("Required parameter is missing", PERMANENT, _REPORT),
    131009: Rule("Parameter value is not valid", PERMANENT, _REPORT),
    131016: Rule("Service unavailable", TRANSIENT, _WAIT, outage=True),
    131021: Rule("Recipient cannot be sender", PERMANENT, _NUMBER),
    131026: Rule("Message undeliverable", PERMANENT, _NUMBER),
    # Seen in issue trackers of public clients; not in Meta's table.
    131030: Rule("Recipient not in allowed list", PERMANENT, _ACCOUNT),
    131031: Rule("Account has been locked", PERMANENT, _ACCOUNT),
    131037: Rule("Display name is not approved", PERMANENT, _ACCOUNT),
    131042: Rule("Business eligibility payment issue", PERMANENT, _ACCOUNT),
    131045: Rule("Incorrect certificate", PERMANENT, _ACCOUNT),
    131047: Rule("Re-engagement message", PERMANENT, _WINDOW),
    131048: Rule("Spam rate limit hit", LATER, _SLOW, GATEWAY, wait=3600),
    131049: Rule(
        "Not delivered to maintain healthy ecosystem engagement",
        PERMANENT,
        _LIMIT,
    ),
    MARKETING_STOPPED: Rule(
        "User has stopped receiving marketing messages", PERMANENT, _PERSON
    ),
    131051: Rule("Unsupported message type", PERMANENT, _REPORT),
    131052: Rule("Media download error", PERMANENT, _FILE),
    131053: Rule("Media upload error", PERMANENT, _FILE),
    131055: Rule("Method not allowed", PERMANENT, _REPORT),
    # Meta's own formula for the wait is 4^X seconds, X = 0, 1, 2…
    131056: Rule("Pair rate limit hit", RATE, _SLOW, CONVERSATION),
    131057: Rule("Account in maintenance mode", TRANSIENT, _WAIT, outage=True),
    131062: Rule("Business-scoped id is not supported here", PERMANENT, _REPORT),
    131063: Rule(  # client libraries
        "Marketing templates are disabled on Cloud API", PERMANENT, _TEMPLATE
    ),
    131064: Rule(  # client libraries
        "Messaging limit reached", LATER, _SLOW, GATEWAY, wait=3600
    ),
    132000: Rule("Template param count mismatch", PERMANENT, _TEMPLATE),
    132001: Rule("Template does not exist", PERMANENT, _TEMPLATE),
    132005: Rule("Template hydrated text too long", PERMANENT, _TEMPLATE),
    132007: Rule("Template format character policy violated", PERMANENT, _TEMPLATE),
    132008: Rule(  # client libraries
        "Template parameter value is not valid", PERMANENT, _TEMPLATE
    ),
    132012: Rule("Template parameter format mismatch", PERMANENT, _TEMPLATE),
    132015: Rule("Template is paused", PERMANENT, _TEMPLATE),
    132016: Rule("Template is disabled", PERMANENT, _TEMPLATE),
    132018: Rule("Template parameters are not valid", PERMANENT, _TEMPLATE),
    132068: Rule("Flow is blocked", PERMANENT, _TEMPLATE),
    132069: Rule("Flow is throttled", LATER, _SLOW, wait=3600),
    133000: Rule("Incomplete deregistration", TRANSIENT, _WAIT, outage=True),
    133004: Rule("Server temporarily unavailable", TRANSIENT, _WAIT, outage=True),
    133010: Rule("Phone number not registered", PERMANENT, _ACCOUNT),
    134011: Rule("Payments terms not accepted", PERMANENT, _ACCOUNT),
    134100: Rule("Only marketing messages are supported", PERMANENT, _REPORT),
    134101: Rule("Template is still being synchronised", LATER, _SLOW, wait=600),
    134102: Rule("Template unavailable", PERMANENT, _TEMPLATE),
    135000: Rule("Generic user error", PERMANENT, _REPORT),
    137000: Rule("Identity key mismatch", PERMANENT, _NUMBER),
}

_UNKNOWN_TRANSIENT = Rule("", TRANSIENT, _WAIT)
_UNKNOWN_OUTAGE = Rule("", TRANSIENT, _WAIT, outage=True)
_UNKNOWN_RATE = Rule("", RATE, _SLOW, GATEWAY)
_UNKNOWN_AUTHENTICATION = Rule("", AUTHENTICATION, _TOKEN, GATEWAY)
_UNKNOWN_PERMANENT = Rule("", PERMANENT, _REPORT)


@dataclass(frozen=True)
class GraphError:
    """An error of Meta's, out of an HTTP answer or a status webhook.

    :ivar code: Meta's code, ``None`` where the answer had none
    :ivar reason: Meta's own words, English
    """

    code: int | None
    reason: str
    rule: Rule

    def get_text(self, translate: Callable[[str], str]) -> str:
        """Meta's reason and what to do.

        :param translate: gives the translation of a source string
        """
        prefix = f"[{self.code}] " if self.code is not None else ""
        return f"{prefix}{self.reason}. {translate(self.rule.advice)}".strip()


def rule_of(
    code: int | None, http_status: int | None = None, is_transient: bool = False
) -> Rule:
    """Rule of a code; of the HTTP status where the code is not known."""
    if code is not None:
        if code in RULES:
            return RULES[code]
        if 200 <= code <= 299:
            return _UNKNOWN_AUTHENTICATION
    if is_transient:
        return _UNKNOWN_TRANSIENT
    if http_status == 429:
        return _UNKNOWN_RATE
    if http_status == 401:
        return _UNKNOWN_AUTHENTICATION
    if http_status is not None and (http_status >= 500 or 300 <= http_status < 400):
        return _UNKNOWN_OUTAGE
    return _UNKNOWN_PERMANENT


def read_error(error: Any, http_status: int | None = None) -> GraphError:
    """Read one of Meta's error objects, whatever is missing in it.

    :param error: ``error`` of an answer, or one of ``errors`` of a status webhook
    :param http_status: of the answer, ``None`` for a webhook
    """
    data = error if isinstance(error, Mapping) else {}
    try:
        code = int(data["code"])
    except (KeyError, OverflowError, TypeError, ValueError):
        code = None
    rule = rule_of(code, http_status, data.get("is_transient") is True)
    details = data.get("error_data")
    details = details.get("details") if isinstance(details, Mapping) else None
    message = _without_code(text(data.get("message")))
    title = text(data.get("title")) or message or rule.title
    parts = [part for part in (title, text(details)) if part]
    if not parts:
        parts = [f"HTTP {http_status}" if http_status else "Unknown error"]
    reason = ": ".join(dict.fromkeys(parts)).rstrip(".")
    return GraphError(code, reason, rule)


def _without_code(message: str) -> str:
    """``(#131026) Message undeliverable`` without the code in front."""
    if message.startswith("(#") and ")" in message:
        message = message.split(")", 1)[1]
    return message.strip()
