"""What a webhook of each field looks like, with every key filled in.

Source: webhook reference as mirrored 2025-12-11 and the fixtures of a public
client library; the rows of 2026 after the page on business-scoped user ids.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import envelopes
from .entities import Customer, Json, Number, Template
from .templates import events as template_events


@dataclass(frozen=True)
class Context:
    """What a sample is filled from."""

    number: Number
    waba_id: str
    customer: Customer | None
    template: Template | None
    now: int
    digits: Callable[..., str]
    has: Callable[[str], bool]
    event: str | None = None
    given: Json = field(default_factory=dict)

    def fill(self, value: Any) -> Any:
        """A variant's value: called with the context when it is a function."""
        return value(self) if callable(value) else value

    @property
    def person(self) -> Customer:
        """The person it is about; fields about a person always have one."""
        if self.customer is None:
            raise ValueError("this field is about a person")
        return self.customer


#: The value, and the one node in its array that short keys go to.
Built = tuple[Json, Json]


@dataclass(frozen=True)
class Sample:
    """A field.

    :param optional: keys that may be given but are not filled in.
    :param variants: event -> keys that only this event has.
    :param form: the form (``forms.FORMS``) that must hold; "" for any date.
    """

    build: Callable[[Context], Built]
    optional: tuple[str, ...] = ()
    variants: Mapping[str, Json] = field(default_factory=dict)
    about_number: bool = False
    about_person: bool = False
    form: str = ""

    @property
    def keys_of_variants(self) -> set[str]:
        """Keys that some event has."""
        return {key for keys in self.variants.values() for key in keys}


#: A template to speak of when the account has none.
_NO_TEMPLATE = Template(
    "400000000000001", "", "hello_world", "en_US", "UTILITY", [{"type": "BODY"}]
)
#: event -> title of what it does to the template.
_TITLES = {"PAUSED": "FIRST_PAUSE", "DISABLED": "DISABLED", "UNPAUSED": "UNPAUSE"}


def _template_status(c: Context) -> Built:
    template, event = c.template or _NO_TEMPLATE, c.event or "APPROVED"
    title = _TITLES.get(event)
    return template_events.status(template, event, None, title, c.now), {}


def _template_quality(c: Context) -> Built:
    template = c.template or _NO_TEMPLATE
    return template_events.quality(template, "GREEN", "YELLOW"), {}


def _template_components(c: Context) -> Built:
    value = template_events.head(c.template or _NO_TEMPLATE)
    return {**value, "message_template_element": "Hello {{1}}"}, {}


def _template_category(c: Context) -> Built:
    value = template_events.category(c.template or _NO_TEMPLATE, "UTILITY")
    return {**value, "new_category": "MARKETING"}, {}


def _quality(c: Context) -> Built:
    value: Json = {
        "display_phone_number": c.number.display,
        "event": "THROUGHPUT_UPGRADE",
        "max_daily_conversations_per_business": "TIER_UNLIMITED",
    }
    if c.has("old_limits"):
        value.update(old_limit="TIER_10K", current_limit="TIER_UNLIMITED")
    return value, {}


def _capability(c: Context) -> Built:
    value: Json = {
        "max_daily_conversations_per_business": "TIER_2K",
        "max_phone_numbers_per_business": 2,
        "max_phone_numbers_per_waba": 2,
    }
    if c.has("old_limits"):
        value["max_daily_conversation_per_phone"] = 2000
    return value, {}


def _alert(c: Context) -> Built:
    alert = {
        "alert_severity": "WARNING",
        "alert_status": "ACTIVE",
        "alert_type": "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
        "alert_description": "Your business needs more history before a higher limit.",
    }
    return {
        "entity_type": "BUSINESS",
        "entity_id": c.waba_id,
        "alert_info": alert,
    }, alert


def _preferences(c: Context) -> Built:
    person = c.person
    row: Json = {}
    envelopes.identify(row, person, c.has, "wa_id", "")
    row.update(
        {
            "detail": "User requested to stop marketing messages",
            "category": "marketing_messages",
            "value": "stop",
            "timestamp": c.now,
        }
    )
    return {
        **envelopes.head(c.number),
        "contacts": [envelopes.contact(person, c.has)],
        "user_preferences": [row],
    }, row


def _user_action(c: Context, given: Any) -> Any:
    """A click on a marketing message, or the view of the page behind it."""
    if not isinstance(given, dict):
        return given
    data = {"click_id": c.digits("click", c.number.id), "tracking_token": "sim-token"}
    if given.get("action_type") != "landing_page_view":
        data = {"click_component": "cta", **data}
    return {
        "action_type": "marketing_messages_link_click",
        "timestamp": str(c.now),
        "marketing_messages_link_click_data": data,
        **given,
    }


