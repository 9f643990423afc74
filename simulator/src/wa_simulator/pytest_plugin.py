"""pytest fixtures.  Imports are lazy: a pytest11 entry loads in every run.

``wa_simulator_config``  session: options; override it to freeze the clock…
``wa_simulator_server``  session: a server of this process, on free ports
``wa_simulator``         function: its client, after a reset to the first start
``wa_responses``         function: the same without a server or a socket;
                         ``requests`` ends in this process
``wa_inprocess``         function: as ``wa_responses`` for httpx and aiohttp; needs
                         no further library

All know assertions (``assert_sent``, ``assert_called``, ``assert_delivered``…).
A marker sets up the world of one test:

    @pytest.mark.wa(
        faults=[{"name": "outage", "when": {"times": 2}}, "latency"],
        customers={"573012345678": {"name": "Ana", "presence": "reads"}},
        clock="frozen", seed=7, realistic=True, strict=True,
        settings={"enforce_window": True},
    )

``strict``: a call that no assertion and no ``allow`` asked about fails the test;
``strict="advice"`` also one that passes and that a real Meta would dislike.
A test that names ``clock``, ``seed`` or ``realistic`` gets a simulator of its own;
with ``seed`` its ids are the same in every run.
A failing test that used a fixture shows the journal in its report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .config import ServeConfig
    from .expect import CheckedClient
    from .server import ThreadedServer
    from .wa_inprocess import WaInProcess
    from .wa_responses import WaResponses

FIXTURES = ("wa_simulator", "wa_responses", "wa_inprocess")
SHOWN = 40
MARKER = "wa"
#: Of the marker: those that need a simulator of their own, and the others.
OWN = ("clock", "seed", "realistic")
KNOWN = (*OWN, "faults", "customers", "settings", "strict")
#: The value of ``strict`` that fails a test for contract advice too.
ADVICE = "advice"
FIXED_NONCE = "00000000"


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest about the marker."""
    config.addinivalue_line(
        "markers",
        "wa(faults=, clock=, seed=, customers=, settings=, realistic=, strict=): "
        "the world of wa_simulator, wa_responses and wa_inprocess in this test",
    )


@pytest.fixture(scope="session")
def wa_simulator_config() -> ServeConfig:
    """Options of the session's server: free ports, real clock."""
    from .config import ServeConfig  # noqa: PLC0415

    return ServeConfig(port=0, tls_port=0)


@pytest.fixture(scope="session")
def wa_simulator_server(wa_simulator_config: ServeConfig) -> Iterator[ThreadedServer]:
    """One server per session (and per xdist worker)."""
    from .server import ThreadedServer  # noqa: PLC0415

    with ThreadedServer(wa_simulator_config) as server:
        yield server


@pytest.fixture
def wa_simulator(
    request: pytest.FixtureRequest, wa_simulator_config: ServeConfig
) -> Iterator[CheckedClient]:
    """A client of the session's server; the world is as at the first start."""
    from .expect import CheckedClient  # noqa: PLC0415

    options = _options(request)
    if _own_config(wa_simulator_config, options) is None:
        server: ThreadedServer = request.getfixturevalue("wa_simulator_server")
    else:
        server = request.getfixturevalue("_wa_own_server")
    token = wa_simulator_config.control_token
    with CheckedClient(server.url, token=token) as client:
        client.reset(everything=True)
        yield from _run(client, options)


@pytest.fixture
def _wa_own_server(
    request: pytest.FixtureRequest, wa_simulator_config: ServeConfig
) -> Iterator[ThreadedServer]:
    """A server for one test whose marker asks for another clock or seed."""
    from .server import ThreadedServer  # noqa: PLC0415

    config = _own_config(wa_simulator_config, _options(request))
    with ThreadedServer(config) as server:
        yield server


@pytest.fixture(scope="session")
def _wa_shared_responses(wa_simulator_config: ServeConfig) -> Iterator[WaResponses]:
    """The in-process simulator of the session."""
    from .wa_responses import WaResponses  # noqa: PLC0415

    shared = WaResponses(wa_simulator_config)
    yield shared
    shared.close()


