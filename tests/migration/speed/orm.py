"""The same work through Odoo's ORM, as a script written by hand would do it.

Runs in a process of its own, on a copy of the database, and takes everything back:

    python -m tests.migration.speed.orm CONF DATABASE ROWS

Prints {way: {"messages": n, "seconds": s}} as JSON. Two ways: `posted`, one
message_post after the other with everything turned off that would tell somebody;
`created`, the fastest the ORM can do, records made by the hundred without any of
message_post's logic.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import Any

import odoo
from odoo.modules.registry import Registry
from odoo.tools import config, plaintext2html

A_CREATE = 500
#: Nothing is sent, tracked or told: RULINGS of a migration hold here too.
SILENT = {
    "no_gateway_notification": True,
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_post_autofollow": False,
    "mail_notify_force_send": False,
}
#: Can be imported when Odoo knows where its addons are.
PHONE = "odoo.addons.crm_whatsapp_gateway.tools.phone"
STATUSES = {"failed": "exception", "sent": "pending"}
_ROWS = """
    SELECT message.id, message.gateway_id, message.phone, message.message AS text,
           message.direction, message.state, message.external_id,
           coalesce(message.sent_date, message.create_date) AS at
      FROM whatsapp_message message
      JOIN whatsapp_gateway gateway ON gateway.id = message.gateway_id
       AND gateway.provider = 'whatsapp_business'
     WHERE message.state <> 'draft'
     ORDER BY 8, 1
"""


class Way:
    """Gateways and conversations by ORM; what becomes of a row is the subclass's."""

    name = ""

    def __init__(self, env: Any) -> None:
        self.env = env
        self.phone = import_module(PHONE)
        self._gateways: dict[int, Any] = {}
        self._talks: dict[tuple[int, str], tuple[Any, Any]] = {}
        self._comment = env.ref("mail.mt_comment")

    def run(self, rows: Iterator[dict[str, Any]]) -> int:
        """Move the rows; number of messages made."""
        raise NotImplementedError

    def talk(self, row: dict[str, Any], number: str) -> tuple[Any, Any]:
        """(conversation, guest) of a row."""
        gateway = self._gateway(row["gateway_id"])
        key = gateway.id, self.phone.key_of(number)
        if key not in self._talks:
            values = {"name": number, "gateway_id": gateway.id, "gateway_token": number}
            guest = self.env["mail.guest"].create(values)
            channel = self.env["discuss.channel"].create(
                {
                    "name": number,
                    "channel_type": "gateway",
                    "gateway_id": gateway.id,
                    "gateway_channel_token": number,
                }
            )
            self.env["discuss.channel.member"].create(
                {"channel_id": channel.id, "guest_id": guest.id}
            )
            self._talks[key] = channel, guest
        return self._talks[key]

    def _gateway(self, legacy_id: int) -> Any:
        if legacy_id not in self._gateways:
            self._gateways[legacy_id] = self.env["mail.gateway"].create(
                {
                    "name": f"Legacy {legacy_id}",
                    "token": f"{self.name}-{legacy_id}",
                    "gateway_type": "whatsapp",
                    "whatsapp_from_phone": f"{self.name}-{legacy_id}",
                    "webhook_key": f"{self.name}-{legacy_id}",
                }
            )
        return self._gateways[legacy_id]

    def message(self, row: dict[str, Any], guest: Any) -> dict[str, Any]:
        """Values that both ways give a message."""
        incoming = row["direction"] == "incoming"
        return {
            "body": plaintext2html(row["text"]),
            "date": row["at"],
            "message_type": "comment",
            "author_id": False if incoming else self.env.user.partner_id.id,
            "author_guest_id": guest.id if incoming else False,
            "gateway_type": "whatsapp",
        }

    def notification(
        self, row: dict[str, Any], message: Any, channel: Any
    ) -> dict[str, Any]:
        return {
            "mail_message_id": message.id,
            "notification_type": "gateway",
            "notification_status": STATUSES.get(row["state"], "sent"),
            "gateway_type": "whatsapp",
            "gateway_channel_id": channel.id,
            "gateway_message_id": row["external_id"],
            "is_read": True,
        }


class Posted(Way):
    """One message_post a row."""

    name = "posted"

    def run(self, rows: Iterator[dict[str, Any]]) -> int:
        made = 0
        for row in rows:
            number = self.phone.to_e164(row["phone"], ["CO"])
            if not number:
                continue
            channel, guest = self.talk(row, number)
            values = self.message(row, guest)
            author_guest = values.pop("author_guest_id")
            message = channel.message_post(subtype_xmlid="mail.mt_comment", **values)
            if author_guest:
                message.write({"author_id": False, "author_guest_id": author_guest})
            else:
                found = self.notification(row, message, channel)
                self.env["mail.notification"].create(found)
            made += 1
        return made


class Created(Way):
    """Records by the hundred."""

    name = "created"

    def run(self, rows: Iterator[dict[str, Any]]) -> int:
        made = 0
        while part := list(islice(rows, A_CREATE)):
            made += self._part(part)
        return made

    def _part(self, part: list[dict[str, Any]]) -> int:
        todo, values = [], []
        for row in part:
            number = self.phone.to_e164(row["phone"], ["CO"])
            if not number:
                continue
            channel, guest = self.talk(row, number)
            todo.append((row, channel))
            values.append(
                {
                    **self.message(row, guest),
                    "model": "discuss.channel",
                    "res_id": channel.id,
                    "subtype_id": self._comment.id,
                    "message_id": f"<whatsapp-legacy-{row['id']}@orm>",
                }
            )
        messages = self.env["mail.message"].create(values)
        self.env["mail.notification"].create(
            [
                self.notification(row, message, channel)
                for (row, channel), message in zip(todo, messages, strict=True)
                if row["direction"] == "outgoing"
            ]
        )
        return len(messages)


def main(argv: list[str]) -> int:
    conf, database, rows = argv
    config.parse_config(["-c", conf, "-d", database])
    registry = Registry(database)
    found = {}
    for kind in (Posted, Created):
        with registry.cursor() as cr:
            env = odoo.api.Environment(cr, odoo.SUPERUSER_ID, SILENT)
            cr.execute(_ROWS + " LIMIT %s", [int(rows)])
            names = [column.name for column in cr.description]
            read = [dict(zip(names, row, strict=True)) for row in cr.fetchall()]
            begun = time.monotonic()
            made = kind(env).run(iter(read))
            env.flush_all()
            seconds = time.monotonic() - begun
            # The next way begins with the same database.
            cr.rollback()
        found[kind.name] = {"messages": made, "seconds": seconds}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
