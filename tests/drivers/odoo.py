"""What a person does and sees in Odoo, as that person.

A desk is one login. It never looks further than its user may: a step that names the
adviser asks the adviser's desk.
"""

from __future__ import annotations

from functools import cached_property

from tests.drivers.actions import Actions
from tests.drivers.composer import Composer
from tests.drivers.discuss import Discuss
from tests.drivers.numbers import Number
from tests.drivers.people import Line, Person
from tests.drivers.records import (
    LEAD_FIELDS,
    QUEUE_FIELDS,
    Activity,
    Lead,
    QueueRow,
    lead_of,
    plain,
    queue_row_of,
)
from tests.drivers.rpc import OdooError, OdooSession, Row
from tests.drivers.simulator import Written
from tests.drivers.waiting import wait_until

#: Lost leads count too: a second lead is a second lead.
WITH_LOST = {"active_test": False}
WORKED = ("done", "failed", "ignored")


class Desk:
    """A person's place in the CRM."""

    def __init__(self, person: Person, session: OdooSession) -> None:
        self.person = person
        self.session = session

    @cached_property
    def discuss(self) -> Discuss:
        """The conversations of this desk."""
        return Discuss(self.session)

    @cached_property
    def does(self) -> Actions:
        """The buttons of this desk."""
        return Actions(self.session)

    @cached_property
    def number_field(self) -> str:
        """Where a lead keeps a mobile: `mobile`, which 19.0 no longer has on leads."""
        known = self.session.fields_of("crm.lead")
        return "mobile" if "mobile" in known else "phone"

    # What came in

    def arrival_of(self, written: Written) -> str:
        """How the journal ended a customer's message: `done`, or what went wrong."""
        found = wait_until(
            f"el mensaje {written.wamid} trabajado por Odoo",
            lambda: self._journal_items(written.wamid),
            lambda rows: bool(rows) and all(row["state"] in WORKED for row in rows),
            nearest=lambda: self.session.find(
                "whatsapp.webhook.event",
                [],
                ["external_id", "state", "error"],
                limit=3,
                order="id desc",
            ),
        )
        [row] = found
        return row["state"] if row["state"] == "done" else f"{row}"

    def _journal_items(self, wamid: str) -> list[Row]:
        return self.session.find(
            "whatsapp.webhook.event",
            [("external_id", "=", wamid), ("kind", "=", "message")],
            ["state", "error"],
        )

    def arrivals_on(self, line: Line, count: int) -> list[str]:
        """How the journal ended every message of a line, once there are so many."""
        domain = [("gateway_id", "=", line.gateway_id), ("kind", "=", "message")]
        rows = wait_until(
            f"{count} mensajes de «{line.name}» trabajados por Odoo",
            lambda: self.session.find(
                "whatsapp.webhook.event", domain, ["state", "error"], order="id"
            ),
            lambda found: (
                len(found) >= count and all(row["state"] in WORKED for row in found)
            ),
        )
        return [row["state"] for row in rows]

    def confirmations_worked(self, line: Line) -> list[str]:
        """Statuses of a line's messages that Odoo has worked, oldest first."""
        rows = self.session.find(
            "whatsapp.webhook.event",
            [
                ("gateway_id", "=", line.gateway_id),
                ("kind", "=", "status"),
                ("state", "=", "done"),
            ],
            ["status"],
            order="id",
        )
        return [row["status"] for row in rows]

    def tokens_on(self, line: Line) -> list[str]:
        """`gateway_channel_token` of every conversation of a line, oldest first."""
        rows = self.session.find(
            "discuss.channel",
            [("gateway_id", "=", line.gateway_id)],
            ["gateway_channel_token"],
            order="id",
        )
        return [row["gateway_channel_token"] for row in rows]

    def conversations_on(self, line: Line) -> list[list[str]]:
        """What was said in each conversation of a line, oldest first."""
        rows = self.session.find(
            "discuss.channel",
            [("gateway_id", "=", line.gateway_id)],
            ["id"],
            order="id",
        )
        return [self.said_in("discuss.channel", row["id"]) for row in rows]

    # Leads

    def creates_lead(self, name: str, phone: str, contact: str = "") -> Lead:
        """Write down somebody's telephone, as it was told, and perhaps the name."""
        values = {"name": name, "phone": phone, "type": "lead"}
        if contact:
            values["contact_name"] = contact
        return self.lead(int(self.session.call("crm.lead", "create", values)))

    def lead(self, lead_id: int) -> Lead:
        """A lead as it is now."""
        fields = [*LEAD_FIELDS, self.number_field]
        row = self.session.read_one("crm.lead", lead_id, fields)
        return lead_of(row, self.number_field)

    def phone_of(self, lead: Lead) -> str:
        """The field "Phone" as it was written."""
        return str(self.session.read_one("crm.lead", lead.id, ["phone"])["phone"])

    def leads_of(self, number: Number, *ids: str) -> list[Lead]:
        """Every lead with a number, whatever its notation, oldest first.

        :param ids: further ids of the same person, which are no numbers.
        """
        tokens = [*number.wa_ids, *ids]
        rows = self.session.find(
            "crm.lead",
            [
                "|",
                ("phone_sanitized", "=", number.e164),
                ("gateway_channel_ids.gateway_channel_token", "in", tokens),
            ],
            [*LEAD_FIELDS, self.number_field],
            order="id",
            context=WITH_LOST,
        )
        return [lead_of(row, self.number_field) for row in rows]

    def assigned_lead_of(self, number: Number, *ids: str) -> Lead:
        """The one lead of a number, once somebody has it."""
        leads = wait_until(
            f"un lead asignado para {number.e164}",
            lambda: self.leads_of(number, *ids),
            lambda found: bool(found) and all(lead.adviser_id for lead in found),
            nearest=lambda: self.session.find(
                "whatsapp.assignment.log", [], ["lead_id", "explanation"], limit=2
            ),
        )
        assert len(leads) == 1, f"esperado: un lead; obtenido: {leads}"
        return leads[0]

    def activities_on(self, lead: Lead) -> list[Activity]:
        """What is to be done about a lead."""
        rows = self.session.find(
            "mail.activity",
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)],
            ["summary", "user_id"],
            order="id",
        )
        return [Activity(row["summary"] or "", row["user_id"][1]) for row in rows]

    def changes_source(self, lead: Lead, source_id: int) -> bool:
        """Try to give a lead another source; False when Odoo refuses it to us."""
        try:
            self.session.call("crm.lead", "write", [lead.id], {"source_id": source_id})
        except OdooError as error:
            if not error.refused:
                raise
            return False
        return True

    def another_source(self, lead: Lead) -> tuple[int, str]:
        """Any source that is not the lead's."""
        rows = self.session.find(
            "utm.source", [("id", "!=", lead.source_id)], ["name"], limit=1
        )
        assert rows, "esperado: otra fuente en la base; obtenido: ninguna"
        return rows[0]["id"], rows[0]["name"]

    # Messages

    def said_in(self, model: str, record_id: int) -> list[str]:
        """Texts of the messages of a conversation or a chatter, oldest first."""
        return [said.text for said in self.discuss.messages(model, record_id)]

    def chatter_of(self, lead: Lead) -> list[str]:
        """What was said in a lead's chatter, oldest first."""
        return self.said_in("crm.lead", lead.id)

    def changes_noted_on(self, lead: Lead) -> list[str]:
        """Changed values that a lead's chatter shows, as `old -> new`."""
        found = []
        for message in self.session.thread("crm.lead", lead.id)["mail.message"]:
            for change in message.get("trackingValues") or []:
                old, new = _shown(change["oldValue"]), _shown(change["newValue"])
                found.append(f"{old} -> {new}")
        return found

    def ticks_on(self, lead: Lead, text: str) -> list[str]:
        """WhatsApp's state of a message as the lead's chatter shows it."""
        store = self.session.thread("crm.lead", lead.id)
        wanted = {
            notification
            for message in store["mail.message"]
            if plain(_shown_body(message["body"])) == text
            for notification in message.get("notifications")
            or message.get("notification_ids")
            or []
        }
        return [
            str(notification["whatsapp_state"])
            for notification in store.get("mail.notification", [])
            if notification["id"] in wanted
        ]

    # Sending

    def opens_composer(self, lead: Lead) -> Composer:
        """Press "Enviar WhatsApp" on a lead."""
        action = self.session.call("crm.lead", "action_whatsapp_compose", [lead.id])
        return Composer(self.session, action)

    def outbox_of(self, lead: Lead) -> list[QueueRow]:
        """What is queued or was sent for a lead, oldest first."""
        rows = self.session.find(
            "whatsapp.message.queue",
            [("lead_id", "=", lead.id)],
            QUEUE_FIELDS,
            order="id",
        )
        return [queue_row_of(row) for row in rows]


def _shown(value: Row | str | bool) -> str:
    """18.0 wraps the value, 19.0 does not."""
    return str(value["value"] if isinstance(value, dict) else value)


def _shown_body(body: list[str] | str) -> str:
    """19.0 marks a body as safe HTML by a pair."""
    return str(body[1] if isinstance(body, list) else body)
