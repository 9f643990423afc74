"""Records of Odoo as the scenarios speak of them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.drivers.rpc import Row

TAG = re.compile(r"<[^>]+>")
BREAK = re.compile(r"<br\s*/?>|</p>\s*<p>")


@dataclass(frozen=True)
class Lead:
    """A lead, names in the reader's language."""

    id: int
    name: str
    number: str
    adviser: str
    adviser_id: int
    stage: str
    source: str
    source_id: int
    conversation_id: int
    #: False for a lost one.
    open: bool = True
    company_id: int = 0


@dataclass(frozen=True)
class Activity:
    """Something somebody has to do."""

    summary: str
    assigned_to: str


@dataclass(frozen=True)
class QueueRow:
    """A message on its way out; times in UTC."""

    id: int
    state: str
    text: str
    recipient: str
    retry_count: int
    failed_at: datetime | None
    next_retry: datetime | None
    whatsapp_state: str
    #: Why it failed or waits, and what to do.
    reason: str = ""

    @property
    def wait_seconds(self) -> float | None:
        """From the last failure to the next try."""
        if not (self.failed_at and self.next_retry):
            return None
        return (self.next_retry - self.failed_at).total_seconds()


@dataclass(frozen=True)
class SourceLock:
    """What happened when people tried to change a lead's source."""

    refused_to_adviser: bool = True
    kept: bool = True
    allowed_to_director: bool = True
    noted_in_chatter: bool = True
    set_back: bool = True


LEAD_FIELDS = [
    "name",
    "user_id",
    "stage_id",
    "source_id",
    "gateway_channel_id",
    "active",
    "company_id",
]
QUEUE_FIELDS = [
    "state",
    "preview",
    "recipient",
    "retry_count",
    "failed_at",
    "next_retry",
    "whatsapp_state",
    "error_message",
]


def lead_of(row: Row, number_field: str) -> Lead:
    """A row of `crm.lead`, read with `LEAD_FIELDS` and the number's field."""
    return Lead(
        id=row["id"],
        name=row["name"],
        number=row[number_field] or "",
        adviser=_name(row["user_id"]),
        adviser_id=_id(row["user_id"]),
        stage=_name(row["stage_id"]),
        source=_name(row["source_id"]),
        source_id=_id(row["source_id"]),
        conversation_id=_id(row["gateway_channel_id"]),
        open=row["active"],
        company_id=_id(row["company_id"]),
    )


def queue_row_of(row: Row) -> QueueRow:
    """A row of `whatsapp.message.queue`, read with `QUEUE_FIELDS`."""
    return QueueRow(
        id=row["id"],
        state=row["state"],
        text=row["preview"] or "",
        recipient=row["recipient"],
        retry_count=row["retry_count"],
        failed_at=moment(row["failed_at"]),
        next_retry=moment(row["next_retry"]),
        whatsapp_state=row["whatsapp_state"],
        reason=row["error_message"] or "",
    )


def plain(body: str) -> str:
    """The text of a message's body."""
    return html.unescape(TAG.sub("", BREAK.sub("\n", body or ""))).strip()


def moment(text: str | bool) -> datetime | None:
    """Odoo's time over RPC, which is UTC without saying so."""
    if not text:
        return None
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)


def _name(value: list[int | str] | bool) -> str:
    return str(value[1]) if isinstance(value, list) else ""


def _id(value: list[int | str] | bool) -> int:
    return int(value[0]) if isinstance(value, list) else 0