def _messages(c: Context) -> Built:
    actions = c.given.get("user_actions")
    if isinstance(actions, list):
        c.given["user_actions"] = [_user_action(c, each) for each in actions]
        return envelopes.head(c.number), {}
    error = envelopes.error_node(130429, "")
    value = {**envelopes.head(c.number), "errors": [error]}
    return value, {}


def _user_id(c: Context) -> Built:
    person = c.person
    head, _, _ = person.user_id.partition(".")
    row: Json = {"wa_id": person.shown_wa_id} if person.shown_wa_id else {}
    row["detail"] = "The user id of this person has changed"
    row["user_id"] = {
        "previous": person.user_id,
        "current": f"{head}.{c.digits('user id', person.key)}",
    }
    row["timestamp"] = str(c.now)
    return {**envelopes.head(c.number), "user_id_update": [row]}, row


#: Meta does no media either: an offer that parses, and connects to nobody.
SDP = (
    "v=0\r\no=- 7602563789789945080 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 127.0.0.1\r\n"
    "a=rtpmap:111 opus/48000/2\r\n"
)


def _call(c: Context) -> Built:
    call: Json = {"id": f"wacid.{c.digits('call', c.number.id)}"}
    envelopes.identify(call, c.person, c.has, "from", "from_")
    call.update(
        {
            "to": c.number.display,
            "event": "connect",
            "timestamp": str(c.now),
            "direction": "USER_INITIATED",
        }
    )
    if c.event in (None, "connect"):
        call["session"] = {"sdp_type": "offer", "sdp": SDP}
    elif c.event == "terminate":
        call["status"] = "COMPLETED"
        call["start_time"], call["end_time"] = str(c.now - 60), str(c.now)
        call["duration"] = 60
    contacts = [envelopes.contact(c.person, c.has)]
    return {**envelopes.head(c.number), "contacts": contacts, "calls": [call]}, call


def _automatic(c: Context) -> Built:
    row: Json = {
        "id": c.digits("event", c.number.id),
        "event_name": "LeadSubmitted",
        "timestamp": c.now,
        "ctwa_clid": "sim-ctwa-clid",
    }
    return {**envelopes.head(c.number), "automatic_events": [row]}, row


def _payment(c: Context) -> Built:
    return {
        "configuration_name": "sim-payments",
        "provider_name": "simpay",
        "provider_mid": "sim-merchant",
        "status": "Active",
        "created_timestamp": c.now,
        "updated_timestamp": c.now,
    }, {}


def _group(kind: str) -> Callable[[Context], Built]:
    def build(c: Context) -> Built:
        row: Json = {
            "timestamp": str(c.now),
            "group_id": "sim-group",
            "type": kind,
        }
        return {**envelopes.head(c.number), "groups": [row]}, row

    return build


def _plain(**value: Any) -> Callable[[Context], Built]:
    return lambda c: ({k: c.fill(v) for k, v in value.items()}, {})


def _display(c: Context) -> str:
    return c.number.display


def _restriction(c: Context) -> list[Json]:
    return [
        {
            "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING",
            "expiration": c.now + 7 * 86_400,
        }
    ]


_STATUS_EVENTS: dict[str, Json] = {
    event: {}
    for event in (
        "APPROVED", "REJECTED", "PENDING", "PAUSED", "UNPAUSED", "DISABLED", "FLAGGED",
        "IN_APPEAL", "LIMIT_EXCEEDED", "ARCHIVED", "PENDING_DELETION", "DELETED",
        "LOCKED", "UNLOCKED",
    )
}  # fmt: skip


def _shared(*keys: str) -> Callable[[Context], Json]:
    """``waba_info`` with the keys that an event has."""

    def build(c: Context) -> Json:
        ids: Json = {
            "partner_app_id": c.digits("partner app", c.waba_id),
            "ad_account_linked": c.digits("ad account", c.waba_id),
            "solution_id": c.digits("solution", c.waba_id),
            "solution_partner_business_ids": [c.digits("partner", c.waba_id)],
        }
        owner = {"waba_id": c.waba_id, "owner_business_id": "1"}
        return {**owner, **{key: ids[key] for key in keys}}

    return build


def _month(c: Context) -> str:
    return datetime.fromtimestamp(c.now, UTC).strftime("%Y-%m")


