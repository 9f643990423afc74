"""Switches of a world, each with its default and its reason."""

from dataclasses import asdict, dataclass, field, fields

from .entities import Json
from .errors import BadRequest
from .forms import FORMS
from .nearest import unknown

HOUR = 3600.0
DAY = 24 * HOUR
#: Names of the two horizons that Meta documents.
HORIZONS = {"36h": 36 * HOUR, "7d": 7 * DAY}
MOST_ITEMS = 1000


#: Switches that know a few words only.
CHOICES: dict[str, tuple[object, ...]] = {
    "window_error": ("async", "sync"),
    "bad_parameter_code": ("version", "132007"),
    "rate_limit_http": (400, 429),
    "unknown_object_http": (400, 404),
    "call_permission_words": ("guide", "openapi"),
    "missed_call_status": ("FAILED", "COMPLETED"),
    "ended_versions": ("oldest", "as_asked"),
    "group_list": ("object", "list"),
    "template_review": ("approve", "reject", "manual"),
}


@dataclass
class Settings:
    """Change them by ``PATCH /_sim/world``."""

    #: Meta publishes no answer timeout; community advice ranges from 5 to 20 s.
    answer_timeout: float = 10.0
    #: Deliveries in flight at once.
    parallel: int = 8
    #: Waits after each failed attempt, seconds; the last one repeats.
    retry_schedule: list[float] = field(
        default_factory=lambda: [5, 300, 1800, 7200, 18000, 36000]
    )
    #: Meta documents both 36 hours and 7 days.
    retry_horizon: float = 36 * HOUR
    #: ``X-Hub-Signature`` beside ``X-Hub-Signature-256``, as Graph webhooks send.
    sha1_signature: bool = True
    #: Media descriptor: base64 or hex (Meta's samples disagree).
    sha256_encoding: str = "base64"
    #: Media descriptor: Meta's page shows a string, traffic a number.
    file_size_as_string: bool = False
    #: Text outside the 24 h window: 200, then ``failed`` with 131047.
    enforce_window: bool = False
    #: 80 messages per second and number: 130429.
    throughput_limit: bool = False
    #: One message per 6 s to one person, burst 45: 131056.
    pair_limit: bool = False
    #: Forms of the wire by name (``forms.FORMS``) that shall not follow the date.
    forms: dict[str, bool] = field(default_factory=dict)
    #: Meta says any non-200 is a failure; other Graph webhooks take any 2xx.
    only_200: bool = True
    #: Items in one POST at most; Meta may put 1000 in one, and promises nothing.
    batch_size: int = 1
    #: Seconds that items are collected for a batch, on the engine's clock.
    batch_window: float = 0.0
    #: Whether a batch joins messages or statuses of a number in one value.
    batch_merge: bool = False
    #: Failed attempts in a row after which a subscription is disabled; 0 never
    #: (chronic failure is reported by integrators, Meta publishes no number).
    disable_after: int = 0
    #: Bytes of media kept at most; the oldest go first.
    max_media_bytes: int = 256 * 1024 * 1024
    #: The failure of a closed window: ``async`` (200, then 131047) as integrators
    #: report it of Meta, or ``sync`` as several fakes and older clients expect.
    window_error: str = "async"
    #: New lines in a template's parameter: ``version`` (100, from v23.0 132018) as
    #: traffic has it, or ``132007`` as the title of that code suggests.
    bad_parameter_code: str = "version"
    #: HTTP status of the rate codes: 400 since the table of 2025-11, 429 before.
    rate_limit_http: int = 400
    #: HTTP status of an unknown object: 400 in traffic, 404 in the OpenAPI file.
    unknown_object_http: int = 400
    #: A call to a Graph version that has ended: answered by the ``oldest`` one alive,
    #: as Meta does, or ``as_asked``, to see what older versions said.
    ended_versions: str = "oldest"
    #: Documents of any MIME type: the page lists nine, integrators send others.
    any_document_type: bool = False
    #: ``to`` without plus: the page prepends the number's country code, in practice
    #: nearly every client sends international digits and is understood.
    prepend_country_code: bool = False
    #: Test numbers send to these only (digits): 131030 for others; empty: to all.
    allowed_recipients: list[str] = field(default_factory=list)
    #: What becomes of a new or edited template: ``approve``, ``reject`` or
    #: ``manual``; names ``sim_reject_…`` and ``sim_pending_…`` decide for themselves.
    template_review: str = "approve"
    #: Seconds until that review; Meta takes minutes to 24 hours.
    template_review_delay: float = 0.0
    #: Meta's bounds of templates: 100 new ones per hour, 250 per account, edits once
    #: a day and ten times a month, a deleted name closed for 30 days.
    template_limits: bool = False
    #: Service messages beyond the free thousand are free too, with the subtype
    #: ``paid_exempt``: governments and non-profits that Meta found eligible.
    paid_exempt: bool = False
    #: JSON is read under another content type, or without one, as most servers do;
    #: what Graph does there is not published.
    json_needs_content_type: bool = False
    #: A reaction of other characters than emoji: 131009, or taken; not published.
    reaction_needs_emoji: bool = False
    #: Titles, labels and bodies of blanks only: 131009, or taken; not published.
    refuse_blank_texts: bool = False
    #: Ten register or deregister calls in 72 h: 133016.  PIN guesses: 133008, 133009.
    registration_limits: bool = False
    #: Blocking needs a message of the last 24 hours, as the page says (131047).
    block_needs_window: bool = True
    #: Seconds that a call rings; Meta's pages say 30 to 60.
    call_ring_time: float = 60.0
    #: ``status`` of a call that nobody took: pages print both.
    missed_call_status: str = "FAILED"
    #: Requests for permission to call (138009) and connected calls a day (138012).
    call_limits: bool = False
    #: Connected calls a day and person: one page says 10, another 5.
    connected_calls_per_day: int = 10
    #: ``status`` of a permission: the guide's words, or those of the OpenAPI file.
    call_permission_words: str = "guide"
    #: ``success`` beside ``calls`` in the answer of connect: pywa reads it, Meta's
    #: OpenAPI file has it not.
    call_connect_success: bool = False
    #: ``expiration_timestamp`` of a permission: a number, elsewhere a string.
    call_expiration_as_string: bool = False
    #: A service message on an idle thread makes its sender the owner: not published.
    idle_send_claims: bool = False
    #: ``messaging_handovers`` name the person's business-scoped user id too: Meta's
    #: pages show none.
    handover_user_ids: bool = False
    #: A flow that the account does not have is refused (100); else taken as it is.
    check_flow_ids: bool = False
    #: Groups need a messaging limit of 100,000 (131215); Meta asks for an official
    #: account too, and the rule of 2026 was not seen.
    group_eligibility: bool = False
    #: ``GET /{number}/groups``: the OpenAPI file has an object under ``data``, pywa
    #: reads a list of whole groups.
    group_list: str = "object"
    #: Accounts that belong to a client of the business (their ids).
    client_accounts: list[str] = field(default_factory=list)
    #: Address of downloads in webhooks.
    media_base: str = "https://lookaside.fbsbx.com"

    def record(self) -> Json:
        """All switches."""
        return asdict(self)

    def update(self, changes: Json) -> None:
        """Apply changes.  BadRequest names an unknown switch or a wrong type."""
        known = {f.name for f in fields(self)}
        horizon = changes.get("retry_horizon")
        if isinstance(horizon, str) and horizon in HORIZONS:
            changes = {**changes, "retry_horizon": HORIZONS[horizon]}
        for name, value in changes.items():
            if name not in known:
                raise BadRequest(unknown("setting", name, known))
            self._check(name, value)
        for name, value in changes.items():
            setattr(self, name, value)

    def _check(self, name: str, value: object) -> None:
        current = getattr(self, name)
        numeric = isinstance(current, (int, float)) and not isinstance(current, bool)
        fits = (
            isinstance(value, (int, float)) and not isinstance(value, bool)
            if numeric
            else type(value) is type(current)
        )
        if not fits:
            expected = "number" if numeric else type(current).__name__
            raise BadRequest(f"setting '{name}': expected {expected}, got {value!r}")
        if name == "sha256_encoding" and value not in ("base64", "hex"):
            raise BadRequest(f"setting '{name}': expected base64 or hex, got {value!r}")
        if name == "forms":
            _check_forms(value)
        if name == "batch_size" and not _between(value, 1, MOST_ITEMS):
            raise BadRequest(f"setting '{name}': expected 1 to 1000, got {value!r}")
        if name in CHOICES and value not in CHOICES[name]:
            raise BadRequest(
                f"setting '{name}': expected one of {CHOICES[name]}, got {value!r}"
            )
        if name == "retry_schedule" and not _waits(value):
            raise BadRequest(f"setting '{name}': expected waits, got {value!r}")


def _between(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and low <= value <= high


def _check_forms(value: object) -> None:
    for name, on in value.items() if isinstance(value, dict) else ():
        if name not in FORMS:
            raise BadRequest(unknown("form", str(name), FORMS))
        if not isinstance(on, bool):
            raise BadRequest(f"forms.{name}: expected true or false, got {on!r}")


def _waits(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(v, (int, float)) and v >= 0 for v in value)
    )


def realistic() -> Settings:
    """The profile of ``--realistic``: Meta's own limits are on."""
    return Settings(
        enforce_window=True,
        throughput_limit=True,
        pair_limit=True,
        template_limits=True,
        registration_limits=True,
        call_limits=True,
        check_flow_ids=True,
        group_eligibility=True,
    )
