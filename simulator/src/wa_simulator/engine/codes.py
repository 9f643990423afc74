"""Meta's error codes as data.

Source: Meta's error code page as mirrored 2025-12-11 (column HTTP of
2025-11-19), its pages on calls of 2025-12-03 and groups of 2025-10-31, and clients
that follow its changelog to 2026-10-12.  ``channel`` says where a code shows: in
the answer of the call (sync) or in a ``failed`` status or another webhook
afterwards (async).  Older copies of the page list HTTP 429 for the rate codes.
The HTTP status of 130403, 131061, 131064, 131065, 131070, 138038 and 24941xx was
not seen: 400 here.
"""

from dataclasses import dataclass

from .settings import Settings

SYNC = "sync"
ASYNC = "async"
BAD_REQUEST = 400


@dataclass(frozen=True)
class Code:
    """One row of the table."""

    title: str
    http: int
    channel: str = SYNC
    #: A rate code: with HTTP 400 it is 429 in older copies of the page (switch
    #: rate_limit_http); codes of calls and groups are 429 in all copies.
    rate: bool = False


CODES: dict[int, Code] = {
    0: Code("AuthException", 401),
    1: Code("API Unknown", 400),
    2: Code("Service temporarily unavailable", 503),
    3: Code("Capability or permissions issue", 500),
    4: Code("Application request limit reached", 400, rate=True),
    10: Code("Permission denied", 403),
    17: Code("User request limit reached", 400, rate=True),
    32: Code("Page request limit reached", 400, rate=True),
    33: Code("Parameter value is not valid", 400),
    100: Code("Invalid parameter", 400),
    101: Code("Missing client_id parameter", 400),
    104: Code("An access token is required to request this resource", 401),
    190: Code("Access token has expired", 401),
    200: Code("API permission", 403),
    294: Code("Managing advertisements requires an extended permission", 403),
    299: Code("API permission", 403),
    368: Code("Temporarily blocked for policies violations", 403),
    613: Code("Calls to this API have exceeded the rate limit", 429, rate=True),
    803: Code("Some of the aliases you requested do not exist", 404),
    2200: Code("Callback verification failed", 400),
    80007: Code("Rate limit issues", 400, rate=True),
    130403: Code("The user is blocked by this business", 400),
    130429: Code("Rate limit hit", 400, rate=True),
    130472: Code("User's number is part of an experiment", 400, ASYNC),
    130497: Code("Business account is restricted in this country", 403, ASYNC),
    131000: Code("Something went wrong", 500),
    131005: Code("Access denied", 403),
    131008: Code("Required parameter is missing", 400),
    131009: Code("Parameter value is not valid", 400),
    131016: Code("Service unavailable", 500),
    131020: Code("Single-member groups cannot receive messages", 400),
    131021: Code("Recipient cannot be sender", 400),
    131026: Code("Message undeliverable", 400, ASYNC),
    131030: Code("Recipient phone number not in allowed list", 400),
    131031: Code("Account has been locked", 403),
    131037: Code("Display name approval is needed", 400, ASYNC),
    131041: Code("Unknown group error", 400),
    131042: Code("Business eligibility payment issue", 400, ASYNC),
    131044: Code("Payment method is missing for calls", 400, ASYNC),
    131045: Code("Incorrect certificate", 500),
    131047: Code("Re-engagement message", 400, ASYNC),
    131048: Code("Spam rate limit hit", 400, ASYNC),
    131049: Code(
        "This message was not delivered to maintain healthy ecosystem engagement",
        400,
        ASYNC,
    ),
    131050: Code("User has stopped marketing messages", 400, ASYNC),
    131051: Code("Unsupported message type", 400),
    131052: Code("Media download error", 400, ASYNC),
    131053: Code("Media upload error", 400, ASYNC),
    131055: Code("Method not allowed", 400),
    131056: Code(
        "(Business Account, Consumer Account) pair rate limit hit", 400, rate=True
    ),
    131057: Code("Account in maintenance mode", 500),
    131059: Code("Invalid cursor", 400),
    131060: Code("This message is unavailable", 400, ASYNC),
    131061: Code("Templates with a max price go to /marketing_messages", 400),
    131062: Code("Recipient is not supported by this message", 400),
    131063: Code("Marketing templates are disabled on Cloud API", 400),
    131064: Code("Limit reached by template classification violations", 400),
    131065: Code("A max price is not available in the recipient's country", 400),
    131070: Code("The thread is owned by another responder", 400),
    131201: Code("Some participants could not be handled", 206),
    131202: Code("Duplicate participant", 400),
    131204: Code("Participant limit reached", 400),
    131207: Code("Group is suspended", 403),
    131208: Code("Group rate limit hit", 429, rate=True),
    131209: Code("Group picture is not square", 400),
    131210: Code("Group picture is too small", 400),
    131211: Code("Group creation limit reached", 400),
    131212: Code("Not a participant of the group", 400),
    131213: Code("Join request does not exist", 400),
    131214: Code("Group creation is disabled", 400),
    131215: Code("Phone number is not eligible for groups", 400),
    132000: Code(
        "Number of parameters does not match the expected number of params", 400
    ),
    132001: Code("Template name does not exist in the translation", 404),
    132005: Code("Template hydrated text too long", 400),
    132007: Code("Template format character policy violated", 400),
    132008: Code("Template parameter value is not valid", 400),
    132012: Code("Parameter format does not match format in the created template", 400),
    132015: Code("Template is paused", 400),
    132016: Code("Template is disabled", 400),
    132018: Code("There was an issue with the parameters in your template", 400),
    132068: Code("Flow is in blocked state", 400),
    132069: Code("Flow is in throttled state", 400),
    133000: Code("Incomplete deregistration", 500),
    133004: Code("Server temporarily unavailable", 503),
    133005: Code("Two-step verification PIN mismatch", 400),
    133006: Code("Phone number re-verification needed", 400),
    133008: Code("Too many two-step verification PIN guesses", 400),
    133009: Code("Two-step verification PIN guessed too fast", 400),
    133010: Code("Phone number not registered", 400),
    133015: Code("Please wait a few minutes before registering", 400),
    133016: Code("Account register deregister limit exceeded", 400),
    134011: Code("WhatsApp Payments terms of service not accepted", 400),
    134100: Code("Only marketing messages are supported", 400),
    134101: Code("Template is syncing with ads manager", 400),
    134102: Code("Template cannot be used on this API", 500),
    135000: Code("Generic user error", 400),
    136024: Code("Request code error", 400),
    136025: Code("Verify code error", 400),
    137000: Code("Identity key hash mismatch", 400, ASYNC),
    138000: Code("Calling is not enabled", 401),
    138001: Code("Receiver cannot take calls", 400),
    138002: Code("Concurrent call limit reached", 429, rate=True),
    138003: Code("Duplicate call", 400),
    138004: Code("Call connection error", 500),
    138005: Code("Call rate limit hit", 429, rate=True),
    138006: Code("No approved call permission from the user", 401),
    138007: Code("Call connection timed out", 500),
    138009: Code("Call permission request limit reached", 400),
    138012: Code("Connected calls limit of a day reached", 400),
    138013: Code("Business-initiated calling is not available", 400),
    138014: Code("Calling is temporarily disabled", 400),
    138015: Code("Calling cannot be enabled", 400),
    138017: Code("A permanent call permission exists already", 400),
    138018: Code("Technical prerequisites of calling are not met", 400),
    138019: Code("Call setup failed", 400, ASYNC),
    138020: Code("Relay connection of the call failed", 400, ASYNC),
    138021: Code("No media were received in time", 400, ASYNC),
    138022: Code("No media were transmitted in time", 400, ASYNC),
    138023: Code("The call ended without media signals", 400, ASYNC),
    138038: Code("Only the primary of the Call entry point can do this", 400),
    139000: Code("Flow cannot be published: blocked by integrity", 400),
    139001: Code("Flow cannot be updated", 400),
    139002: Code("Flow cannot be published", 400),
    139003: Code("Flow cannot be deprecated", 400),
    139004: Code("Flow cannot be deleted", 400),
    139006: Code("Not enough data for flow metrics", 400),
    139100: Code("Failed to block or unblock some users", 400),
    139101: Code("Blocklist limit reached", 400),
    139102: Code("Blocklist concurrent update", 400),
    139103: Code("Blocklist internal error", 400),
    141000: Code("Phone number cannot send messages", 400),
    141010: Code("Template cannot be sent", 400),
    147001: Code("Username is not available", 400),
    147002: Code("Username needs a higher messaging limit of the portfolio", 400),
    147003: Code("Username belongs to a Facebook page that is not linked", 400),
    147004: Code("Username belongs to an Instagram account that is not linked", 400),
    147005: Code("Username is in use on another phone number of the portfolio", 400),
    2494164: Code("Signup does not exist", 400),
    2494165: Code("Signups are not enabled for this account", 400),
    2494166: Code("Unknown placeholder in a signup message", 400),
    2494167: Code("Placeholder of a signup message has no value", 400),
    2494168: Code("Terms of service of signups must be accepted", 400),
    2494176: Code("Terms of service of signups are accepted already", 400),
    2494177: Code("Address of the terms of service is not valid", 400),
    2494179: Code("Website of a signup must use https", 400),
    2494191: Code("Only the escalation partner can take a thread", 400),
    2593109: Code("History sharing was declined", 400, ASYNC),
}


