"""The fake Meta in words of the business: customers write, Meta answers or fails."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

import httpx

from tests.drivers.numbers import Number
from tests.drivers.troubles import Troubles
from tests.drivers.waiting import wait_until
from wa_simulator.client import SimulatorClient

SECONDS = 30.0


@dataclass(frozen=True)
class Written:
    """A message of a customer, as Meta knows it."""

    number: Number
    text: str
    wamid: str
    #: Delivery of its webhook.
    webhook: str


@dataclass(frozen=True)
class SendCall:
    """One `POST /messages` that Meta saw."""

    to: str
    text: str
    authorization: str
    accepted: bool
    status: int | None
    kind: str = "text"
    #: wamid of the message it answers to.
    quoted: str = ""


class FakeMeta:
    """What a tester does at the simulator, and what it saw.

    :param chance: gives the ids of new lines.
    """

    def __init__(self, client: SimulatorClient, chance: Random) -> None:
        self._client = client
        self._chance = chance
        self.troubles = Troubles(client)
        self.world = client.world()
        self.url = client.url
        #: All that customers have written and desks have sent in this run.
        self.spoken: list[str] = []
        self.started = client.journal_seq()

    # Lines

    def add_line(self, name: str) -> str:
        """A further number of the business; its phone number id."""
        phone_number_id = f"1{self._chance.randrange(10**14):014}"
        display = f"57300{self._chance.randrange(10**7):07}"
        waba = str(self.world["waba_id"])
        self._client.add_number(phone_number_id, waba, display, name)
        return phone_number_id

    def add_template(self, name: str, text: str) -> None:
        """A template that Meta has approved, without variables."""
        self.spoken.append(text)
        self._client.add_template(name, "es", [{"type": "BODY", "text": text}])

    def connect(
        self, phone_number_id: str, callback_url: str, word: str | None = None
    ) -> None:
        """Send the line's webhooks there, after Meta's handshake.

        :param word: Meta's verify token; the world's own when not given
        """
        self._client.subscribe(callback_url, word, scope="number", id=phone_number_id)

    def takes(self, phone_number_id: str, number: Number, text: str) -> str:
        """Another program than this Odoo sends by a line; its wamid."""
        self.spoken.append(text)
        body = {
            "messaging_product": "whatsapp",
            "to": number.wa_id,
            "type": "text",
            "text": {"body": text},
        }
        with httpx.Client(trust_env=False, timeout=SECONDS) as client:
            answer = client.post(
                f"{self.url}/v23.0/{phone_number_id}/messages",
                json=body,
                headers={"Authorization": f"Bearer {self.world['token']}"},
            )
        answer.raise_for_status()
        return str(answer.json()["messages"][0]["id"])

    # Customers

    def writes(self, number: Number, phone_number_id: str, text: str) -> Written:
        """A customer writes to a line; the webhook has been tried when this returns."""
        return self.sends(number, phone_number_id, text, type="text", body=text)

    def sends(
        self,
        number: Number,
        phone_number_id: str,
        words: str,
        *,
        wait: bool = True,
        **content: Any,
    ) -> Written:
        """A customer sends anything.

        :param words: what the customer says, for the record.
        :param wait: until the webhook has been tried.
        :param content: `type`, its node, and what stands beside it.
        """
        self.spoken.append(words)
        answer = self._client.customer_message(
            number.wa_id, to=phone_number_id, wait=wait, **content
        )
        webhook = str(answer["webhooks"][0])
        return Written(number, words, str(answer["wamid"]), webhook)

    def file_of(self, written: Written) -> bytes:
        """The bytes of the file that a customer sent."""
        message = self._client.message(written.wamid)
        return self._client.media(str(message["payload"]["id"]))

    def now(self) -> float:
        """Meta's clock, seconds since 1970."""
        return float(self._client.clock()["now"])

    def knows_as(self, number: Number, name: str) -> None:
        """The name of a customer's profile; none when empty."""
        self._client.set_customer(number.wa_id, name=name)

    def hides_number(self, number: Number, *, hidden: bool = True) -> str:
        """A customer shows a business-scoped id only, or the number again; the id."""
        self._client.set_customer(number.wa_id, hides_phone=hidden)
        return str(self._client.customer(number.wa_id)["user_id"])

    def switches_phone_off(self, number: Number) -> None:
        """Messages get as far as Meta ("sent") and stay there."""
        self._client.set_customer(number.wa_id, presence="offline")

    def confirms_nothing(self, number: Number) -> None:
        """Confirmations come one by one, when a scenario says so."""
        self._client.set_customer(number.wa_id, presence="manual")

    def reads(self, number: Number) -> None:
        """A customer opens the chat."""
        self._client.customer_read(number.wa_id)

    def confirms(
        self, phone_number_id: str, text: str, status: str, **why: Any
    ) -> None:
        """A confirmation of one of our messages, possible or not at this moment.

        :param why: `code` of Meta's for `failed`.
        """
        wamid = self.wamid_of(phone_number_id, text)
        self._client.set_status(wamid, status, force=True, **why)

    def wamid_of(self, phone_number_id: str, text: str) -> str:
        """wamid of the one message with this text that a line has sent."""
        [found] = [
            message["wamid"]
            for message in self.accepted(phone_number_id)
            if message["text"] == text
        ]
        return str(found)

    def accepted(self, phone_number_id: str) -> list[dict[str, Any]]:
        """Messages of a line that Meta has taken, oldest first."""
        return self._client.messages(direction="outbound", number=phone_number_id)

    def answers_to(self, written: Written) -> list[int | None]:
        """HTTP answers that the webhook of a message had, in order."""
        record = self._client.webhook(written.webhook)
        return [attempt["status"] for attempt in record["attempts"]]

    def deliver_again(self, written: Written, times: int) -> list[int | None]:
        """The same bytes once more; all answers so far."""
        self._client.redeliver(written.webhook, times)
        return self.answers_to(written)

    # What Meta saw

    def send_calls(self, phone_number_id: str) -> list[SendCall]:
        """Every `POST /messages` for a line, oldest first, refused ones too."""
        path = f"/{phone_number_id}/messages"
        return [
            _send_call(entry)
            for entry in self._client.journal(since=self.started, kind="api")
            if entry["method"] == "POST" and entry["path"].endswith(path)
        ]

    def wait_send_calls(self, phone_number_id: str, count: int = 1) -> list[SendCall]:
        """The calls for a line, once there are at least so many."""
        return wait_until(
            f"{count} llamada(s) POST /{phone_number_id}/messages",
            lambda: self.send_calls(phone_number_id),
            lambda calls: len(calls) >= count,
            nearest=lambda: self.journal_tail(3),
        )

    def wait_text(self, phone_number_id: str, text: str) -> list[SendCall]:
        """Calls of a line with a text, once Meta has taken it."""
        return wait_until(
            f"«{text}» recibido por Meta",
            lambda: [
                call for call in self.send_calls(phone_number_id) if call.text == text
            ],
            lambda calls: any(call.accepted for call in calls),
            nearest=lambda: self.journal_tail(3),
        )

    def confirmations(self, phone_number_id: str) -> list[str]:
        """Statuses of a line's messages that Odoo has answered with 200, in order."""
        return [
            str(record["status"])
            for record in self._client.webhooks(state="delivered")
            if record["kind"] == "status" and record["number"] == phone_number_id
        ]

    def journal_tail(self, count: int = 12) -> list[str]:
        """The last entries of this run's journal, one line each."""
        entries = self._client.journal(since=self.started, allow_dropped=True)
        return [_in_one_line(entry) for entry in entries[-count:]]

    def close(self) -> None:
        self._client.close()


def _send_call(entry: dict[str, Any]) -> SendCall:
    request = entry["request"] or {}
    return SendCall(
        to=str(request.get("to") or request.get("recipient") or ""),
        text=str((request.get("text") or {}).get("body", "")),
        authorization=str(entry["headers"].get("authorization", "")),
        accepted=bool(entry["accepted"]),
        status=entry["status"],
        kind=str(request.get("type", "")),
        quoted=str((request.get("context") or {}).get("message_id", "")),
    )


def _in_one_line(entry: dict[str, Any]) -> str:
    if entry["kind"] == "api":
        what = f"{entry['method']} {entry['path']}"
    elif entry["kind"] == "webhook":
        what = f"{entry['what']} {entry['message_status'] or ''} -> {entry['url']}"
    else:
        what = str({k: v for k, v in entry.items() if k not in ("seq", "at", "kind")})
    error = entry.get("error") or entry.get("lost") or ""
    line = f"{entry['seq']:>5} {entry['kind']:<9} {what}"
    return f"{line} = {entry.get('status')} {error}".rstrip()
