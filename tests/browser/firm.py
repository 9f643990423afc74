"""Whom the screens are about: a line of the business, its adviser, its customers."""

from __future__ import annotations

from typing import Self

from tests.drivers.arrangements import Arrangements
from tests.drivers.numbers import NumberBook
from tests.drivers.odoo import Desk
from tests.drivers.office import Office
from tests.drivers.people import Person
from tests.drivers.records import Lead, QueueRow
from tests.drivers.simulator import FakeMeta
from tests.drivers.story import Story

HOUR = 3600
TEMPLATE = "recordatorio_visita"
TEMPLATE_TEXT = "Le recordamos su visita a la sala de ventas."


class Firm:
    """One adviser takes all leads of one line, so that a screen knows whose they are.

    :param mark: after each customer's name, so that on a lab that stays up they are
        not an earlier run's.
    """

    def __init__(self, story: Story, mark: str) -> None:
        self.story = story
        self.mark = mark
        self.office: Office = story.office
        self.meta: FakeMeta = story.meta
        self.line = story.line
        self.adviser = story.line.advisers[0]

    @classmethod
    def open(cls, office: Office, numbers: NumberBook) -> Self:
        adviser: Person = office.adviser("A")
        line = office.open_line("Pantallas", (adviser,))
        arrangements = Arrangements(office.administrator, office.hired)
        return cls(Story(office, line, numbers, arrangements), office.run[-4:])

    def close(self) -> None:
        """Meta is well again, what was arranged is taken back."""
        self.meta.troubles.end(self.line.phone_number_id)
        self.story.arranges.take_back()

    @property
    def desk(self) -> Desk:
        """The adviser's session, beside the browser."""
        return self.office.desk(self.adviser)

    def customer(self, first_name: str) -> str:
        """A customer's full name in this run; their confirmations come by hand."""
        name = f"{first_name} {self.mark}".strip()
        self.meta.confirms_nothing(self.story.number(name))
        return name

    def writes(self, first_name: str, text: str, hours_ago: float = 0) -> str:
        """Somebody new writes to the line; the name."""
        name = self.customer(first_name)
        at = self.meta.now() - hours_ago * HOUR
        self.story.sends(name, text, type="text", body=text, timestamp=at)
        # Its work is done in the background; an Inbox opened before would not show it.
        self.lead(name)
        return name

    def lead(self, name: str) -> Lead:
        return self.story.lead(name)

    def shown_number(self, name: str) -> str:
        """`+57 301 2345678`."""
        national = self.story.number(name).national
        return f"+57 {national[:3]} {national[3:]}"

    def answer(self, name: str, text: str) -> None:
        """The adviser writes, not on the screen; Meta has taken it."""
        self.story.answers(name, text)
        self.taken(text)

    def taken(self, text: str) -> None:
        """Wait until Meta has a text of ours."""
        self.meta.wait_text(self.line.phone_number_id, text)

    def confirm(self, text: str, status: str, code: int = 0) -> None:
        """Meta says how far one of our messages got."""
        why = {"code": code} if code else {}
        self.meta.confirms(self.line.phone_number_id, text, status, **why)

    def row_in(self, text: str, state: str) -> QueueRow:
        """The queue's row of a text, once it is in a state."""
        return self.story.row_once(text, state, lambda row: row.state == state)

    def has_template(self) -> None:
        """Meta has approved a template, and the administrator has fetched it."""
        self.meta.add_template(TEMPLATE, TEMPLATE_TEXT)
        self.office.administrator.imports_template(self.line, TEMPLATE)
