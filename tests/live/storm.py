"""A storm of webhooks, drawn by seed: what is sent, and what must come of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from tests.drivers.people import Line
from tests.drivers.simulator import FakeMeta
from tests.live.volley import Webhook, signed

#: Larger than anything Meta sends.
HUGE_BYTES = 3 * 1024 * 1024 + 1
STATUSES = ("sent", "delivered", "read")
#: Forms under which one person's wa_id comes, by country.
FORMS = {
    "CO": ("57{tail}",),
    "BR": ("55119{short}", "5511{short}"),
    "MX": ("521{tail}", "52{tail}"),
    "AR": ("549{tail}", "54{tail}"),
}


@dataclass(frozen=True)
class Shot:
    """A webhook, and how it must be answered; None for one that breaks off."""

    webhook: Webhook
    answer: int | None


@dataclass
class Customer:
    """A person and all that was written, in this order."""

    forms: tuple[str, ...]
    #: Messages of one who is not in order reach Odoo in any order.
    in_order: bool
    texts: dict[str, str] = field(default_factory=dict)


@dataclass
class Storm:
    """Lanes of webhooks: each is posted in its order, all at the same time.

    :ivar stored: journal keys (kind, external id, status) that must be there, by the
        state in which they must end
    """

    chance: Random
    meta: FakeMeta
    line: Line
    lanes: list[list[Shot]]
    customers: list[Customer] = field(default_factory=list)
    stored: dict[tuple[str, str, str], str] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))
    copies: list[tuple[list[Shot], Shot]] = field(default_factory=list)

    # People

    def people(self, how_many: int, webhooks: int) -> None:
        """Customers of all countries, their messages doubled, batched and racing."""
        for index in range(how_many):
            country = tuple(FORMS)[index % len(FORMS)]
            customer = self._customer(country, in_order=index % 3 > 0)
            lane = self.lanes[index % len(self.lanes)]
            for _ in range(self.chance.randint(1, 2 * webhooks - 1)):
                own = lane if customer.in_order else self.chance.choice(self.lanes)
                self._write(customer, own)
        self._repeat()

    def _customer(self, country: str, *, in_order: bool) -> Customer:
        tail = f"{self.chance.choice('123')}{self.chance.randrange(10**9):09}"
        short = f"{self.chance.choice('6789')}{self.chance.randrange(10**7):07}"
        if country == "CO":
            tail = f"31{self.chance.randrange(10**8):08}"
        forms = tuple(f.format(tail=tail, short=short) for f in FORMS[country])
        customer = Customer(forms, in_order)
        self.customers.append(customer)
        return customer

    def _write(self, customer: Customer, lane: list[Shot]) -> None:
        """A webhook of one to three messages, and its copies to be."""
        form = self.chance.choice(customer.forms)
        messages = []
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            text = f"Tormenta {next(self.numbers):04} de {customer.forms[0][-6:]}"
            wamid = self._wamid()
            customer.texts[wamid] = text
            self.meta.spoken.append(text)
            content = {"type": "text", "text": {"body": text}, "from": form}
            messages.append(self.message(customer, wamid, **content))
            self.stored["message", wamid, ""] = "done"
        shot = self.shot(messages, customer)
        lane.append(shot)
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            # In another lane a copy may overtake the message itself.
            other = lane if customer.in_order else self.chance.choice(self.lanes)
            self.copies.append((other, shot))

    def _repeat(self) -> None:
        """The same bytes once more, at any later moment of a lane."""
        for lane, shot in self.copies:
            first = lane.index(shot) + 1 if shot in lane else 0
            lane.insert(self.chance.randint(first, len(lane)), shot)

    def message(self, customer: Customer, wamid: str, **content: Any) -> dict[str, Any]:
        return {
            "from": self.chance.choice(customer.forms),
            "id": wamid,
            "timestamp": str(int(self.meta.now())),
            **content,
        }

    def _wamid(self) -> str:
        return f"wamid.{self.chance.randrange(16**30):030X}"

    def shot(self, messages: list[dict[str, Any]], customer: Customer) -> Shot:
        """A webhook of one change; answered with 200."""
        wa_id = messages[0]["from"]
        name = f"Cliente {customer.forms[0][-6:]}"
        contacts = [{"profile": {"name": name}, "wa_id": wa_id}]
        return self._good({"contacts": contacts, "messages": messages})

    def _good(self, value: dict[str, Any], phone_number_id: str = "") -> Shot:
        number = phone_number_id or self.line.phone_number_id
        metadata = {"display_phone_number": "573000000001", "phone_number_id": number}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        return Shot(signed(self.meta, envelope("messages", value)), 200)

    # Statuses

    def statuses(self, wamids: Iterable[str]) -> None:
        """Confirmations of our messages in any order, some of them twice."""
        for wamid in wamids:
            drawn = [*STATUSES, self.chance.choice(STATUSES)]
            self.chance.shuffle(drawn)
            for status in drawn:
                self._scatter(self._status(wamid, status))
                self.stored["status", wamid, status] = "done"

    def strange_statuses(self, how_many: int) -> None:
        """Confirmations of messages that nobody here has sent: they wait."""
        for _ in range(how_many):
            wamid = self._wamid()
            self._scatter(self._status(wamid, "delivered"))
            self.stored["status", wamid, "delivered"] = "pending"

    def _status(self, wamid: str, status: str) -> Shot:
        one = {
            "id": wamid,
            "status": status,
            "timestamp": str(int(self.meta.now())),
            "recipient_id": self.customers[0].forms[0],
        }
        return self._good({"statuses": [one]})

    def _scatter(self, shot: Shot) -> None:
        lane = self.chance.choice(self.lanes)
        lane.insert(self.chance.randint(0, len(lane)), shot)

    # What nobody wants

    def refuse(self) -> None:
        """Forged, broken, torn and huge bodies: refused, nothing is kept of them."""
        customer = Customer(("573990000000",), in_order=True)
        genuine = self.shot(
            [self.message(customer, self._wamid(), type="text")], customer
        )
        body, heads = genuine.webhook.body, genuine.webhook.headers
        forged = {**heads, "X-Hub-Signature-256": "sha256=" + "0" * 64}
        unsigned = {k: v for k, v in heads.items() if not k.startswith("X-Hub")}
        wrong: list[tuple[Webhook, int | None]] = [
            (Webhook(body, forged), 403),
            (Webhook(body + b" ", heads), 403),
            (Webhook(body, unsigned), 403),
            (signed(self.meta, body[: len(body) // 2]), 400),
            (signed(self.meta, b""), 400),
            (signed(self.meta, b"\xff\xfe{}"), 400),
            (signed(self.meta, b'{"entry": [NaN]}'), 400),
            (signed(self.meta, b'{"entry": {"0": 1}}'), 400),
            (signed(self.meta, b"[" * 100_000), 400),
            (signed(self.meta, b" " * HUGE_BYTES), 400),
            (Webhook(body, heads), None),
        ]
        for webhook, answer in wrong * 2:
            self._scatter(Shot(webhook, answer))

    def strange(self) -> Customer:
        """Well signed, and nothing like what is known: kept, and never a crash."""
        customer = self._customer("CO", in_order=True)
        lane = self.lanes[0]
        contents: list[dict[str, Any]] = [
            {"type": "text", "text": {"body": "con nulo \0 dentro"}},
            {"type": "text", "text": {"body": "medio emoji \ud83d solo"}},
            {"type": "hologram", "hologram": {"id": "1"}},
            {"type": "text"},
            {"type": "interactive", "interactive": None},
        ]
        for content in contents:
            wamid = self._wamid()
            self.stored["message", wamid, ""] = "done"
            customer.texts[wamid] = ""
            lane.append(self.shot([self.message(customer, wamid, **content)], customer))
        # Shapes that are no messages: one item each, under its hash.
        for value in ({"messages": ["x"]}, {"statuses": {"a": 1}}, {"contacts": [7]}):
            self._scatter(self._good(value))
        return customer

    def strangers(self, how_many: int) -> None:
        """Messages to a number that no gateway has: kept as failed."""
        customer = Customer(("573990000001",), in_order=True)
        for _ in range(how_many):
            wamid = self._wamid()
            message = self.message(customer, wamid, type="text", text={"body": "?"})
            self._scatter(self._good({"messages": [message]}, "199999999999999"))
            self.stored["message", wamid, ""] = "failed"

    # Judgement

    def expected_states(self) -> Counter[str]:
        """How many items of the journal must end how; the shapes aside."""
        return Counter(self.stored.values())


def envelope(name: str, value: dict[str, Any]) -> bytes:
    """As PHP writes JSON, but for what Meta would never write."""
    change = {"value": value, "field": name}
    entry = [{"id": "100000000000001", "changes": [change]}]
    body = {"object": "whatsapp_business_account", "entry": entry}
    return json.dumps(body, separators=(",", ":")).encode("ascii")
