"""The blocking and the awaited client: one description of each call."""

import asyncio
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from wa_simulator.client import AsyncSimulatorClient, SimulatorClient, WaitTimeout
from wa_simulator.client.client import AllCalls
from wa_simulator.client.request import Call

ANA = "573012345678"
CALLS = [
    name
    for owner in AllCalls.__mro__
    for name, value in vars(owner).items()
    if isinstance(value, Call)
]


def test_both_have_the_same_calls_with_the_same_parameters() -> None:
    blocking = SimulatorClient("http://127.0.0.1:9")
    awaited = AsyncSimulatorClient("http://127.0.0.1:9")
    assert len(CALLS) > 30
    for name in CALLS:
        one: Callable[..., Any] = getattr(blocking, name)
        two: Callable[..., Any] = getattr(awaited, name)
        assert inspect.getdoc(one), name
        assert inspect.signature(one) == inspect.signature(two)
    blocking.close()


def test_the_awaited_client_does_what_the_other_does(
    sim: SimulatorClient, server: Any
) -> None:
    async def work() -> tuple[Any, ...]:
        async with AsyncSimulatorClient(server.url) as other:
            assert await other.ready()
            written = await other.customer_message(ANA, body="hola")
            rows = await other.messages(direction="inbound", from_=ANA)
            waited = await other.wait_message(contains="hol")
            with pytest.raises(WaitTimeout, match="nearest"):
                await other.wait_message(timeout=0, contains="adios")
            return written, rows, waited

    written, rows, waited = asyncio.run(work())
    assert [row["wamid"] for row in rows] == [written["wamid"]]
    assert waited == sim.message(written["wamid"]) == rows[0]


def test_calls_of_the_awaited_client_run_at_once(
    sim: SimulatorClient, server: Any
) -> None:
    async def work() -> None:
        async with AsyncSimulatorClient(server.url) as other:
            waiting = asyncio.gather(*(
                other.wait_message(contains=f"n{count}.") for count in range(20)
            ))  # fmt: skip
            await asyncio.gather(*(
                other.customer_message(ANA, body=f"n{count}.") for count in range(20)
            ))  # fmt: skip
            assert len(await waiting) == 20

    asyncio.run(work())
    assert len(sim.messages()) == 20


class Recorder(AllCalls):
    """Gives the described call instead of making it."""

    def run(self, request: Any) -> Any:
        return request


def _described() -> set[tuple[str, str]]:
    found = set()
    for name in CALLS:
        bound = getattr(Recorder(), name)
        required = [
            parameter.name
            for parameter in inspect.signature(bound).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
            and parameter.name != "self"
        ]
        request = bound(**dict.fromkeys(required, "x"))
        found.add((request.method, f"/_sim{request.path}"))
    return found


def test_every_control_route_has_a_call(server: Any) -> None:
    """A new route without a call in the client is told here."""
    paths = requests.get(f"{server.url}/_sim/openapi.json", timeout=5).json()["paths"]
    described = _described()
    missing = []
    for path, methods in paths.items():
        shape = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path))
        for method in methods:
            known = any(
                method.upper() == called and re.fullmatch(shape, where)
                for called, where in described
            )
            if not known and (method, path) not in EXCUSED:
                missing.append((method, path))
    assert missing == []


#: Routes that a program does not call, or that have a method of their own.
EXCUSED = {
    ("get", "/_sim/readyz"),
    ("put", "/_sim/customers/{key}"),
}
