"""State of the business's side that Graph operations read and write.

Values only.  ``setup`` belongs to an integrator's set-up and outlives a reset of
the traffic; the rest is traffic.
"""

from dataclasses import dataclass, field

from ..entities import Json


@dataclass
class NumberState:
    """What registration, verification and settings have left on a number."""

    status: str = "CONNECTED"
    verified: bool = True
    pin: str | None = None
    #: Times of register and deregister calls of the last 72 h.
    registrations: list[float] = field(default_factory=list)
    #: Times of wrong PINs.
    bad_pins: list[float] = field(default_factory=list)
    #: The code of the last request_code, for verify_code.
    code: str | None = None
    code_requests: list[float] = field(default_factory=list)
    name_status: str = "APPROVED"
    new_name: str | None = None
    quality: str = "GREEN"
    limit: str = "TIER_1K"
    account_mode: str = "LIVE"
    username: str | None = None
    profile: Json = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    commerce: Json = field(default_factory=dict)
    automation: Json = field(default_factory=dict)
    public_key: str | None = None
    qr_codes: dict[str, Json] = field(default_factory=dict)
    last_onboarded: float = 0.0


@dataclass
class TemplateState:
    """What review and quality have left on a template."""

    quality: str = "UNKNOWN"
    quality_date: float = 0.0
    rejected_reason: str = "NONE"
    previous_category: str | None = None
    extras: Json = field(default_factory=dict)
    #: Times of edits while approved.
    edits: list[float] = field(default_factory=list)
    pauses: int = 0
    paused_until: float = 0.0
    #: Pacing: sends are held for quality assessment.
    paced: bool = False
    #: Message ids that wait for the end of pacing.
    held: list[str] = field(default_factory=list)
    #: Grows with each change of status: an old timer does nothing.
    turn: int = 0


@dataclass
class Link:
    """The outcome of fetching an address, kept ten minutes.  No bytes: an id."""

    url: str
    at: float
    media_id: str | None = None
    error: str | None = None


@dataclass
class Upload:
    """A resumable upload session."""

    id: str
    length: int
    mime_type: str
    name: str
    created: float
    content: bytes = b""
    handle: str | None = None


@dataclass
class Setup:
    """What outlives a reset."""

    numbers: dict[str, NumberState] = field(default_factory=dict)
    templates: dict[str, TemplateState] = field(default_factory=dict)
    #: WABA id -> columns that a POST has changed.
    wabas: dict[str, Json] = field(default_factory=dict)
    #: (WABA id, name) -> when an approved template of that name was deleted.
    deleted_names: dict[tuple[str, str], float] = field(default_factory=dict)
    #: WABA id -> times of template creations of the last hour.
    created: dict[str, list[float]] = field(default_factory=dict)
    #: Id of a sign-up -> its columns.
    signups: dict[str, Json] = field(default_factory=dict)
    #: Accounts that have accepted the terms of sign-ups.
    signup_terms: set[str] = field(default_factory=set)
    #: object -> fields of the app's subscriptions (``/{app_id}/subscriptions``).
    app_fields: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Business:
    """All of it; one field of the world."""

    setup: Setup = field(default_factory=Setup)
    links: dict[str, Link] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    #: Number id -> wa_id or user id -> when it was blocked.
    blocked: dict[str, dict[str, float]] = field(default_factory=dict)
    #: Messages whose links are being fetched: not idle until they are answered.
    fetching: set[str] = field(default_factory=set)

    def number(self, number_id: str) -> NumberState:
        """A number's state, made when new."""
        return self.setup.numbers.setdefault(number_id, NumberState())

    def template(self, template_id: str) -> TemplateState:
        """A template's state, made when new."""
        return self.setup.templates.setdefault(template_id, TemplateState())

    def is_blocked(self, number_id: str, person: str) -> bool:
        """Whether the business blocked a person."""
        return person in self.blocked.get(number_id, {})

    def kept(self) -> "Business":
        """What a reset of the traffic leaves."""
        for state in self.setup.templates.values():
            state.held.clear()
        return Business(self.setup)