_SOLUTION = ("solution_id", "solution_partner_business_ids")
#: As on Meta's page of this field of 2026-04-20.
_ACCOUNT_EVENTS: dict[str, Json] = {
    "ACCOUNT_DELETED": {},
    "ACCOUNT_OFFBOARDED": {},
    "ACCOUNT_RECONNECTED": {},
    "VERIFIED_ACCOUNT": {},
    "AD_ACCOUNT_LINKED": {"waba_info": _shared("ad_account_linked")},
    "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE": {
        "auth_international_rate_eligibility": lambda c: {
            "start_time": c.now,
            "exception_countries": [{"country_code": "ID", "start_time": c.now}],
        }
    },
    "MM_LITE_TERMS_SIGNED": {"waba_info": _shared()},
    "PARTNER_APP_INSTALLED": {"waba_info": _shared("partner_app_id", *_SOLUTION)},
    "PARTNER_APP_UNINSTALLED": {"waba_info": _shared("partner_app_id")},
    "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE": {
        "partner_client_certification_info": {
            "client_business_id": "1",
            "status": "APPROVED",
            "rejection_reasons": ["NONE"],
        }
    },
    "VOLUME_BASED_PRICING_TIER_UPDATE": {
        "volume_tier_info": lambda c: {
            "tier_update_time": c.now,
            "pricing_category": "UTILITY",
            "tier": "25000001:50000000",
            "effective_month": _month(c),
            "region": "Colombia",
        }
    },
    "ACCOUNT_VIOLATION": {"violation_info": {"violation_type": "SCAM"}},
    "DISABLED_UPDATE": {
        "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "2026-11-02"}
    },
    "ACCOUNT_RESTRICTION": {"restriction_info": _restriction},
    "PARTNER_ADDED": {"waba_info": _shared()},
    "PARTNER_REMOVED": {"waba_info": _shared()},
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE": {"country": "CO"},
}

SAMPLES: dict[str, Sample] = {
    "messages": Sample(
        _messages,
        ("contacts", "messages", "statuses", "user_actions"),
        about_number=True,
    ),
    "message_template_status_update": Sample(
        _template_status,
        ("rejection_info", "disable_info", "other_info"),
        _STATUS_EVENTS,
    ),
    "message_template_quality_update": Sample(_template_quality),
    "message_template_components_update": Sample(
        _template_components,
        (
            "message_template_title",
            "message_template_footer",
            "message_template_buttons",
        ),
    ),
    "template_category_update": Sample(
        _template_category, ("correct_category", "category_update_timestamp")
    ),
    "phone_number_quality_update": Sample(
        _quality, ("old_limit", "current_limit"), about_number=True
    ),
    "phone_number_name_update": Sample(
        _plain(
            display_phone_number=_display,
            decision="APPROVED",
            requested_verified_name=lambda c: c.number.verified_name,
            rejection_reason=None,
        ),
        about_number=True,
    ),
    "business_capability_update": Sample(
        _capability, ("max_daily_conversation_per_phone",)
    ),
    "account_update": Sample(
        _plain(event="VERIFIED_ACCOUNT"),
        ("phone_number", "ad_account_info", "disconnection_info"),
        _ACCOUNT_EVENTS,
    ),
    "account_alerts": Sample(_alert),
    "account_review_update": Sample(_plain(decision="APPROVED")),
    "account_offboarded": Sample(_plain(event="ACCOUNT_OFFBOARDED")),
    "account_reconnected": Sample(_plain(event="ACCOUNT_RECONNECTED")),
    "security": Sample(
        _plain(
            display_phone_number=_display,
            event="PIN_CHANGED",
            requester=lambda c: c.digits("requester", c.waba_id),
        ),
        variants={"PIN_CHANGED": {}, "PIN_RESET_REQUEST": {}},
        about_number=True,
    ),
    "user_preferences": Sample(_preferences, about_number=True, about_person=True),
    "user_id_update": Sample(
        _user_id,
        ("parent_user_id",),
        about_number=True,
        about_person=True,
        form="user_id_update",
    ),
    "business_username_updates": Sample(
        _plain(
            display_phone_number=_display, username="negocio.simulado",
            status="approved",
        ),
        about_number=True,
    ),
    "calls": Sample(
        _call,
        ("session", "status", "start_time", "end_time", "duration"),
        about_number=True, about_person=True
    ),
    "automatic_events": Sample(_automatic, about_number=True),
    "payment_configuration_update": Sample(_payment),
    "partner_solutions": Sample(
        _plain(
            event="SOLUTION_CREATED", solution_id="600000000000001",
            solution_status="INITIATED",
        )
    ),
    "flows": Sample(
        _plain(
            event="FLOW_STATUS_CHANGE", message="Flow has been published.",
            flow_id="700000000000001", old_status="DRAFT", new_status="PUBLISHED",
        ),
        ("error_rate", "threshold", "alert_state", "errors", "p90_latency"),
    ),
    "group_lifecycle_update": Sample(
        _group("group_create"), ("subject", "invite_link"), about_number=True
    ),
    "group_participants_update": Sample(
        _group("group_participants_add"), ("added_participants",), about_number=True
    ),
    "group_settings_update": Sample(_group("group_settings_update"), about_number=True),
    "group_status_update": Sample(_group("group_suspend"), about_number=True),
}  # fmt: skip
