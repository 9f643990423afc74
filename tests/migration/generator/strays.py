"""Generation 2: each send left a message in a stray channel, and sometimes a twin."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from random import Random
from typing import Any

from .copying import Ids, copy_known
from .made import Gateway, Made
from .people import ADMIN, Person
from .shares import Shares

CHANNEL_COLUMNS = (
    "id name channel_type gateway_id gateway_channel_token active uuid company_id"
    " anonymous_name last_interest_dt create_uid write_uid create_date write_date"
).split()
MESSAGE_COLUMNS = (
    "id model res_id body message_type subtype_id author_id author_guest_id email_from"
    " message_id reply_to is_internal gateway_type date create_uid write_uid"
    " create_date write_date"
).split()
MEMBER_COLUMNS = (
    "channel_id partner_id new_message_separator create_uid write_uid create_date"
    " write_date last_interest_dt"
).split()
GUEST_COLUMNS = (
    "id name access_token gateway_id gateway_token create_uid write_uid create_date"
    " write_date"
).split()
ADMIN_PARTNER = 3
CHAT, GATEWAY = "chat", "gateway"


class Strays:
    """Collects channels and their messages; `write` puts them into the tables.

    OCA's modules must be installed.
    """

    def __init__(self, cr: Any, rng: Random, shares: Shares, made: Made) -> None:
        self._cr, self._rng, self._shares, self._made = cr, rng, shares, made
        self._channel_ids = Ids(cr, "discuss_channel")
        self._message_ids = Ids(cr, "mail_message")
        self._guest_ids = Ids(cr, "mail_guest")
        self._channels: dict[tuple[int, str, str], int] = {}
        self._channel_rows: list[tuple[Any, ...]] = []
        self._messages: list[tuple[Any, ...]] = []
        self._newest: dict[int, int] = {}
        self._guests: dict[tuple[int, str], int] = {}
        self._guest_rows: list[tuple[Any, ...]] = []
        cr.execute(
            "SELECT res_id FROM ir_model_data"
            " WHERE module = 'mail' AND name = 'mt_comment'"
        )
        self._subtype = cr.fetchone()[0]

    def sent(
        self, gateway: Gateway, person: Person, text: str, at: datetime
    ) -> tuple[str, bool]:
        """An outgoing message; its external id and whether its text stands there."""
        if self._rng.random() < self._shares.stray_message_gone:
            # The id of a message that was deleted: higher than any that is there.
            self._made.oddities["stray_message_gone"] += 1
            return str(2_000_000_000 + len(self._messages)), False
        twin = self._has_proper(person) and self._rng.random() < self._shares.twin
        first = twin and self._rng.random() < 0.5
        if first:
            self._twin(gateway, person, text, at)
        stray = self._channel(gateway, person, CHAT, at)
        message_id = self._say(stray, text, at, ADMIN_PARTNER, None)
        if twin and not first:
            self._twin(gateway, person, text, at)
        if self._rng.random() < self._shares.written_in_stray / 10:
            later = at + timedelta(minutes=5)
            self._say(stray, "Dicho sin el módulo", later, ADMIN_PARTNER, None)
            self._made.oddities["written_in_stray"] += 1
        return str(message_id), True

    def received(
        self, row_id: int, gateway: Gateway, person: Person, text: str, at: datetime
    ) -> tuple[str, bool]:
        """An incoming one: OCA's channel has it when the person has one."""
        there = self._has_proper(person)
        if there:
            channel = self._channel(gateway, person, GATEWAY, at)
            self._say(channel, text, at, None, self._guest(gateway, person, at))
            self._made.oddities["received_by_oca"] += 1
        return f"wamid.HBgN{row_id:024X}", there

    def _has_proper(self, person: Person) -> bool:
        # Decided by the number, so that a person stays with it.
        return int(person.number.key[-3:]) < self._shares.proper_channel * 1000

    def _twin(self, gateway: Gateway, person: Person, text: str, at: datetime) -> None:
        channel = self._channel(gateway, person, GATEWAY, at)
        self._say(channel, text, at + timedelta(seconds=1), ADMIN_PARTNER, None)
        self._made.oddities["twin"] += 1

    def _channel(
        self, gateway: Gateway, person: Person, kind: str, at: datetime
    ) -> int:
        place = (gateway.id, person.number.key, kind)
        if place not in self._channels:
            found = self._channels[place] = self._channel_ids.next()
            stray = kind == CHAT
            token = person.number.e164 if stray else person.number.wa_id
            unique = uuid.UUID(int=self._rng.getrandbits(128), version=4)
            self._channel_rows.append(
                (found, person.name, kind, gateway.id, token, True, unique, 1)
                + (person.name, at, ADMIN, ADMIN, at, at)
            )
            self._made.strays += stray
            self._made.proper_channels += not stray
        return self._channels[place]

    def _guest(self, gateway: Gateway, person: Person, at: datetime) -> int:
        place = (gateway.id, person.number.key)
        if place not in self._guests:
            found = self._guests[place] = self._guest_ids.next()
            token = person.number.wa_id
            secret = f"{self._rng.getrandbits(128):032x}"
            row = (found, person.name, secret, gateway.id, token, 1, 1, at, at)
            self._guest_rows.append(row)
        return self._guests[place]

    def _say(
        self,
        channel: int,
        text: str,
        at: datetime,
        partner: int | None,
        guest: int | None,
    ) -> int:
        found = self._message_ids.next()
        body = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")
        self._newest[channel] = found
        self._messages.append(
            (found, "discuss.channel", channel, f"<p>{body}</p>", "comment")
            + (self._subtype, partner, guest, None, f"<{found}.1769@odoo>", None)
            + (False, "whatsapp", at, ADMIN, ADMIN, at, at)
        )
        if partner:
            self._made.stray_messages += 1
        return found

    def _read_up_to(self, channel: int, kind: str) -> int:
        """Who writes has read; of OCA's conversations every third is unread."""
        if kind == GATEWAY and channel % 3 == 0:
            self._made.oddities["unread"] += 1
            return 0
        return self._newest[channel] + 1

    def write(self) -> None:
        """Put all into the tables."""
        cr = self._cr
        copy_known(cr, "mail_guest", GUEST_COLUMNS, self._guest_rows)
        copy_known(cr, "discuss_channel", CHANNEL_COLUMNS, self._channel_rows)
        copy_known(cr, "mail_message", MESSAGE_COLUMNS, self._messages)
        members = (
            (row[0], ADMIN_PARTNER, self._read_up_to(row[0], row[2]), ADMIN, ADMIN)
            + (row[-1], row[-1], row[-1])
            for row in self._channel_rows
        )
        copy_known(cr, "discuss_channel_member", MEMBER_COLUMNS, members)
        for ids in (self._channel_ids, self._message_ids, self._guest_ids):
            ids.close()