def code_of(number: int) -> Code:
    """The row of a code; an unlisted code is a plain 400."""
    return CODES.get(number, Code("Unlisted error", 400))


#: Subcodes that are seen at any version: an unknown object, an expired session, and
#: those of template operations (seven digits from 2388000).
SHOWN_SUBCODES = frozenset({33, 460, 463, 467, 2593002})
TEMPLATE_SUBCODES = range(2388000, 2389000)
#: Version from which the errors of messages bear no subcode (changelog).
NO_SUBCODES_SINCE = 16.0
#: Code -> subcode that samples of older versions show.
OLD_SUBCODES: dict[int, int] = {
    100: 2494010, 131008: 2494010, 131009: 2494010, 130429: 2494055,
    132000: 2494073, 132001: 2494073, 132012: 2494073,
}  # fmt: skip


def subcode_at(code: int, subcode: int | None, version: float | None) -> int | None:
    """The ``error_subcode`` of an error at a version of the path (None: newest)."""
    if subcode in SHOWN_SUBCODES or (subcode or 0) in TEMPLATE_SUBCODES:
        return subcode
    if version is None or version >= NO_SUBCODES_SINCE:
        return None
    return subcode or OLD_SUBCODES.get(code)


def http_status(code: int, subcode: int | None, settings: Settings) -> int:
    """The HTTP status of an error, with the two points on which sources disagree."""
    if (code, subcode) == (100, 33):
        return settings.unknown_object_http
    row = code_of(code)
    by_switch = row.rate and row.http == BAD_REQUEST
    return settings.rate_limit_http if by_switch else row.http
