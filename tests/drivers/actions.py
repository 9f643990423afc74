"""The buttons a person presses in Odoo, as that person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.drivers.people import Line
from tests.drivers.records import Lead, QueueRow
from tests.drivers.rpc import OdooError, OdooSession

QUEUE = "whatsapp.message.queue"
#: What a person is shown as words, not as a crash.
IN_WORDS = ("UserError", "ValidationError", "AccessError", "RedirectWarning")


def refusal_of(action: Callable[[], Any]) -> str:
    """Odoo's words when it says no; empty when it does as told."""
    try:
        action()
    except OdooError as error:
        if error.kind.rpartition(".")[2] not in IN_WORDS:
            raise
        return error.message
    return ""


class Actions:
    """What one person does with leads, messages and conversations.

    :param session: of that person.
    """

    def __init__(self, session: OdooSession) -> None:
        self._session = session

    # Leads

    def loses(self, lead: Lead) -> None:
        """Mark a lead as lost."""
        self._session.call("crm.lead", "action_set_lost", [lead.id])

    def wins(self, lead: Lead) -> None:
        """Mark a lead as won."""
        self._session.call("crm.lead", "action_set_won", [lead.id])

    def keeps_contact(self, name: str, phone: str) -> int:
        """Write somebody into the address book; the contact's id."""
        values = {"name": name, "phone": phone}
        return int(self._session.call("res.partner", "create", values))

    def customer_of(self, lead: Lead) -> str:
        """Name of the contact a lead belongs to; empty without one."""
        row = self._session.read_one("crm.lead", lead.id, ["partner_id"])
        return str(row["partner_id"][1]) if row["partner_id"] else ""

    def advertisement_of(self, lead: Lead) -> str:
        """Headline of the advertisement that brought a lead."""
        fields = ["whatsapp_ad_headline"]
        return str(self._session.read_one("crm.lead", lead.id, fields)[fields[0]])

    def sets_source(self, lead: Lead, source_id: int) -> None:
        """Say that a lead came from elsewhere."""
        values = {"source_id": source_id}
        self._session.call("crm.lead", "write", [lead.id], values)

    def gives(self, lead: Lead, user_id: int) -> None:
        """Give a lead to somebody else."""
        self._session.call("crm.lead", "write", [lead.id], {"user_id": user_id})

    def sees_leads(self, line: Line) -> list[int]:
        """Leads of a line that this person sees, oldest first."""
        condition = ("gateway_channel_ids.gateway_id", "=", line.gateway_id)
        return list(self._session.call("crm.lead", "search", [condition], order="id"))

    def why_assigned(self, lead: Lead) -> list[str]:
        """The log's explanation of each decision about a lead, oldest first."""
        rows = self._session.find(
            "whatsapp.assignment.log",
            [("lead_id", "=", lead.id)],
            ["explanation"],
            order="id",
        )
        return [str(row["explanation"]) for row in rows]

    # Messages

    def retries(self, row: QueueRow) -> None:
        """ "Reintentar ahora"."""
        self._session.call(QUEUE, "action_retry_now", [row.id])

    def cancels(self, row: QueueRow) -> None:
        """ "Cancelar"."""
        self._session.call(QUEUE, "action_cancel", [row.id])

    def says_it_was_sent(self, row: QueueRow) -> None:
        """ "Sí se envió", of a message whose answer was lost."""
        self._session.call(QUEUE, "action_mark_sent", [row.id])

    # Conversations

    def allows_again(self, conversation_id: int) -> None:
        """A customer who asked not to be written to has agreed again."""
        call = self._session.call
        call("discuss.channel", "action_whatsapp_allow_again", [conversation_id])

    def lost_files(self, conversation_id: int) -> list[int]:
        """Files of a conversation that could not be fetched."""
        domain = [("channel_id", "=", conversation_id), ("state", "=", "failed")]
        return list(self._session.call("whatsapp.media", "search", domain))

    def fetches_again(self, files: list[int]) -> None:
        """ "Descargar de nuevo"."""
        self._session.call("whatsapp.media", "action_fetch_again", files)

    def can_read_secrets_of(self, line: Line) -> bool:
        """Whether Odoo shows this person the secrets of a line."""
        secrets = ["token", "webhook_secret", "webhook_key", "whatsapp_security_key"]
        return not refusal_of(
            lambda: self._session.read_one("mail.gateway", line.gateway_id, secrets)
        )
