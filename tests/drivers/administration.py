"""What an administrator does: lines, the queue by hand, alerts."""

from __future__ import annotations

import secrets

from tests.drivers.odoo import Desk
from tests.drivers.people import ADVISER, Line, Person
from tests.drivers.records import QUEUE_FIELDS, QueueRow, moment, queue_row_of
from tests.drivers.rpc import Row
from tests.drivers.simulator import FakeMeta
from tests.drivers.waiting import wait_until

QUEUE = "whatsapp.message.queue"
MODULE = "crm_whatsapp_gateway"


class Administrator(Desk):
    """The desk of an administrator: only for what needs one."""

    # Lines

    def opens_line(
        self, meta: FakeMeta, name: str, advisers: tuple[Person, ...]
    ) -> Line:
        """Make a gateway with advisers of its own and connect it to the fake Meta."""
        phone_number_id = meta.add_line(name)
        key = secrets.token_urlsafe(16)
        values = {
            "name": name,
            "gateway_type": "whatsapp",
            "token": meta.world["token"],
            "whatsapp_from_phone": phone_number_id,
            "whatsapp_account_id": meta.world["waba_id"],
            "whatsapp_security_key": meta.world["verify_token"],
            "webhook_key": key,
            "webhook_secret": meta.world["app_secret"],
            "member_ids": [[6, 0, self._user_ids(advisers)]],
            "whatsapp_adviser_ids": [[6, 0, self._employee_ids(advisers)]],
        }
        gateway_id = int(self.session.call("mail.gateway", "create", values))
        # Ready for the handshake, which makes it an integrated one.
        self.session.call("mail.gateway", "update_webhook", [gateway_id])
        callback = f"{self.session.url}/gateway/whatsapp/{key}/update"
        meta.connect(phone_number_id, callback)
        return Line(gateway_id, name, phone_number_id, callback, advisers)

    def takes_turns_on(self, line: Line) -> list[str]:
        """Names of the advisers who take turns on a line and can, in order."""
        gateway = self.session.read_one(
            "mail.gateway", line.gateway_id, ["whatsapp_adviser_ids"]
        )
        rows = self.session.find(
            "hr.employee",
            [
                ("id", "in", gateway["whatsapp_adviser_ids"]),
                ("rol_comercial", "=", ADVISER),
                ("user_id.active", "=", True),
            ],
            ["name"],
            order="name, id",
        )
        return [row["name"] for row in rows]

    def _user_ids(self, people: tuple[Person, ...]) -> list[int]:
        logins = [person.login for person in people]
        return list(self.session.call("res.users", "search", [("login", "in", logins)]))

    def _employee_ids(self, people: tuple[Person, ...]) -> list[int]:
        users = self._user_ids(people)
        found = self.session.call("hr.employee", "search", [("user_id", "in", users)])
        assert len(found) == len(people), (
            f"esperado: un empleado por asesor ({[p.login for p in people]}); "
            f"obtenido: {len(found)}"
        )
        return list(found)

    # The queue

    def queued(self, row: QueueRow) -> QueueRow:
        """A row as it is now."""
        return queue_row_of(self.session.read_one(QUEUE, row.id, QUEUE_FIELDS))

    def after_failures(self, row: QueueRow, count: int) -> QueueRow:
        """A row, once so many of its calls have failed."""
        wait_until(
            f"{count} llamada(s) fallida(s) de la fila {row.id}",
            lambda: self._failures(row),
            lambda found: len(found) >= count,
            nearest=lambda: self.queued(row),
        )
        return self.queued(row)

    def _failures(self, row: QueueRow) -> list[Row]:
        return self.session.find(
            "whatsapp.message.queue.attempt",
            [("queue_id", "=", row.id), ("step", "=", "message")],
            ["outcome", "http_status", "date", "next_retry"],
            order="id",
        )

    def waits_noted(self, row: QueueRow) -> list[float]:
        """Seconds from each failed call to the retry it planned, in order."""
        found = []
        for attempt in self._failures(row):
            date, planned = moment(attempt["date"]), moment(attempt["next_retry"])
            if date and planned:
                found.append((planned - date).total_seconds())
        return found

    def brings_forward(self, row: QueueRow) -> None:
        """Make a row's next try due, and send what is due."""
        before = self.queued(row)
        assert before.failed_at, f"esperado: una fila que ya falló; obtenido: {before}"
        # A moment that has surely passed by Odoo's own clock.
        past = before.failed_at.strftime("%Y-%m-%d %H:%M:%S")
        self.session.call(QUEUE, "write", [row.id], {"next_retry": past})
        self.session.call(QUEUE, "process_due")

    # Alerts

    def alerts_about(self, line: Line) -> list[str]:
        """Subjects of the notices about a line that this administrator received."""
        user = self.session.read_one("res.users", self.session.user_id, ["partner_id"])
        rows = self.session.find(
            "mail.message",
            [
                ("notified_partner_ids", "in", [user["partner_id"][0]]),
                ("subject", "ilike", line.name),
            ],
            ["subject"],
            order="id",
        )
        return [row["subject"] for row in rows]
