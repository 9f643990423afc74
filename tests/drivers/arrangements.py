"""What an administrator arranges for one scenario, and takes back after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.drivers.administration import Administrator
from tests.drivers.hiring import Staff
from tests.drivers.people import Line, Person

MODULE = "crm_whatsapp_gateway"


class Arrangements:
    """Pauses, teams, newcomers, companies: each with its way back.

    :param staff: hires people for a scenario.
    """

    def __init__(self, administrator: Administrator, staff: Staff) -> None:
        self._administrator = administrator
        self._staff = staff
        self._ways_back: list[Callable[[], Any]] = []

    def take_back(self) -> None:
        """Everything as it was, last thing first."""
        while self._ways_back:
            self._ways_back.pop()()

    def absent(self, person: Person) -> str:
        """An adviser takes no leads for now; `ausente` or `en pausa`.

        A day off where leaves are managed in Odoo, else the pause of WhatsApp.
        """
        session = self._administrator.session
        employee = self._administrator.employee_of(person)
        if self._administrator.has_module("hr_holidays"):
            leave = self._administrator.takes_day_off(employee)
            self._ways_back.append(
                lambda: session.call("hr.leave", "action_refuse", [leave])
            )
            return "ausente"
        self.paused(person)
        return "en pausa"

    def paused(self, person: Person) -> None:
        """An adviser takes no WhatsApp leads until he is asked again."""
        employee = self._administrator.employee_of(person)
        self._set("hr.employee", employee, "whatsapp_paused", True, False)

    def works_again(self, person: Person) -> None:
        employee = self._administrator.employee_of(person)
        self._administrator.session.call(
            "hr.employee", "write", [employee], {"whatsapp_paused": False}
        )

    def led_by(self, line: Line, leader: Person) -> None:
        """New leads of a line belong to a team that somebody leads."""
        call = self._administrator.session.call
        values = {
            "name": f"Equipo de {line.name}",
            "user_id": self._administrator.user_of(leader),
            "use_leads": True,
        }
        team = int(call("crm.team", "create", values))
        self._staff.teams.append(team)
        self._set("mail.gateway", line.gateway_id, "whatsapp_team_id", team, False)

    def newcomer(self, name: str, role: str, company_id: int = 0) -> Person:
        """Somebody who works here during this scenario only."""
        person = self._staff.hire_one(name, role, company_id)
        session = self._administrator.session
        user, employee = (
            self._administrator.user_of(person),
            self._administrator.employee_of(person),
        )
        off = {"active": False}
        self._ways_back.append(lambda: session.call("res.users", "write", [user], off))
        self._ways_back.append(
            lambda: session.call("hr.employee", "write", [employee], off)
        )
        return person

    def company(self, name: str) -> int:
        """A further company of the database."""
        session = self._administrator.session
        company = int(session.call("res.company", "create", {"name": name}))
        self._staff.companies.append(company)
        own = self._administrator.session.user_id
        # An administrator sets up what he may see.
        session.call("res.users", "write", [own], {"company_ids": [[4, company, 0]]})
        return company

    def _set(self, model: str, record: int, name: str, new: Any, former: Any) -> None:
        call = self._administrator.session.call
        call(model, "write", [record], {name: new})
        self._ways_back.append(lambda: call(model, "write", [record], {name: former}))
