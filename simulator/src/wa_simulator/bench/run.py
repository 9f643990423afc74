"""The measurement: messages accepted and their webhooks delivered, per second.

One server process, a receiver and a load generator beside it.  Each message brings
three signed webhooks (sent, delivered, read), one POST each; limits off, journal on.
An empty route of the same server is measured before and after.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import repeat
from typing import Any

import httpx

from ..client import SimulatorClient
from . import load

STATUSES = 3
EMPTY = "/_sim/empty"
#: Given up when no webhook came for so long, seconds.
PATIENCE = 15.0


@dataclass(frozen=True)
class Plan:
    """How much to send."""

    messages: int = 6000
    people: int = 400
    connections: int = 16
    empty: int = 10_000
    warm_up: int = 500


@dataclass(frozen=True)
class Result:
    """Rates per second."""

    delivered: float
    accepted: float
    batched: float
    empty: float
    messages: int
    webhooks: int
    checked: int

    @property
    def share(self) -> float:
        """Of the empty route."""
        return self.delivered / self.empty

    def lines(self) -> list[str]:
        """As words."""
        return [
            f"messages with their webhooks: {self.share:.1%} of the empty route, the "
            "figure to compare between machines",
            f"messages accepted, three signed webhooks each delivered, unbatched: "
            f"{self.delivered:,.0f}/s",
            f"  {self.messages:,} messages, {self.webhooks:,} webhooks, "
            f"{self.checked:,} signatures checked; answers came at "
            f"{self.accepted:,.0f}/s",
            f"the same with batches of up to 100: {self.batched:,.0f}/s",
            f"empty route of the same server: {self.empty:,.0f}/s",
        ]

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "share": self.share}


@contextmanager
def _process(*args: str) -> Iterator[str]:
    """Run a module of this package; gives its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"{args[0]} did not start")
        yield line.strip()
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _request(
    method: str, path: str, host: str, token: str = "", body: Any = None
) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


class Bench:
    """One run against one server."""

    def __init__(self, ready: dict[str, Any], receiver: int, plan: Plan) -> None:
        self._plan = plan
        self._host = f"127.0.0.1:{ready['port']}"
        self._port = int(ready["port"])
        self._receiver = f"http://127.0.0.1:{receiver}"
        self._ready = ready
        self._sim = SimulatorClient(str(ready["url"]))
        people = [f"57301{n:07d}" for n in range(plan.people)]
        for person in people:
            self._sim.set_customer(person, presence="reads")
        self._sim.subscribe(f"{self._receiver}/webhook")
        self._sends = [self._send(person) for person in people]

    def close(self) -> None:
        """Close the connection of the control API."""
        self._sim.close()

    def _send(self, person: str) -> bytes:
        body = {
            "messaging_product": "whatsapp",
            "to": person,
            "type": "text",
            "text": {"body": "Hola, gracias por escribirnos. Un asesor le responde."},
        }
        path = f"/v23.0/{self._ready['phone_number_id']}/messages"
        return _request("POST", path, self._host, self._ready["token"], body)

    def _load(self, requests: Iterator[bytes]) -> load.Load:
        done = load.run("127.0.0.1", self._port, requests, self._plan.connections)
        if set(done.statuses) - {200, 204}:
            raise RuntimeError(f"unexpected answers: {done.statuses}")
        return done

    def _count(self) -> dict[str, int]:
        with httpx.Client(trust_env=False) as client:
            return dict(client.get(f"{self._receiver}/count").json())

    def _messages(self, count: int) -> Iterator[bytes]:
        for number in range(count):
            yield self._sends[number % len(self._sends)]

    def deliver(self, count: int) -> tuple[float, float]:
        """Send; wait for all webhooks; (delivered, accepted) per second."""
        before = self._count()["items"]
        start = time.perf_counter()
        accepted = self._load(self._messages(count)).rate
        seen, changed = before, time.perf_counter()
        while seen < before + STATUSES * count:
            now = self._count()["items"]
            if now != seen:
                seen, changed = now, time.perf_counter()
            elif time.perf_counter() - changed > PATIENCE:
                raise RuntimeError(f"{seen - before} of {STATUSES * count} webhooks")
            time.sleep(0.005)
        return count / (changed - start), accepted

    def empty(self) -> float:
        """Answers per second of the empty route."""
        asked = _request("GET", EMPTY, self._host)
        return self._load(repeat(asked, self._plan.empty)).rate

    def run(self) -> Result:
        """Warm up, measure, measure the empty route around it."""
        self.deliver(self._plan.warm_up)
        first = self.empty()
        before = self._count()
        delivered, accepted = self.deliver(self._plan.messages)
        after = self._count()
        last = self.empty()
        self._sim.settings(batch_size=100)
        batched, _ = self.deliver(self._plan.messages)
        if after["wrong"]:
            raise RuntimeError(f"{after['wrong']} wrong signatures")
        return Result(
            delivered=delivered,
            accepted=accepted,
            batched=batched,
            empty=(first + last) / 2,
            messages=self._plan.messages,
            webhooks=after["posts"] - before["posts"],
            checked=after["checked"] - before["checked"],
        )


def bench(plan: Plan) -> Result:
    """Start what is needed, measure, stop it.  RuntimeError when it cannot."""
    with _process("wa_simulator.cli", "serve", "--port", "0") as line:
        ready = json.loads(line)
        with (
            _process("wa_simulator.bench.receiver", ready["app_secret"]) as port,
            closing(Bench(ready, int(port), plan)) as made,
        ):
            return made.run()
