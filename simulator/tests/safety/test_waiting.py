"""A wait misses nothing that happens while it begins."""

import asyncio
from typing import Any

from wa_simulator.delivery.pump import Pump


def test_a_step_between_the_look_and_the_wait_is_not_missed() -> None:
    unused: Any = None

    async def wait() -> tuple[Any, float]:
        loop, pump = asyncio.get_running_loop(), Pump(unused, unused, unused)
        came: list[str] = []

        def happen() -> None:
            came.append("it")
            pump.wake()

        loop.call_soon(happen)
        start = loop.time()
        return await pump.until(lambda: came or None, 2.0), loop.time() - start

    found, took = asyncio.run(wait())
    assert found == ["it"]
    assert took < 1.0
