"""People with their leads and contacts, and the gateways and templates there were."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from .copying import Ids, columns_of, copy, copy_known
from .made import Gateway, Made
from .numbers import Number, colombian, foreign, notations
from .shares import Shares
from .words import Words

COLOMBIA_ROOM = 10 * 10**7
LEAD_COLUMNS = (
    "id name type active phone mobile contact_name partner_name email_from partner_id"
    " user_id team_id stage_id company_id priority probability automated_probability"
    " create_uid write_uid create_date write_date date_last_stage_update date_open"
).split()
PARTNER_COLUMNS = (
    "id name complete_name type active is_company phone mobile email lang"
    " commercial_partner_id partner_share color create_uid write_uid create_date"
    " write_date"
).split()
ADMIN = 2
META_URL = "https://graph.facebook.com/v17.0/{}/messages"


@dataclass
class Person:
    """Somebody who writes; `lead_ids` may be empty."""

    number: Number
    written: tuple[str, ...]
    name: str
    lead_ids: list[int] = field(default_factory=list)
    partner_id: int | None = None


class People:
    """Draws people and writes their leads and contacts."""

    def __init__(self, cr: Any, rng: Random, words: Words, shares: Shares) -> None:
        self._cr, self._rng, self._words, self._shares = cr, rng, words, shares
        self._leads: list[tuple[Any, ...]] = []
        self._partners: list[tuple[Any, ...]] = []
        self._numbers: list[tuple[int | None, int | None, str]] = []

    def make(self, count: int, at: datetime, made: Made) -> list[Person]:
        """So many people; their rows are in the tables when this returns."""
        places = self._rng.sample(range(COLOMBIA_ROOM), count)
        lead_ids, partner_ids = Ids(self._cr, "crm_lead"), Ids(self._cr, "res_partner")
        users, stage = self._users(), self._first("crm_stage")
        people: list[Person] = []
        for place in range(count):
            person = self._person(place, places[place])
            shared = place and self._rng.random() < self._shares.shared_partner
            # The second number of whoever came before; at least once.
            if (shared or place == 3) and people[-1].partner_id:
                person.partner_id = people[-1].partner_id
            self._give_leads(person, lead_ids, partner_ids, users, stage, at)
            people.append(person)
        self._write()
        lead_ids.close()
        partner_ids.close()
        made.people, made.leads = count, len(self._leads)
        made.partners = len(self._partners)
        return people

    def _person(self, place: int, drawn: int) -> Person:
        rng = self._rng
        if rng.random() < self._shares.foreign or place == 1:
            number = foreign(rng, place)
        else:
            number = colombian(drawn)
        return Person(number, notations(number), rng.choice(self._words.names))

    def _give_leads(
        self,
        person: Person,
        lead_ids: Ids,
        partner_ids: Ids,
        users: list[int],
        stage: int | None,
        at: datetime,
    ) -> None:
        rng, shares = self._rng, self._shares
        chance = rng.random()
        if chance < shares.without_lead:
            return
        number = 2 + (chance > 0.97) if chance > 1 - shares.several_leads else 1
        with_partner = rng.random() < shares.lead_with_partner
        if with_partner and person.partner_id is None:
            person.partner_id = partner_ids.next()
            self._partners.append(self._partner(person, at))
        for _ in range(number):
            lead_id = lead_ids.next()
            person.lead_ids.append(lead_id)
            self._leads.append(self._lead(lead_id, person, users, stage, at))
            self._numbers.append((lead_id, None, person.number.key))

    def _partner(self, person: Person, at: datetime) -> tuple[Any, ...]:
        phone = self._rng.choice(person.written)
        email = f"persona{person.partner_id}@correo.example"
        self._numbers.append((None, person.partner_id, person.number.key))
        return (
            *(person.partner_id, person.name, person.name, "contact", True, False),
            *(phone, None, email, "es_CO", person.partner_id, True, 0),
            *(ADMIN, ADMIN, at, at),
        )

    def _lead(
        self,
        lead_id: int,
        person: Person,
        users: list[int],
        stage: int | None,
        at: datetime,
    ) -> tuple[Any, ...]:
        rng = self._rng
        company = rng.choice(self._words.companies) if rng.random() < 0.4 else None
        lost = rng.random() < 0.1
        return (
            *(lead_id, f"{person.name} {lead_id}", "opportunity", not lost),
            *(rng.choice(person.written), None, person.name, company),
            *(f"persona{lead_id}@correo.example", person.partner_id),
            *(rng.choice(users), None, stage, 1, "1", 0 if lost else 10, 10),
            *(ADMIN, ADMIN, at, at, at, at),
        )

    def _write(self) -> None:
        copy_known(self._cr, "res_partner", PARTNER_COLUMNS, self._partners)
        copy_known(self._cr, "crm_lead", LEAD_COLUMNS, self._leads)
        # The bridge indexes numbers when it is installed: so it would have found them.
        if columns_of(self._cr, "whatsapp_number"):
            columns = ("lead_id", "partner_id", "number")
            copy(self._cr, "whatsapp_number", columns, self._numbers)

    def _users(self) -> list[int]:
        self._cr.execute("SELECT id FROM res_users WHERE active AND NOT share")
        return sorted(user for (user,) in self._cr.fetchall() if user != 1)

    def _first(self, table: str) -> int | None:
        self._cr.execute(f"SELECT min(id) FROM {table}")
        found: int | None = self._cr.fetchone()[0]
        return found


LEGACY_GATEWAYS = (
    # name, provider, address, key, secret, number, active
    ("Ventas", "whatsapp_business", META_URL.format(100000000000001)),
    ("Soporte", "whatsapp_business", META_URL.format(100000000000002)),
    ("Feria 2024", "whatsapp_business", META_URL.format(100000000000003)),
    ("Twilio", "twilio", "https://api.twilio.com/2010-04-01/Accounts/AC0123456789"),
    ("Proveedor propio", "custom", "https://sms.proveedor.example/api/send"),
)
ARCHIVED = "Feria 2024"


def legacy_gateways(cr: Any, at: datetime, made: Made) -> list[Gateway]:
    """Five gateways; two share a token, one is archived, two are not Meta's."""
    ids = Ids(cr, "whatsapp_gateway")
    # Ids of their own: none is by accident that of a gateway of OCA's.
    ids.last = max(ids.last, 100)
    rows, found = [], []
    for place, (name, provider, url) in enumerate(LEGACY_GATEWAYS):
        gateway = Gateway(ids.next(), provider, name != ARCHIVED, legacy=True)
        key = "AC0123456789" if provider == "twilio" else f"EAA-legacy-{place // 2}"
        rows.append(
            (gateway.id, name, provider, url, key, f"secret-{place}")
            + (f"+1415523888{place}", gateway.active, ADMIN, ADMIN, at, at)
        )
        found.append(gateway)
    columns = (
        "id name provider api_url api_key api_secret phone_number active"
        " create_uid write_uid create_date write_date"
    ).split()
    copy(cr, "whatsapp_gateway", columns, rows)
    ids.close()
    made.gateways += found
    return found


