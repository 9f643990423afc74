"""The module that is left behind: what its users had said when its files were deleted.

Its tables and rows are made by SQL, since Odoo cannot load it beside the bridge.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.drivers.backstage import Backstage
from tests.drivers.numbers import Number
from tests.migration import legacy
from tests.migration.generator.copying import Ids, copy, copy_known

#: No id of a gateway of OCA's is as high: what a row means is beyond doubt.
FIRST_GATEWAY = 900_000
TWILIO = "https://api.twilio.com/2010-04-01/Accounts/AC0123456789"
META = "https://graph.facebook.com/v17.0/{}/messages"
# As the database keeps times: UTC, naive.
BEGAN = datetime(2025, 3, 3, 14, 0)  # noqa: DTZ001
MINUTE = timedelta(minutes=1)
ADMIN = 2
STATES = {"enviado": "sent", "entregado": "delivered", "leído": "read"}
UNDELIVERABLE = "(#131026) Message undeliverable"
GATEWAY_COLUMNS = "id name provider api_url api_key api_secret phone_number active"
MESSAGE_COLUMNS = (
    "id lead_id gateway_id create_uid write_uid name phone direction state external_id"
    " message error_message sent_date delivered_date read_date create_date write_date"
)
CHANNEL_COLUMNS = (
    "id name channel_type gateway_id gateway_channel_token active uuid company_id"
    " last_interest_dt create_uid write_uid create_date write_date"
)
POSTED_COLUMNS = (
    "id model res_id body message_type subtype_id author_id message_id is_internal"
    " gateway_type date create_uid write_uid create_date write_date"
)
#: Messages that a migration writes.
WRITTEN = "^<whatsapp-(legacy|lead|history)-"


@dataclass(frozen=True)
class Talk:
    """Whose messages follow.

    :param user, partner: ids of the adviser who wrote, and of their contact
    :param phone: as the old module kept the number
    """

    number: Number
    lead: int
    user: int
    partner: int
    phone: str


@dataclass(frozen=True)
class Kept:
    """A message that the old module kept.

    :param incoming: the customer wrote it
    :param state: in Spanish, of an outgoing one
    :param wamid: WhatsApp's id; empty for one of our own making
    """

    text: str
    incoming: bool
    state: str = "entregado"
    wamid: str = ""


class OldModule:
    """What the old module left in a lab's database.

    :param backstage: of that lab
    """

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self._generation = 0
        #: The column's meaning: id of a gateway of the old module, or of OCA.
        self._gateway = 0
        self._at = BEGAN

    # Its tables

    def is_there(self, generation: int) -> None:
        """Its tables, empty.

        :param generation: 1: sent by itself; 2: by a gateway of OCA's
        """
        self.goes()
        with self._backstage.cursor() as cr:
            legacy.make_tables(cr, generation)
        self._generation = generation

    def moved_to_oca(self, gateway_id: int) -> None:
        """The module was updated: from here on rows name a gateway of OCA's.

        The old rows stay as they were, so the foreign key could not be made.
        """
        with self._backstage.cursor() as cr:
            cr.execute(
                "ALTER TABLE whatsapp_message"
                " DROP CONSTRAINT whatsapp_message_gateway_id_fkey"
            )
        self._generation, self._gateway = 2, gateway_id

    def goes(self) -> None:
        """Take away its tables, what is known of their rows, and what they became.

        The next scenario's rows have the same ids again.
        """
        with self._backstage.cursor() as cr:
            cr.execute("SELECT to_regclass('whatsapp_message') IS NOT NULL")
            if cr.fetchone()[0]:
                legacy.drop_tables(cr)
            cr.execute("TRUNCATE whatsapp_migration_run CASCADE")
            cr.execute("DELETE FROM mail_message WHERE message_id ~ %s", [WRITTEN])

    # What is in them

    def sends_by_meta(self, phone_number_id: str, token: str, secret: str) -> None:
        """A gateway that called WhatsApp itself."""
        address = META.format(phone_number_id)
        values = ("Ventas", "whatsapp_business", address, token, secret, None)
        self._gateway = self._add_gateway(values)

    def sends_by_twilio(self, name: str) -> None:
        """A gateway that has no counterpart at Meta."""
        values = (name, "twilio", TWILIO, "AC0123456789", "secreto", "+14155238886")
        self._gateway = self._add_gateway(values)

    def sends_by_oca(self, gateway_id: int) -> None:
        """A gateway of OCA's, as generation 2 used it."""
        self._gateway = gateway_id

    @property
    def gateway(self) -> int:
        """Id of the gateway that sends now."""
        return self._gateway

    def _add_gateway(self, values: tuple[Any, ...]) -> int:
        with self._backstage.cursor() as cr:
            ids = Ids(cr, "whatsapp_gateway")
            ids.last = max(ids.last, FIRST_GATEWAY)
            found = ids.next()
            columns = GATEWAY_COLUMNS.split()
            copy(cr, "whatsapp_gateway", columns, [(found, *values, True)])
            ids.close()
        return found

    def keeps(self, talk: Talk, messages: list[Kept]) -> None:
        """Messages of one customer, a minute apart, oldest first."""
        times = [self._at + MINUTE * place for place in range(1, len(messages) + 1)]
        self._at = times[-1]
        with self._backstage.cursor() as cr:
            ids = Ids(cr, "whatsapp_message")
            external = self._external(cr, talk, messages, times)
            rows = [
                self._row(ids.next(), talk, *one)
                for one in zip(messages, external, times, strict=True)
            ]
            copy(cr, "whatsapp_message", MESSAGE_COLUMNS.split(), rows)
            ids.close()

    def _row(
        self, row_id: int, talk: Talk, message: Kept, external_id: str, at: datetime
    ) -> tuple[Any, ...]:
        user = talk.user
        state = STATES.get(message.state, "failed")
        error = UNDELIVERABLE if state == "failed" else None
        steps = {"sent": 1, "delivered": 2, "read": 3}.get(state, 0)
        if message.incoming:
            state, error, steps, user = "delivered", None, 0, ADMIN
        times = [at if place < steps else None for place in range(3)]
        return (
            *(row_id, talk.lead, self._gateway, user, user, "WhatsApp", talk.phone),
            *("incoming" if message.incoming else "outgoing", state, external_id),
            *(message.text, error, *times, at, at),
        )

    def _external(
        self, cr: Any, talk: Talk, messages: list[Kept], times: list[datetime]
    ) -> list[str]:
        """Generation 2 kept, of what it sent, the id of the message it had posted."""
        found = [message.wamid or _wamid() for message in messages]
        sent = [place for place, one in enumerate(messages) if not one.incoming]
        if self._generation == 2 and sent:
            posted = self._post(
                cr, talk, [(messages[place].text, times[place]) for place in sent]
            )
            for place, message_id in zip(sent, posted, strict=True):
                found[place] = str(message_id)
        return found

    def _post(self, cr: Any, talk: Talk, sent: list[tuple[str, datetime]]) -> list[int]:
        """A chat of its own beside OCA's conversation, with a plus in its number."""
        channels, messages = Ids(cr, "discuss_channel"), Ids(cr, "mail_message")
        cr.execute(
            "SELECT res_id FROM ir_model_data"
            " WHERE module = 'mail' AND name = 'mt_comment'"
        )
        subtype, channel = cr.fetchone()[0], channels.next()
        number, unique = talk.number.e164, str(uuid.uuid4())
        began = sent[0][1]
        row = (channel, number, "chat", self._gateway, number, True, unique, 1, began)
        rows = [(*row, ADMIN, ADMIN, began, began)]
        copy_known(cr, "discuss_channel", CHANNEL_COLUMNS.split(), rows)
        posted = [(messages.next(), text, at) for text, at in sent]
        rows = [
            (
                *(message, "discuss.channel", channel, f"<p>{text}</p>", "comment"),
                *(subtype, talk.partner, f"<{uuid.uuid4().hex}@odoo>", False),
                *("whatsapp", at, ADMIN, ADMIN, at, at),
            )
            for message, text, at in posted
        ]
        copy_known(cr, "mail_message", POSTED_COLUMNS.split(), rows)
        channels.close()
        messages.close()
        return [message for message, _, _ in posted]

    # What is known of it now

    def accounted_for(self) -> int:
        """Messages whose end the migration has written down."""
        with self._backstage.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM whatsapp_migration_item"
                " WHERE source_table = 'whatsapp_message'"
            )
            return int(cr.fetchone()[0])

    def texts(self) -> list[str]:
        """All that the old tables still hold, oldest first."""
        with self._backstage.cursor() as cr:
            cr.execute("SELECT message FROM whatsapp_message ORDER BY id")
            return [row[0] for row in cr.fetchall()]


def _wamid() -> str:
    return f"wamid.HBgM{uuid.uuid4().hex.upper()}"
