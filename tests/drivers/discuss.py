"""The conversations a person sees, and the chatter of leads."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tests.drivers.people import Line
from tests.drivers.records import plain
from tests.drivers.rpc import OdooSession, Row

CHANNEL = "discuss.channel"
COMMENT = ("message_type", "=", "comment")
FIELDS = [
    "body",
    "author_id",
    "author_guest_id",
    "parent_id",
    "attachment_ids",
    "message_type",
]


@dataclass(frozen=True)
class Said:
    """A message of a conversation or of a chatter."""

    id: int
    text: str
    author: str
    #: The message it answers to, 0 without one.
    quoted: int
    files: tuple[int, ...]


class Discuss:
    """What a person reads and writes in conversations.

    :param session: of that person.
    """

    def __init__(self, session: OdooSession) -> None:
        self._session = session

    def conversations(self, line: Line) -> list[int]:
        """Conversations of a line that this person sees, oldest first."""
        found = self._session.call(
            CHANNEL, "search", [("gateway_id", "=", line.gateway_id)], order="id"
        )
        return list(found)

    def token_of(self, conversation_id: int) -> str:
        """Under which id the customer of a conversation is written to."""
        row = self._session.read_one(
            CHANNEL, conversation_id, ["gateway_channel_token"]
        )
        return str(row["gateway_channel_token"])

    def members_of(self, conversation_id: int) -> set[str]:
        """Names of the users who take part in a conversation."""
        rows = self._session.find(
            "discuss.channel.member",
            [("channel_id", "=", conversation_id), ("partner_id", "!=", False)],
            ["partner_id"],
        )
        return {str(row["partner_id"][1]).split(", ")[-1] for row in rows}

    def messages(self, model: str, record_id: int) -> list[Said]:
        """What people said, oldest first."""
        return [said for said, kind in self._all(model, record_id) if kind == "comment"]

    def remarks(self, model: str, record_id: int) -> list[str]:
        """What the system noted, oldest first."""
        found = self._all(model, record_id)
        return [said.text for said, kind in found if kind != "comment"]

    def _all(self, model: str, record_id: int) -> list[tuple[Said, str]]:
        rows = self._session.find(
            "mail.message",
            [("model", "=", model), ("res_id", "=", record_id)],
            FIELDS,
            order="id",
        )
        return [(_said(row), str(row["message_type"])) for row in rows]

    def states_in(self, conversation_id: int) -> dict[int, str]:
        """WhatsApp's state of each message of ours, by the message's id, as the
        browser gets it to draw the ticks."""
        data = self._session.route(
            "/discuss/channel/messages", channel_id=conversation_id
        )["data"]
        # 18.0 names the notifications on the message, 19.0 the message on each.
        messages = {
            notification: message["id"]
            for message in data.get("mail.message", [])
            for notification in message.get("notifications", [])
        }
        return {
            _message_id(one.get("mail_message_id") or messages[one["id"]]): str(
                one["whatsapp_state"]
            )
            for one in data.get("mail.notification", [])
            if one.get("whatsapp_state")
        }

    def unread_in(self, conversation_id: int) -> int:
        """What this person's sidebar counts as unread in a conversation."""
        partner = self._session.read_one(
            "res.users", self._session.user_id, ["partner_id"]
        )["partner_id"][0]
        rows = self._session.find(
            "discuss.channel.member",
            [("channel_id", "=", conversation_id), ("partner_id", "=", partner)],
            ["message_unread_counter"],
        )
        return sum(int(row["message_unread_counter"]) for row in rows)

    def reactions_on(self, lead_id: int) -> dict[str, list[str]]:
        """Emojis on the messages of a lead's chatter, by the message's text."""
        store = self._session.thread("crm.lead", lead_id)
        groups = store.get("MessageReactions", [])
        found: dict[str, list[str]] = {}
        for message in store["mail.message"]:
            emojis = [
                str(group["content"])
                for group in groups
                if _message_of(group) == message["id"]
            ]
            if emojis:
                body = message["body"]
                text = plain(body[1] if isinstance(body, list) else body)
                found[text] = emojis
        return found

    def file_names(self, conversation_id: int) -> list[str]:
        """Names of the files in a conversation, in the order of its messages."""
        ids = [
            file
            for message in self.messages(CHANNEL, conversation_id)
            for file in message.files
        ]
        rows = self._session.call("ir.attachment", "read", ids, ["name"])
        return [str(row["name"]) for row in rows]

    def download(self, file_id: int) -> bytes:
        """A file, as the browser fetches it."""
        return self._session.download(f"/web/content/{file_id}")

    def writes(
        self,
        conversation_id: int,
        text: str,
        quoted: int = 0,
        files: tuple[int, ...] = (),
    ) -> None:
        """Write into a conversation, as the composer of Discuss does."""
        post: Row = {
            "body": text,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
            "attachment_ids": list(files),
        }
        if quoted:
            post["parent_id"] = quoted
        self._session.route(
            "/mail/message/post",
            thread_model=CHANNEL,
            thread_id=conversation_id,
            post_data=post,
        )

    def attaches(self, name: str, content: bytes) -> int:
        """A file for the next message, as the composer keeps it until that is sent."""
        values = {
            "name": name,
            "datas": base64.b64encode(content).decode(),
            "res_model": "mail.compose.message",
            "res_id": 0,
        }
        return int(self._session.call("ir.attachment", "create", values))


def _message_id(value: Row | int) -> int:
    return int(value["id"] if isinstance(value, dict) else value)


def _message_of(group: Row) -> int:
    message = group["message"]
    return int(message["id"] if isinstance(message, dict) else message)


def _said(row: Row) -> Said:
    author = row["author_id"] or row["author_guest_id"] or [0, ""]
    return Said(
        id=row["id"],
        text=plain(row["body"]),
        author=str(author[1]),
        quoted=int(row["parent_id"][0]) if row["parent_id"] else 0,
        files=tuple(row["attachment_ids"]),
    )
