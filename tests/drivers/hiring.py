"""People of a run's own, in an Odoo that has no lab's people; and their going.

Existing advisers and leads would spoil the scenarios, so a run brings its own staff,
bearing the run's id, and takes everything away afterwards.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.drivers.administration import MODULE, Administrator
from tests.drivers.people import ADVISER, DIRECTOR, SUPERVISOR, Line, Person
from tests.drivers.rpc import OdooError
from tests.drivers.target import NoTarget

GROUPS = {DIRECTOR: "director", SUPERVISOR: "supervisor", ADVISER: "adviser"}
NAMES = {
    "Directora": DIRECTOR,
    "Supervisora": SUPERVISOR,
    **{f"Asesor {x}": ADVISER for x in "ABC"},
}
ARCHIVABLE = ("crm.lead", "hr.employee", "res.users", "res.partner", "res.company")
#: More leads than this: a database that people work with.
MANY_LEADS = 100


def require_fit(administrator: Administrator, *, forced: bool) -> None:
    """NoTarget unless scenarios may and can run in this database."""
    session = administrator.session
    installed = session.call(
        "ir.module.module",
        "search_count",
        [("name", "=", MODULE), ("state", "=", "installed")],
    )
    if not installed:
        raise NoTarget(f"El módulo {MODULE} no está instalado en {session.url}.")
    parameter = [("key", "=", "database.is_neutralized")]
    neutral = session.call("ir.config_parameter", "search_count", parameter)
    leads = session.call("crm.lead", "search_count", [])
    if leads > MANY_LEADS and not neutral and not forced:
        raise NoTarget(
            f"{session.url} parece de producción: tiene {leads} leads y no está"
            " neutralizada. Use una copia, o WA_FORCE_PRODUCTION=1 si está seguro."
        )


def spanish_of(administrator: Administrator) -> str:
    """Code of a Spanish that is switched on."""
    rows = administrator.session.find(
        "res.lang", [("code", "=like", "es%")], ["code"], order="code"
    )
    if not rows:
        raise NoTarget("La base no tiene español activo: actívelo en Ajustes, Idiomas.")
    codes = [str(row["code"]) for row in rows]
    return "es_CO" if "es_CO" in codes else codes[0]


@dataclass
class Staff:
    """Whom a run has hired, and what it must take away."""

    administrator: Administrator
    run: str
    leftovers: list[str] = field(default_factory=list)
    teams: list[int] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    _employees: list[int] = field(default_factory=list)
    _users: list[int] = field(default_factory=list)

    def hire(self) -> tuple[Person, ...]:
        """A director, a supervisor and three advisers; no invitation is sent."""
        return tuple(self.hire_one(name, role) for name, role in NAMES.items())

    def hire_one(self, name: str, role: str, company_id: int = 0) -> Person:
        """Somebody with a role.

        :param company_id: where they work; 0 for the administrator's company.
        """
        login = f"{name.lower().replace(' ', '_')}_{self.run}_{len(self._users) + 1}"
        person = Person(login, secrets.token_urlsafe(12), f"{name} ({self.run})", role)
        own = {}
        if company_id:
            own = {"company_id": company_id, "company_ids": [[6, 0, [company_id]]]}
        self._make(person, own)
        return person

    def _make(self, person: Person, own: dict[str, Any]) -> None:
        session = self.administrator.session
        known = session.fields_of("res.users")
        groups = "group_ids" if "group_ids" in known else "groups_id"
        group = f"{MODULE}_group_{GROUPS[person.role]}"
        user_values = {
            "name": person.name,
            "login": person.login,
            "password": person.password,
            "email": f"{person.login}@example.invalid",
            "lang": spanish_of(self.administrator),
            **own,
            groups: [
                [4, self._id_of("base", "group_user"), 0],
                [4, self._id_of(MODULE, group), 0],
            ],
        }
        user_id = session.call(
            "res.users", "create", user_values, context={"no_reset_password": True}
        )
        self._users.append(int(user_id))
        values = {
            "name": person.name,
            "user_id": user_id,
            "rol_comercial": person.role,
        }
        if "company_id" in own:
            values["company_id"] = own["company_id"]
        self._employees.append(int(session.call("hr.employee", "create", values)))

    def _id_of(self, module: str, name: str) -> int:
        rows = self.administrator.session.find(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"]
        )
        return int(rows[0]["res_id"])

    def leave(self, lines: list[Line], lead_ids: list[int]) -> None:
        """Take lines, leads and people away; what cannot go is listed."""
        gateways = [line.gateway_id for line in lines]
        channels = self._search("discuss.channel", ("gateway_id", "in", gateways))
        linked = self._search("crm.lead", ("gateway_channel_ids", "in", channels))
        guests = self._search("mail.guest", ("gateway_id", "in", gateways))
        users = self.administrator.session.find(
            "res.users", [("id", "in", self._users)], ["partner_id"]
        )
        partners = [row["partner_id"][0] for row in users]
        self._remove("crm.lead", sorted({*linked, *lead_ids}))
        self._remove("discuss.channel", channels)
        self._remove("mail.gateway", gateways)
        self._remove("crm.team", self.teams)
        self._remove("mail.guest", guests)
        self._remove("mail.message", self._search("mail.message", self._own_subject))
        self._remove("hr.employee", self._employees)
        self._remove("res.users", self._users)
        self._remove("res.partner", [*self.contacts, *partners])
        self._remove("res.company", self.companies)

    @property
    def _own_subject(self) -> tuple[str, str, str]:
        return ("subject", "ilike", self.run)

    def _search(self, model: str, condition: tuple[str, str, object]) -> list[int]:
        found = self.administrator.session.call(
            model, "search", [condition], context={"active_test": False}
        )
        return list(found)

    def _remove(self, model: str, ids: list[int]) -> None:
        """Delete; else archive what can be archived; either way it is listed then."""
        call = self.administrator.session.call
        for record_id in ids:
            try:
                call(model, "unlink", [record_id])
            except OdooError as error:
                word = "quedó"
                if model in ARCHIVABLE:
                    call(model, "write", [record_id], {"active": False})
                    word = "quedó archivado"
                why = " ".join(error.message.split())
                self.leftovers.append(f"{model} {record_id} {word}: {why}")
