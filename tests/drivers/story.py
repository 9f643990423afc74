"""What one scenario is about: its customers, its lines, what was said so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.drivers.actions import refusal_of
from tests.drivers.arrangements import Arrangements
from tests.drivers.numbers import Number, NumberBook
from tests.drivers.odoo import Desk
from tests.drivers.office import Office
from tests.drivers.people import Line, Person
from tests.drivers.records import Lead, QueueRow
from tests.drivers.simulator import FakeMeta, Written
from tests.drivers.waiting import wait_until

TEMPLATE_TEXT = "Le recordamos su visita a la sala de ventas."


@dataclass(frozen=True)
class Inbox:
    """What somebody sees of the scenario's lines, oldest first."""

    conversations: list[int]
    leads: list[int]


class Story:
    """Customers are known by the name that the scenario gives them.

    :param line: the line that customers write to when no other is named.
    :param numbers: gives each customer a number nobody has used.
    """

    def __init__(
        self,
        office: Office,
        line: Line,
        numbers: NumberBook,
        arrangements: Arrangements,
    ) -> None:
        self.office = office
        self.meta: FakeMeta = office.meta
        self.line = line
        self.numbers = numbers
        self.arranges = arrangements
        #: Further lines of the business, by name.
        self.lines: dict[str, Line] = {}
        #: Odoo's words, when it refused what was tried last.
        self.refusal = ""
        self._people: dict[str, Number] = {}
        #: Ids of customers that are no numbers.
        self._hidden: dict[str, str] = {}
        self._written: list[Written] = []
        #: Whom a text of ours was written to.
        self._answered: dict[str, str] = {}
        #: What a template says that a scenario needs.
        self.template_text = TEMPLATE_TEXT

    # Customers

    def number(self, name: str) -> Number:
        """A customer's number; the first time they get one."""
        if name not in self._people:
            self.moves(name, self.numbers.fresh())
            self.meta.knows_as(self._people[name], name)
        return self._people[name]

    def moves(self, name: str, number: Number) -> None:
        """A customer has this number from now on."""
        self._people[name] = number

    def hides(self, name: str) -> None:
        """A customer shows no number any more."""
        self._hidden[name] = self.meta.hides_number(self.number(name))

    def hidden_id(self, name: str) -> str:
        """How WhatsApp names a customer who shows no number."""
        return self._hidden[name]

    def says(self, name: str, text: str, line: Line | None = None) -> Written:
        """A customer writes words."""
        return self.sends(name, text, line, type="text", body=text)

    def sends(
        self, name: str, words: str, line: Line | None = None, **content: Any
    ) -> Written:
        """A customer sends anything, and Odoo works it to its end."""
        to = line or self.line
        written = self.meta.sends(
            self.number(name), to.phone_number_id, words, **content
        )
        self.arrived(written)
        return written

    def arrived(self, written: Written) -> None:
        """Wait until Odoo has worked a message, well."""
        # The administrator sees every company.
        ended = self.office.administrator.arrival_of(written)
        assert ended == "done", f"esperado: done; obtenido: {ended}"
        self._written.append(written)

    def last_of(self, name: str) -> Written:
        """What a customer wrote last."""
        number = self.number(name)
        return [one for one in self._written if one.number == number][-1]

    def last_written(self) -> Written:
        return self._written[-1]

    def name_of(self, number: Number) -> str:
        """The customer with a number."""
        [found] = [name for name, own in self._people.items() if own == number]
        return found

    def wrote(self, text: str) -> Written:
        """The customer's message with this text."""
        return [one for one in self._written if one.text == text][-1]

    # Leads

    def leads(self, name: str) -> list[Lead]:
        """Every lead of a customer, oldest first."""
        return self.office.director.leads_of(self.number(name), *self._ids(name))

    def lead(self, name: str) -> Lead:
        """The one lead of a customer, once somebody has it."""
        director = self.office.director
        return director.assigned_lead_of(self.number(name), *self._ids(name))

    def newest_lead(self, name: str) -> Lead:
        """The lead of a customer that was made last."""
        return self.leads(name)[-1]

    def _ids(self, name: str) -> tuple[str, ...]:
        return (self._hidden[name],) if name in self._hidden else ()

    def adviser(self, name: str) -> Desk:
        """The desk of the adviser who has a customer's lead."""
        return self.office.adviser_of(self.lead(name))

    def person(self, letter: str) -> Person:
        return self.office.adviser(letter)

    def inbox_of(self, desk: Desk) -> Inbox:
        """Conversations and leads that somebody sees."""
        lines = self.all_lines()
        return Inbox(
            [one for line in lines for one in desk.discuss.conversations(line)],
            [one for line in lines for one in desk.does.sees_leads(line)],
        )

    # Answers

    def answers(self, name: str, text: str) -> None:
        """The customer's adviser writes from the lead."""
        lead = self.lead(name)
        desk = self.office.adviser_of(lead)
        self._answered[text] = name
        self.office.answer_by(desk.opens_composer(lead), text)

    def name_answered(self, text: str) -> str:
        """The customer a text of ours was written to."""
        return self._answered[text]

    def lines_of(self, text: str) -> list[Line]:
        """Lines by which Meta has taken a text, once it has."""
        return wait_until(
            f"«{text}» recibido por Meta",
            lambda: [
                line
                for line in self.all_lines()
                if any(
                    message["text"] == text
                    for message in self.meta.accepted(line.phone_number_id)
                )
            ],
            nearest=lambda: self.row(text),
        )

    def all_confirmed(self) -> None:
        """Wait until Odoo has worked every confirmation that Meta has delivered."""
        line = self.line
        wanted = len(self.meta.confirmations(line.phone_number_id))
        wait_until(
            f"{wanted} confirmaciones trabajadas por Odoo",
            lambda: self.office.director.confirmations_worked(line),
            lambda found: len(found) >= wanted,
        )

    def tries(self, action: Callable[[], Any]) -> None:
        """Do something that Odoo may refuse; its words are kept."""
        self.refusal = refusal_of(action)

    def row(self, text: str) -> QueueRow:
        """The queue's row of one of our texts, as an administrator sees it."""
        return self.office.administrator.row_of(text, self.all_lines())

    def row_once(
        self, text: str, what: str, ready: Callable[[QueueRow], bool]
    ) -> QueueRow:
        """The row of a text, once it is as wanted."""
        return wait_until(f"el mensaje «{text}» {what}", lambda: self.row(text), ready)

    def all_lines(self) -> list[Line]:
        return [self.line, *self.lines.values()]

    def sent_texts(self, name: str) -> list[str]:
        """Texts that Meta has taken for a customer, oldest first."""
        number = self.number(name)
        return [
            str(message["text"])
            for line in self.all_lines()
            for message in self.meta.accepted(line.phone_number_id)
            if message["customer"] == number.wa_id
        ]