def mail_gateways(cr: Any, at: datetime, made: Made) -> list[Gateway]:
    """Two gateways of OCA's, as generation 2 had them."""
    ids = Ids(cr, "mail_gateway")
    rows, found = [], []
    for place in range(2):
        gateway = Gateway(ids.next(), "whatsapp", active=True, legacy=False)
        rows.append(
            (gateway.id, f"WhatsApp {gateway.id}", f"EAA-mail-{place}", "whatsapp")
            + (f"clave-{gateway.id}", f"secreto-{place}", "integrated", False, 1, 1)
            + (f"20000000000000{place}", f"30000000000000{place}", "verificar")
            + ("17.0", ADMIN, ADMIN, at, at)
        )
        found.append(gateway)
    columns = (
        "id name token gateway_type webhook_key webhook_secret integrated_webhook_state"
        " has_new_channel_security webhook_user_id company_id whatsapp_from_phone"
        " whatsapp_account_id whatsapp_security_key whatsapp_version"
        " create_uid write_uid create_date write_date"
    ).split()
    copy_known(cr, "mail_gateway", columns, rows)
    ids.close()
    made.gateways += found
    return found


TEMPLATES = (
    ("Bienvenida", "welcome", "Hola {{name}} \U0001f44b\n\nLe atiende {{user}}."),
    ("Seguimiento", "followup", "{{name}} de {{company}}: se la enviamos a {{email}}."),
    ("Recordatorio", "reminder", "Le llamaremos al {{ phone }}."),
    ("Promoci\u00f3n", "custom", "Tenemos {{descuento}} para {{company}}."),
    ("Sin variables", "custom", "Gracias por escribirnos."),
)


def templates(cr: Any, at: datetime, made: Made) -> list[int]:
    """Five templates: one with a variable nobody knows, one archived."""
    ids = Ids(cr, "whatsapp_template")
    rows = [
        (ids.next(), name, f"{kind}_{place}", kind, text, name != "Sin variables")
        + (ADMIN, ADMIN, at, at)
        for place, (name, kind, text) in enumerate(TEMPLATES)
    ]
    columns = (
        "id name code template_type message active"
        " create_uid write_uid create_date write_date"
    ).split()
    copy(cr, "whatsapp_template", columns, rows)
    ids.close()
    # Those that came with the module are there too.
    cr.execute("SELECT id, name FROM whatsapp_template ORDER BY id")
    made.templates = dict(cr.fetchall())
    return list(made.templates)
