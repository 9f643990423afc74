"""Legacy rows written one by one, for tests that need this row and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg2 import sql

from tests.migration.bench import Database
from tests.migration.generator.copying import columns_of
from tests.migration.legacy import Leftover, make_tables

ADMIN = 2
META = "https://graph.facebook.com/v17.0/{}/messages"
BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC).replace(tzinfo=None)


class Hand:
    """Writes rows with what they must have; keywords are columns."""

    def __init__(self, cr: Any) -> None:
        self.cr = cr
        self._at = BEGAN

    def row(self, table: str, **values: Any) -> int:
        """Insert a row; columns that this series has not are left out."""
        there = columns_of(self.cr, table)
        known = {name: value for name, value in values.items() if name in there}
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, known)),
            sql.SQL(", ").join([sql.Placeholder()] * len(known)),
        )
        self.cr.execute(statement, list(known.values()))
        return int(self.cr.fetchone()[0])

    def tick(self) -> datetime:
        """The next moment, a minute later."""
        self._at += timedelta(minutes=1)
        return self._at

    def gateway(self, number: int = 1, **values: Any) -> int:
        defaults = {
            "name": f"Línea {number}",
            "provider": "whatsapp_business",
            "api_url": META.format(100000000000000 + number),
            "api_key": f"EAA-{number}",
            "api_secret": "s",
            "active": True,
            "create_date": BEGAN,
        }
        return self.row("whatsapp_gateway", **defaults | values)

    def mail_gateway(self, number: int = 1, **values: Any) -> int:
        defaults = {
            "name": f"OCA {number}",
            "token": f"EAA-oca-{number}",
            "gateway_type": "whatsapp",
            "webhook_key": f"clave-{number}",
            "whatsapp_from_phone": str(200000000000000 + number),
            "whatsapp_version": "23.0",
            "webhook_user_id": 1,
            "company_id": 1,
            "create_date": BEGAN,
        }
        return self.row("mail_gateway", **defaults | values)

    def template(self, name: str, message: str, **values: Any) -> int:
        defaults = {"template_type": "welcome", "active": True, "create_date": BEGAN}
        return self.row(
            "whatsapp_template", name=name, message=message, **defaults | values
        )

    def partner(self, name: str, **values: Any) -> int:
        defaults = {
            "complete_name": name,
            "type": "contact",
            "active": True,
            "lang": "es_CO",
            "partner_share": True,
            "color": 0,
        }
        return self.row("res_partner", name=name, **defaults | values)

    def lead(self, name: str, **values: Any) -> int:
        defaults = {
            "type": "opportunity",
            "active": True,
            "user_id": ADMIN,
            "company_id": 1,
            "priority": "1",
            "probability": 10,
            "create_date": BEGAN,
            "write_date": BEGAN,
        }
        return self.row("crm_lead", name=name, **defaults | values)

    def message(
        self, gateway: int, phone: str, text: str = "Hola", **values: Any
    ) -> int:
        at = values.pop("at", None) or self.tick()
        sent = values.get("direction", "outgoing") == "outgoing"
        defaults = {
            "name": "WhatsApp",
            "direction": "outgoing",
            "state": "sent",
            "create_uid": ADMIN,
            "create_date": at,
            "sent_date": at if sent else None,
        }
        return self.row(
            "whatsapp_message",
            gateway_id=gateway,
            phone=phone,
            message=text,
            **defaults | values,
        )

    def channel(self, gateway: int, token: str, kind: str = "gateway") -> int:
        return self.row(
            "discuss_channel",
            name=token,
            channel_type=kind,
            gateway_id=gateway,
            gateway_channel_token=token,
            active=True,
            uuid=f"uuid-{kind}-{token}",
            company_id=1,
            create_date=BEGAN,
            write_date=BEGAN,
        )

    def said(self, channel: int, body: str, at: datetime, **values: Any) -> int:
        """A message of a conversation of Discuss."""
        return self.row(
            "mail_message",
            model="discuss.channel",
            res_id=channel,
            body=body,
            message_type="comment",
            date=at,
            gateway_type="whatsapp",
            is_internal=False,
            **values,
        )

    def guest(self, gateway: int, token: str) -> int:
        return self.row(
            "mail_guest",
            name=token,
            access_token=f"secret-{token}",
            gateway_id=gateway,
            gateway_token=token,
        )

    def member(self, channel: int, separator: int = 0, **who: int) -> int:
        return self.row(
            "discuss_channel_member",
            channel_id=channel,
            new_message_separator=separator,
            create_date=BEGAN,
            last_interest_dt=BEGAN,
            **who,
        )


def written(
    database: Database,
    write: Callable[[Hand], Any],
    generation: int = 1,
    left: Leftover = Leftover.UNINSTALLED,
) -> Any:
    """Make the legacy tables and let `write` fill them; what it returns."""
    with database.cursor() as cr:
        make_tables(cr, generation, left)
        return write(Hand(cr))
