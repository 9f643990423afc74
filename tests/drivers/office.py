"""Everybody who works with the CRM in a run, each with a session of their own."""

from __future__ import annotations

from tests.drivers.administration import Administrator
from tests.drivers.composer import Composer
from tests.drivers.hiring import Staff, require_fit
from tests.drivers.numbers import Number
from tests.drivers.odoo import Desk
from tests.drivers.people import ADVISER, DIRECTOR, SUPERVISOR, Line, Person
from tests.drivers.records import Lead, SourceLock
from tests.drivers.rpc import OdooSession
from tests.drivers.simulator import FakeMeta, Written
from tests.drivers.target import Target
from tests.drivers.waiting import wait_until

#: A line's name: more of a scenario's title would be cut in Odoo's lists.
TITLE = 40


class Office:
    """Desks by role. In a lab its people work here, elsewhere the run's own.

    :param run: short id of this run; names of what it makes bear it.
    """

    def __init__(self, target: Target, meta: FakeMeta, run: str) -> None:
        self.target = target
        self.meta = meta
        self.run = run
        self._desks: dict[str, Desk] = {}
        self._lines: list[Line] = []
        self._leads: list[int] = []
        self.administrator = Administrator(
            target.administrator, self._session(target.administrator)
        )
        #: Those of a run's own, and newcomers of single scenarios.
        self.hired = Staff(self.administrator, run)
        self._staff = target.staff

    def open(self) -> None:
        """See to it that there are a director, a supervisor and three advisers."""
        if self.target.is_lab:
            return
        require_fit(self.administrator, forced=self.target.forced)
        self._staff = self.hired.hire()

    # People

    @property
    def director(self) -> Desk:
        [person, *_] = [p for p in self._staff if p.role == DIRECTOR]
        return self.desk(person)

    @property
    def supervisor(self) -> Desk:
        [person, *_] = [p for p in self._staff if p.role == SUPERVISOR]
        return self.desk(person)

    @property
    def advisers(self) -> tuple[Person, ...]:
        """The advisers in the order of their turns."""
        found = [person for person in self._staff if person.role == ADVISER]
        return tuple(sorted(found, key=lambda person: person.name))

    def adviser(self, letter: str) -> Person:
        """Adviser A, B or C."""
        return self.advisers[ord(letter) - ord("A")]

    def desk(self, person: Person) -> Desk:
        """A person's desk; the first time they log in."""
        if person.login not in self._desks:
            self._desks[person.login] = Desk(person, self._session(person))
        return self._desks[person.login]

    def adviser_of(self, lead: Lead) -> Desk:
        """The desk of the adviser who has a lead."""
        for person in self.advisers:
            desk = self.desk(person)
            if desk.session.user_id == lead.adviser_id:
                return desk
        raise AssertionError(
            f"esperado: el lead {lead.id} con uno de"
            f" {[person.name for person in self.advisers]}; obtenido: «{lead.adviser}»"
        )

    def _session(self, person: Person) -> OdooSession:
        return OdooSession(
            self.target.odoo_url, self.target.database, person.login, person.password
        )

    # Business

    def open_line(
        self, title: str, advisers: tuple[Person, ...] = (), company_id: int = 0
    ) -> Line:
        """A WhatsApp number of its own for a scenario.

        :param advisers: who take turns; those of the office when there are none.
        """
        name = f"{title[:TITLE]} ({self.run}-{len(self._lines) + 1})"
        line = self.administrator.opens_line(
            self.meta, name, advisers or self.advisers, company_id
        )
        self._lines.append(line)
        return line

    def knows(self, number: Number) -> bool:
        """Whether anybody with this number is in Odoo already."""
        return bool(self.director.leads_of(number))

    def note_lead(self, lead: Lead) -> Lead:
        """Remember a lead that was made by hand, to take it away afterwards."""
        self._leads.append(lead.id)
        return lead

    def note_contact(self, partner_id: int) -> None:
        """Remember a contact that was made by hand, to take it away afterwards."""
        self.hired.contacts.append(partner_id)

    def write_in(self, number: Number, line: Line, text: str) -> Written:
        """A customer writes to a line, and Odoo works it to its end."""
        written = self.meta.writes(number, line.phone_number_id, text)
        ended = self.director.arrival_of(written)
        assert ended == "done", f"esperado: done; obtenido: {ended}"
        return written

    def answer_by(self, composer: Composer, text: str) -> None:
        """An adviser writes into an open wizard and sends."""
        self.meta.spoken.append(text)
        composer.send(text)

    def confirmed_state(
        self, line: Line, lead: Lead, text: str
    ) -> tuple[str, list[str]]:
        """State of an answer in the queue, and its ticks in the lead's chatter, once
        Odoo has worked a confirmation of Meta's."""
        wait_until(
            f"una confirmación de Meta trabajada por Odoo en «{line.name}»",
            lambda: self.director.confirmations_worked(line),
            nearest=lambda: self.meta.confirmations(line.phone_number_id),
        )
        adviser = self.adviser_of(lead)
        [row] = [row for row in adviser.outbox_of(lead) if row.text == text]
        return row.whatsapp_state, adviser.ticks_on(lead, text)

    def try_source_lock(self, lead: Lead) -> SourceLock:
        """The adviser tries to change a lead's source, then the director does."""
        adviser, director = self.adviser_of(lead), self.director
        other_id, other = director.another_source(lead)
        refused = not adviser.changes_source(lead, other_id)
        kept = director.lead(lead.id).source
        allowed = director.changes_source(lead, other_id)
        changed = director.lead(lead.id).source
        noted = f"{lead.source} -> {other}" in director.changes_noted_on(lead)
        director.changes_source(lead, lead.source_id)
        return SourceLock(
            refused_to_adviser=refused,
            kept=kept == lead.source,
            allowed_to_director=allowed and changed == other,
            noted_in_chatter=noted,
            set_back=director.lead(lead.id).source == lead.source,
        )

    def close(self) -> list[str]:
        """End of the run: what was hired goes; what could not go is returned.

        A lab's lines and leads stay, to be looked at.
        """
        left: list[str] = []
        if not self.target.is_lab:
            self.hired.leave(self._lines, self._leads)
            left = self.hired.leftovers
        for desk in (self.administrator, *self._desks.values()):
            desk.session.close()
        return left
