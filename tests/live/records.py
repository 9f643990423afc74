"""What a line's conversations, leads and journal hold, read once for many people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from tests.drivers.people import Line
from tests.drivers.records import plain
from tests.drivers.rpc import OdooSession, Row


class Records:
    """Everything of a line, as somebody sees it who may see all.

    Conversations and what was said are read once: look when all is settled.
    """

    def __init__(self, session: OdooSession, line: Line) -> None:
        self._session = session
        self._line = line

    def journal(self) -> list[Row]:
        """The items of the journal as they are now, oldest first."""
        return self._session.find(
            "whatsapp.webhook.event",
            [("gateway_id", "=", self._line.gateway_id)],
            ["kind", "external_id", "status", "state", "attempts", "error"],
            order="id",
        )

    def queue(self, fields: list[str]) -> list[Row]:
        """The rows of the queue as they are now, oldest first."""
        domain = [("gateway_id", "=", self._line.gateway_id)]
        return self._session.find("whatsapp.message.queue", domain, fields, order="id")

    def states_of(self, wamids: Iterable[str]) -> dict[str, str]:
        """What became of our messages on WhatsApp."""
        rows = self.queue(["wamid", "whatsapp_state"])
        found = {str(row["wamid"]): str(row["whatsapp_state"]) for row in rows}
        return {wamid: found[wamid] for wamid in wamids}

    @cached_property
    def _channels(self) -> list[Row]:
        return self._session.find(
            "discuss.channel",
            [("gateway_id", "=", self._line.gateway_id)],
            ["gateway_channel_token", "lead_id"],
            order="id",
        )

    def channels_of(self, forms: Iterable[str]) -> list[Row]:
        """Conversations under any form of a person's number."""
        own = set(forms)
        return [row for row in self._channels if row["gateway_channel_token"] in own]

    @cached_property
    def _leads(self) -> dict[int, list[int]]:
        rows = self._session.find(
            "crm.lead",
            [("gateway_channel_ids.gateway_id", "=", self._line.gateway_id)],
            ["gateway_channel_ids"],
            context={"active_test": False},
        )
        found: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            for channel in row["gateway_channel_ids"]:
                found[channel].append(row["id"])
        return found

    def leads_of(self, channel_id: int) -> list[int]:
        """Leads that have a conversation."""
        return self._leads[channel_id]

    @cached_property
    def _said(self) -> dict[tuple[str, int], list[str]]:
        ids = {
            "discuss.channel": [row["id"] for row in self._channels],
            "crm.lead": [lead for leads in self._leads.values() for lead in leads],
        }
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        for model, own in ids.items():
            domain = [
                ("model", "=", model),
                ("res_id", "in", own),
                ("message_type", "=", "comment"),
            ]
            fields = ["body", "res_id"]
            for row in self._session.find("mail.message", domain, fields, order="id"):
                found[model, row["res_id"]].append(plain(row["body"]))
        return found

    def said_in(self, model: str, record_id: int) -> list[str]:
        """Texts of the messages of a conversation or a chatter, oldest first."""
        return self._said[model, record_id]
