"""What exists: accounts, numbers, templates, people, messages, media."""

from dataclasses import dataclass, field

from .accounts.business import Business
from .calls.entities import CallPermission, PhoneCall
from .entities import (
    App,
    Customer,
    Json,
    Media,
    Message,
    Number,
    Subscription,
    Template,
)
from .errors import BadRequest, NotFound
from .flows.entities import Flow
from .groups.entities import Group, GroupMessage
from .ids import IdSource
from .phones import digits_of, is_user_id, wa_id_of
from .routing.entities import Responder, Thread

WABA_ID = "200000000000001"
NUMBER_ID = "100000000000001"
DISPLAY = "573000000001"
MAX_MEDIA_BYTES = 256 * 1024 * 1024


@dataclass
class Credentials:
    """What an integrator types into the client.  Fakes, shown on purpose."""

    token: str = "SIM-TOKEN"
    app_secret: str = "sim-app-secret"
    verify_token: str = "sim-verify"
    app_id: str = "300000000000001"

    def shown(self) -> set[str]:
        """Secrets that journals may show in full."""
        return {self.token, self.app_secret, self.verify_token}


@dataclass
class World:
    """The state.  A reset builds a new one."""

    credentials: Credentials
    wabas: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    subscriptions: dict[tuple[str, str], Subscription] = field(default_factory=dict)
    subscribed_wabas: set[str] = field(default_factory=set)
    customers: dict[str, Customer] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    media_evicted: int = 0
    #: (number id, person) -> time of the person's last message.
    last_inbound: dict[tuple[str, str], float] = field(default_factory=dict)
    business: Business = field(default_factory=Business)
    #: (number id, person) -> time of the last message that came from an ad.
    last_referral: dict[tuple[str, str], float] = field(default_factory=dict)
    #: (number id, person) -> end of the free entry point.
    free_until: dict[tuple[str, str], float] = field(default_factory=dict)
    #: (number id, person, category) -> id and end of a conversation of old pricing.
    conversations: dict[tuple[str, str, str], tuple[str, float]] = field(
        default_factory=dict
    )
    #: Number id -> app -> how it answers there.
    routing: dict[str, dict[str, Responder]] = field(default_factory=dict)
    #: (number id, person) -> who owns the thread.
    threads: dict[tuple[str, str], Thread] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    group_messages: dict[str, GroupMessage] = field(default_factory=dict)
    #: Id of a data set -> its account.
    datasets: dict[str, str] = field(default_factory=dict)
    #: Events reported to data sets.
    conversions: list[Json] = field(default_factory=list)
    #: Click id of an advertisement -> the person who came by it.
    clicks: dict[str, str] = field(default_factory=dict)
    calls: dict[str, PhoneCall] = field(default_factory=dict)
    #: (number id, person) -> what the person allowed.
    call_permissions: dict[tuple[str, str], CallPermission] = field(
        default_factory=dict
    )
    #: Further apps; the first one is in ``credentials``.
    apps: dict[str, App] = field(default_factory=dict)

    def add_number(self, number: Number, waba_name: str = "Simulated account") -> None:
        """Add a number, and its account when new (subscribed by default)."""
        if number.waba_id not in self.wabas:
            self.wabas[number.waba_id] = waba_name
            self.subscribed_wabas.add(number.waba_id)
        self.numbers[number.id] = number

    def callback_for(self, number: Number) -> Subscription | None:
        """Where webhooks of a number go, as far as the first app is concerned."""
        found = self.subscribers(number.waba_id, number.id)
        return found[0] if found else None

    def subscribers(
        self, waba_id: str, number_id: str = "", field: str = "", app: str = ""
    ) -> list[Subscription]:
        """Who gets a webhook: number, then account, then app; then further apps.

        Empty when nobody subscribed, or when the account is not subscribed (then
        Meta is silent).  A disabled subscription gets nothing.

        :param field: ``standby`` goes to the app's own callback, whatever a number
            or an account has set (RS, 2026-09).
        :param app: this app only; empty: all.
        """
        if waba_id not in self.subscribed_wabas:
            return []
        app_id = self.credentials.app_id
        keys = [("number", number_id), ("waba", waba_id), ("app", app_id)]
        if field == "standby":
            keys = keys[-1:]
        held = self.subscriptions
        own = next((held[key] for key in keys if key in held), None)
        others = [held.get(("app", app)) for app in self.apps]
        found = [s for s in (own, *others) if s is not None and not s.disabled]
        return [s for s in found if not app or self.app_of(s) == app]

    def app_of(self, subscription: Subscription) -> str:
        """The app that a subscription belongs to."""
        other = subscription.scope == "app" and subscription.id in self.apps
        return subscription.id if other else self.credentials.app_id

    def app_of_token(self, token: str | None) -> str:
        """The app that a token belongs to; the first one when it is unknown."""
        found = (app.id for app in self.apps.values() if app.token == token)
        return next(found, self.credentials.app_id)

    def has_app(self, app_id: str) -> bool:
        """Whether an app is one of the world."""
        return app_id == self.credentials.app_id or app_id in self.apps

    def add_app(self, app: App) -> App:
        """Add an app.  BadRequest when its id is taken."""
        if app.id in self.apps or app.id == self.credentials.app_id:
            raise BadRequest(f"app '{app.id}' exists already")
        self.apps[app.id] = app
        return app

    def secret_of(self, subscription: Subscription) -> str:
        """The app secret that signs for a subscription."""
        app = self.apps.get(subscription.id)
        return app.app_secret if app else self.credentials.app_secret

    def tokens(self) -> set[str]:
        """Access tokens of all apps."""
        return {self.credentials.token, *(app.token for app in self.apps.values())}

    def shown_secrets(self) -> set[str]:
        """Secrets that journals may show in full."""
        shown = self.credentials.shown()
        for app in self.apps.values():
            shown |= {app.token, app.app_secret, app.verify_token}
        return shown

    def in_free_entry(self, number_id: str, person: str, now: float) -> bool:
        """Whether the free time after an answered advertisement runs."""
        return self.free_until.get((number_id, person), 0.0) > now

    def customer_of(self, key: str) -> Customer | None:
        """The person behind a phone in any notation or a user id."""
        if is_user_id(key):
            found = self.customers.get(key)
            return found or next(
                (c for c in self.customers.values() if c.user_id == key), None
            )
        digits = digits_of(key)
        return self.customers.get(wa_id_of(digits)) if digits else None

    def ensure_customer(self, key: str, ids: IdSource) -> Customer:
        """The person behind a key, made when new.  BadRequest on a bad key."""
        found = self.customer_of(key)
        if found:
            return found
        if is_user_id(key):
            customer = Customer(None, key, f"Cliente {key[-4:]}")
        else:
            digits = digits_of(key)
            if not digits:
                raise BadRequest(
                    f"customer '{key}': expected a phone of 7 to 15 digits or a "
                    "business-scoped user id such as CO.13491208655302741918"
                )
            wa_id = wa_id_of(digits)
            customer = Customer(wa_id, ids.user_id(wa_id), f"Cliente {wa_id[-4:]}")
        self.customers[customer.key] = customer
        return customer

    def number_of(self, number_id: str | None) -> Number:
        """A number by id or by display digits; the first one by default."""
        if number_id is None:
            return next(iter(self.numbers.values()))
        if number_id in self.numbers:
            return self.numbers[number_id]
        digits = digits_of(number_id)
        for number in self.numbers.values():
            if number.display == digits:
                return number
        raise NotFound(
            f"number '{number_id}': expected one of {', '.join(self.numbers)}"
        )

    def template_of(self, waba_id: str, name: str, language: str) -> Template | None:
        """The template of a name in a language."""
        return next(
            (
                t
                for t in self.templates.values()
                if (t.waba_id, t.name, t.language) == (waba_id, name, language)
            ),
            None,
        )

    def store_media(self, media: Media, cap: int = MAX_MEDIA_BYTES) -> None:
        """Keep bytes; the oldest ones go when the store exceeds its cap."""
        self.media[media.id] = media
        total = sum(len(m.content) for m in self.media.values())
        while total > cap and len(self.media) > 1:
            oldest = next(iter(self.media))
            total -= len(self.media.pop(oldest).content)
            self.media_evicted += 1

    def clear_traffic(self, numbers: set[str]) -> None:
        """Forget people, messages and media of some numbers.

        People are shared by numbers: one is forgotten when no message is left.
        """
        self.messages = {
            k: m for k, m in self.messages.items() if m.number_id not in numbers
        }
        self.media = {k: m for k, m in self.media.items() if m.number_id not in numbers}
        for times in (self.last_inbound, self.last_referral, self.free_until):
            for key in [key for key in times if key[0] in numbers]:
                del times[key]
        self.groups = {
            k: g for k, g in self.groups.items() if g.number_id not in numbers
        }
        self.group_messages = {
            k: m for k, m in self.group_messages.items() if m.number_id not in numbers
        }
        self.calls = {k: c for k, c in self.calls.items() if c.number_id not in numbers}
        for pair in [key for key in self.threads if key[0] in numbers]:
            del self.threads[pair]
        for pair in [key for key in self.call_permissions if key[0] in numbers]:
            del self.call_permissions[pair]
        for talk in [key for key in self.conversations if key[0] in numbers]:
            del self.conversations[talk]
        alive = {m.customer for m in self.messages.values()}
        alive |= {c.customer for c in self.calls.values()}
        for group in self.groups.values():
            alive |= {*group.participants, *(key for key, _ in group.requests.values())}
        self.customers = {k: c for k, c in self.customers.items() if k in alive}


def default_templates(waba_id: str) -> list[Template]:
    """The approved templates every account begins with."""
    hello: list[Json] = [
        {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
        {
            "type": "BODY",
            "text": "Welcome and congratulations!! This message demonstrates your "
            "ability to send a WhatsApp message notification.",
        },
        {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"},
    ]
    saludo: list[Json] = [
        {
            "type": "BODY",
            "text": "Hola {{1}}, gracias por escribirnos. Un asesor le responde hoy.",
            "example": {"body_text": [["Ana"]]},
        }
    ]
    head = waba_id[-3:]
    return [
        Template(
            f"400000000000{head}1", waba_id, "hello_world", "en_US", "UTILITY", hello
        ),
        Template(f"400000000000{head}2", waba_id, "saludo", "es", "UTILITY", saludo),
    ]


def default_world() -> World:
    """One account, one Colombian number, two approved templates."""
    world = World(Credentials())
    world.add_number(Number(NUMBER_ID, WABA_ID, DISPLAY, "Negocio Simulado"))
    for template in default_templates(WABA_ID):
        world.templates[template.id] = template
    return world
