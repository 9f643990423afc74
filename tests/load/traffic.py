"""Signed webhooks, posted as fast as they are answered, or at a given pace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from random import Random
from urllib.parse import urlsplit

from tests.load.places import Place
from wa_simulator.delivery.wire import headers, serialise, sign

TIMEOUT_SECONDS = 120
MOBILES = range(3_100_000_000, 3_200_000_000)


@dataclass(frozen=True)
class Letter:
    """A customer's message: its number among all of a run, and who wrote it."""

    mark: str
    wa_id: str


@dataclass(frozen=True)
class Posted:
    """When a letter was sent and when it was answered with 200, seconds."""

    mark: str
    sent: float
    answered: float


class Post:
    """Writes letters; each run has ids, people and words of its own."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._numbers = count(1)
        self._run = f"{chance.randrange(16**8):08x}"

    def people(self, how_many: int) -> list[str]:
        """wa_ids that nobody has used, in all likelihood."""
        return [f"57{self._chance.choice(MOBILES)}" for _ in range(how_many)]

    def letters(self, people: Iterable[str]) -> list[Letter]:
        """One letter of each, in this order."""
        return [Letter(f"{self._run}-{next(self._numbers):06}", who) for who in people]

    def body(self, place: Place, letter: Letter) -> bytes:
        """As Meta writes it."""
        message = {
            "from": letter.wa_id,
            "id": f"wamid.{letter.mark}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": f"Buenas, quiero una cotización. Pedido {letter.mark}."},
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "573000000001",
                "phone_number_id": place.phone_number_id,
            },
            "contacts": [
                {"profile": {"name": f"Cliente {letter.wa_id}"}, "wa_id": letter.wa_id}
            ],
            "messages": [message],
        }
        change = {"value": value, "field": "messages"}
        entry = [{"id": "100000000000001", "changes": [change]}]
        return serialise({"object": "whatsapp_business_account", "entry": entry})


class Refused(Exception):
    """A webhook was not answered with 200."""


def post(place: Place, mark: str, body: bytes, signature: dict[str, str]) -> Posted:
    """Post one webhook on a connection of its own."""
    address = urlsplit(place.callback_url)
    sent = time.monotonic()
    connection = HTTPConnection(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", address.path, body, {**headers(), **signature})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise Refused(f"{mark}: {answer.status}")
    return Posted(mark, sent, time.monotonic())


def _signed(
    place: Place, office: Post, letters: Sequence[Letter]
) -> list[Callable[[], Posted]]:
    calls = []
    for letter in letters:
        body = office.body(place, letter)
        signature = sign(body, place.app_secret)
        calls.append(lambda m=letter.mark, b=body, s=signature: post(place, m, b, s))
    return calls


def as_fast_as_answered(
    place: Place, office: Post, letters: Sequence[Letter], connections: int
) -> list[Posted]:
    """Each connection posts the next letter when its last one was answered."""
    calls = _signed(place, office, letters)
    with ThreadPoolExecutor(connections) as pool:
        return list(pool.map(lambda call: call(), calls))


def at_a_pace(
    place: Place, office: Post, letters: Sequence[Letter], per_second: float
) -> list[Posted]:
    """One letter after the other at a fixed pace, whatever the answers do."""
    calls = _signed(place, office, letters)
    start = time.monotonic()

    def wait_and_call(number: int) -> Posted:
        time.sleep(max(0.0, start + number / per_second - time.monotonic()))
        return calls[number]()

    with ThreadPoolExecutor(min(32, len(calls))) as pool:
        return list(pool.map(wait_and_call, range(len(calls))))
