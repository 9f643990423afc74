"""What an administrator does: lines, the queue by hand, alerts."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from tests.drivers.odoo import Desk
from tests.drivers.people import ADVISER, Line, Person
from tests.drivers.records import QUEUE_FIELDS, QueueRow, moment, queue_row_of
from tests.drivers.rpc import Row
from tests.drivers.simulator import FakeMeta
from tests.drivers.waiting import wait_until

QUEUE = "whatsapp.message.queue"
MODULE = "crm_whatsapp_gateway"
VALID = "validate"
LINE_FIELDS = ["name", "webhook_key", "whatsapp_from_phone", "whatsapp_security_key"]
#: Waits between a message and its retries, in minutes.
WAITS = (1, 5, 15)


class Administrator(Desk):
    """The desk of an administrator: only for what needs one."""

    # Lines

    def opens_line(
        self,
        meta: FakeMeta,
        name: str,
        advisers: tuple[Person, ...],
        company_id: int = 0,
    ) -> Line:
        """Make a gateway with advisers of its own and connect it to the fake Meta.

        :param company_id: 0 for the administrator's own company.
        """
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
        if company_id:
            values["company_id"] = company_id
        gateway_id = int(self.session.call("mail.gateway", "create", values))
        return self.connects(meta, gateway_id, advisers)

    def connects(
        self, meta: FakeMeta, gateway_id: int, advisers: tuple[Person, ...]
    ) -> Line:
        """Give Meta the address and the word of a gateway: the handshake."""
        # Ready for the handshake, which makes it an integrated one.
        self.session.call("mail.gateway", "update_webhook", [gateway_id])
        row = self.session.read_one("mail.gateway", gateway_id, LINE_FIELDS)
        callback = f"{self.session.url}/gateway/whatsapp/{row['webhook_key']}/update"
        number = str(row["whatsapp_from_phone"])
        meta.connect(number, callback, str(row["whatsapp_security_key"]))
        return Line(gateway_id, str(row["name"]), number, callback, advisers)

    def line_of(
        self, meta: FakeMeta, phone_number_id: str, advisers: tuple[Person, ...]
    ) -> Line:
        """Connect the one gateway that has this number."""
        [gateway] = self.session.call(
            "mail.gateway", "search", [("whatsapp_from_phone", "=", phone_number_id)]
        )
        return self.connects(meta, int(gateway), advisers)

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

    def resumes(self, line: Line) -> None:
        """Let what a line withholds be tried now."""
        self.session.call("mail.gateway", "action_whatsapp_resume", [line.gateway_id])

    def withheld(self, line: Line) -> tuple[str, float]:
        """Why a line's messages are withheld, and for how many seconds from its last
        change on; `("", 0)` when they are not."""
        fields = ["whatsapp_hold_reason", "whatsapp_hold_until", "write_date"]
        row = self.session.read_one("mail.gateway", line.gateway_id, fields)
        until, since = moment(row["whatsapp_hold_until"]), moment(row["write_date"])
        if not (until and since):
            return "", 0.0
        return str(row["whatsapp_hold_reason"]), (until - since).total_seconds()

    def renews_token(self, line: Line, token: str) -> None:
        """Write the line's token once more."""
        values = {"token": token}
        self.session.call("mail.gateway", "write", [line.gateway_id], values)

    def imports_template(self, line: Line, name: str) -> None:
        """Take over Meta's templates, and offer one of them on leads."""
        call = self.session.call
        call("mail.gateway", "button_import_whatsapp_template", [line.gateway_id])
        [template] = call(
            "mail.whatsapp.template",
            "search",
            [("gateway_id", "=", line.gateway_id), ("template_name", "=", name)],
        )
        [model] = call("ir.model", "search", [("model", "=", "crm.lead")])
        call("mail.whatsapp.template", "write", [template], {"model_id": model})

    # People

    def has_module(self, name: str) -> bool:
        domain = [("name", "=", name), ("state", "=", "installed")]
        return bool(self.session.call("ir.module.module", "search_count", domain))

    def installs(self, name: str) -> None:
        """Install an addon from the list of apps, unless it is there."""
        if self.has_module(name):
            return
        call = self.session.call
        call("ir.module.module", "update_list")
        [module] = call("ir.module.module", "search", [("name", "=", name)])
        call("ir.module.module", "button_immediate_install", [module])

    def contact_of(self, person: Person) -> int:
        """The contact as whom somebody writes."""
        user = self.user_of(person)
        row = self.session.read_one("res.users", user, ["partner_id"])
        return int(row["partner_id"][0])

    def user_of(self, person: Person) -> int:
        [user] = self._user_ids((person,))
        return user

    def employee_of(self, person: Person) -> int:
        [employee] = self._employee_ids((person,))
        return employee

    def takes_day_off(self, employee: int) -> int:
        """An approved leave around today; its id."""
        call, today = self.session.call, datetime.now(UTC).date()
        fields = call("hr.leave.type", "fields_get", ["requires_allocation"], ["type"])
        freely: object = "no"
        if fields["requires_allocation"]["type"] == "boolean":
            freely = False
        kinds = call("hr.leave.type", "search", [("requires_allocation", "=", freely)])
        days = timedelta(days=3)
        values = {
            "employee_id": employee,
            "holiday_status_id": kinds[0],
            "request_date_from": f"{today - days}",
            "request_date_to": f"{today + days}",
        }
        leave = int(call("hr.leave", "create", values))
        for _ in ("manager", "officer"):
            if self.session.read_one("hr.leave", leave, ["state"])["state"] != VALID:
                call("hr.leave", "action_approve", [leave])
        return leave

    def sweeps(self) -> None:
        """Run the job that assigns the leads nobody could take, now."""
        rows = self.session.find(
            "ir.model.data",
            [("module", "=", MODULE), ("name", "=", "ir_cron_sweep")],
            ["res_id"],
        )
        self.session.call("ir.cron", "method_direct_trigger", [rows[0]["res_id"]])

    def modes(self) -> dict[str, str]:
        """How incoming and outgoing messages are worked."""
        prefix = f"{MODULE}."
        rows = self.session.find(
            "ir.config_parameter",
            [("key", "=like", f"{prefix}%_mode")],
            ["key", "value"],
        )
        return {row["key"].removeprefix(prefix): row["value"] for row in rows}

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

    def row_of(self, text: str, lines: list[Line]) -> QueueRow:
        """The one row with a text, of several lines."""
        gateways = [line.gateway_id for line in lines]
        rows = self.session.find(QUEUE, [("gateway_id", "in", gateways)], QUEUE_FIELDS)
        found = [queue_row_of(row) for row in rows if row["preview"] == text]
        assert len(found) == 1, f"esperado: una fila «{text}»; obtenido: {found}"
        return found[0]

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

    def exhausts(self, row: QueueRow) -> None:
        """Bring every retry of a row forward, until it is given up."""
        for failures in range(1, len(WAITS) + 1):
            self.after_failures(row, failures)
            self.brings_forward(row)
        self.after_failures(row, len(WAITS) + 1)

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
