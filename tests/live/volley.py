"""Requests that reach a server at the same instant."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.drivers.numbers import Number
from tests.drivers.people import Line
from tests.drivers.simulator import FakeMeta
from wa_simulator.delivery.wire import headers, serialise, sign

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Webhook:
    """A body as Meta writes it, and the headers that sign it."""

    body: bytes
    headers: dict[str, str]


def message_webhook(meta: FakeMeta, line: Line, number: Number, text: str) -> Webhook:
    """A customer's message as the simulator would deliver it.

    The simulator itself delivers one person's messages one after the other, as Meta
    does; here they are wanted at once.
    """
    meta.spoken.append(text)
    message: dict[str, Any] = {
        "from": number.wa_id,
        "id": f"wamid.{secrets.token_hex(20).upper()}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "573000000001",
            "phone_number_id": line.phone_number_id,
        },
        "contacts": [
            {"profile": {"name": "Camila Rojas"}, "wa_id": number.wa_id},
        ],
        "messages": [message],
    }
    entry = {
        "id": meta.world["waba_id"],
        "changes": [{"value": value, "field": "messages"}],
    }
    return signed(
        meta, serialise({"object": "whatsapp_business_account", "entry": [entry]})
    )


def signed(meta: FakeMeta, body: bytes) -> Webhook:
    """These bytes, whatever they are, with Meta's signature."""
    return Webhook(body, {**headers(), **sign(body, str(meta.world["app_secret"]))})


def post(url: str, webhook: Webhook) -> int:
    """Post one webhook; its HTTP answer."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", address.path, webhook.body, webhook.headers)
        return connection.getresponse().status
    finally:
        connection.close()


def break_off(url: str, webhook: Webhook) -> None:
    """Begin a request and hang up in the middle of its body."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.putrequest("POST", address.path)
        for name, value in webhook.headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(webhook.body)))
        connection.endheaders(webhook.body[: len(webhook.body) // 2])
    finally:
        connection.close()


def fire(url: str, webhooks: Sequence[Webhook]) -> list[int]:
    """Post all of them at once; their HTTP answers.

    Each request is sent but for its last byte, on a connection of its own: the server
    has them all open and can answer none. Then the last bytes go out, one right after
    the other, before any answer is read.
    """
    address = urlsplit(url)
    connections = [
        HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS) for _ in webhooks
    ]
    try:
        for connection, webhook in zip(connections, webhooks, strict=True):
            connection.putrequest("POST", address.path)
            for name, value in webhook.headers.items():
                connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(webhook.body)))
            connection.endheaders(webhook.body[:-1])
        for connection, webhook in zip(connections, webhooks, strict=True):
            connection.send(webhook.body[-1:])
        return [connection.getresponse().status for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def ask(url: str, **query: str) -> int:
    """A GET; its HTTP answer."""
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        pairs = "&".join(f"{key}={value}" for key, value in query.items())
        connection.request("GET", f"{address.path}?{pairs}")
        return connection.getresponse().status
    finally:
        connection.close()