@pytest.fixture
def wa_responses(
    request: pytest.FixtureRequest, wa_simulator_config: ServeConfig
) -> Iterator[WaResponses]:
    """``requests`` to Meta's hosts ends in a simulator of this process."""
    from .wa_responses import WaResponses  # noqa: PLC0415

    yield from _in_process(
        request, wa_simulator_config, WaResponses, "_wa_shared_responses"
    )


@pytest.fixture(scope="session")
def _wa_shared_inprocess(wa_simulator_config: ServeConfig) -> Iterator[WaInProcess]:
    """The in-process simulator of the session, without the library ``responses``."""
    from .wa_inprocess import WaInProcess  # noqa: PLC0415

    shared = WaInProcess(wa_simulator_config)
    yield shared
    shared.close()


@pytest.fixture
def wa_inprocess(
    request: pytest.FixtureRequest, wa_simulator_config: ServeConfig
) -> Iterator[WaInProcess]:
    """``httpx`` and ``aiohttp`` to Meta's hosts end in a simulator of this process."""
    from .wa_inprocess import WaInProcess  # noqa: PLC0415

    yield from _in_process(
        request, wa_simulator_config, WaInProcess, "_wa_shared_inprocess"
    )


def _in_process(
    request: pytest.FixtureRequest,
    base: ServeConfig,
    kind: type[WaInProcess],
    shared: str,
) -> Iterator[Any]:
    """The session's simulator after a reset, or one of the test's own."""
    options = _options(request)
    config = _own_config(base, options)
    if config is None:
        wa = request.getfixturevalue(shared)
        wa.reset(everything=True)
        wa.deliver_to(None)
    else:
        wa = kind(config)
    wa.start()
    try:
        yield from _run(wa, options)
    finally:
        if config is None:
            wa.stop()
        else:
            wa.close()


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the markers of a test say; the nearest one wins."""
    found: dict[str, Any] = {}
    for marker in request.node.iter_markers(MARKER):
        for key, value in marker.kwargs.items():
            found.setdefault(key, value)
        if marker.args:
            raise pytest.UsageError("pytest.mark.wa takes names only: wa(faults=…)")
    for key in found:
        if key not in KNOWN:
            from .engine.nearest import unknown  # noqa: PLC0415

            raise pytest.UsageError(f"pytest.mark.wa: {unknown('option', key, KNOWN)}")
    return found


def _own_config(base: ServeConfig, options: dict[str, Any]) -> ServeConfig | None:
    """The configuration of a test's own simulator; None when the session's will do."""
    own: dict[str, Any] = {key: options[key] for key in OWN if key in options}
    if "seed" in own:
        own["nonce"] = FIXED_NONCE
    changed = replace(base, **own)
    return None if changed == base else changed


def _run(client: Any, options: dict[str, Any]) -> Iterator[Any]:
    """Set the world up, run the test, judge it at its end if it is strict."""
    if options.get("settings"):
        client.settings(**options["settings"])
    for key, person in dict(options.get("customers") or {}).items():
        client.set_customer(key, **person)
    for fault in options.get("faults") or ():
        client.set_fault(**({"name": fault} if isinstance(fault, str) else fault))
    strict = options.get("strict", False)
    if strict not in (True, False, ADVICE):
        raise pytest.UsageError(
            f"pytest.mark.wa: strict: expected True, False or '{ADVICE}', got "
            f"{strict!r}"
        )
    client.begin(strict=strict)
    yield client
    client.clear_faults()
    if client.strict:
        client.assert_nothing_else()
    if client.strict == ADVICE:
        client.assert_no_advice()


def _line(entry: dict[str, Any]) -> str:
    kind = entry["kind"]
    words = {
        k: v for k, v in entry.items() if k not in ("seq", "at", "kind", "headers")
    }
    return f"{entry['seq']:>5} {kind:<9} {json.dumps(words, ensure_ascii=False)[:400]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Add the journal to the report of a failing test."""
    report = yield
    used = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed:
        for name in FIXTURES:
            if name in used:
                entries = used[name].journal(allow_dropped=True)[-SHOWN:]
                lines = [_line(entry) for entry in entries] or ["(empty)"]
                report.sections.append(
                    (f"{name.replace('_', '-')} journal", "\n".join(lines))
                )
    return report
