"""A token that looks real is refused everywhere and found nowhere afterwards."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.config import ServeConfig
from wa_simulator.engine.journal import hide, looks_real
from wa_simulator.server import ThreadedServer

NUMBER = "100000000000001"
APP = "300000000000001"
REAL = "EAAGm0PX4ZCpsBAbq7zHdWnXk93SecretPartOfTheToken0123456789"
MARK = "SecretPartOfTheToken"
SHOWN = [
    "/journal", "/world", "/webhooks", "/webhooks/subscription", "/messages",
    "/customers", "/faults", "/snapshot", "/diagnosis", "/export/journal.jsonl",
]  # fmt: skip


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


CALLS: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", f"/v23.0/{NUMBER}", {"headers": bearer(REAL)}, 401),
    ("GET", f"/v23.0/{NUMBER}", {"headers": {"Authorization": f"OAuth {REAL}"}}, 401),
    ("GET", f"/v23.0/{NUMBER}?access_token={REAL}", {}, 401),
    ("POST", f"/v23.0/{NUMBER}/messages", {"headers": bearer(REAL), "json": {}}, 401),
    ("POST", f"/v23.0/{NUMBER}/media", {"headers": bearer(REAL), "data": b"x"}, 401),
    ("GET", f"/{REAL}", {"headers": bearer(REAL)}, 401),
    (
        "GET",
        f"/v23.0/debug_token?input_token={REAL}",
        {"headers": bearer("SIM-TOKEN")},
        0,
    ),
    (
        "GET",
        f"/oauth/access_token?grant_type=fb_exchange_token&client_id={APP}"
        f"&client_secret=sim-app-secret&fb_exchange_token={REAL}",
        {},
        0,
    ),
    (
        "POST",
        f"/v23.0/{NUMBER}/messages?access_token=SIM-TOKEN",
        {
            "json": {
                "messaging_product": "whatsapp",
                "to": "573012345678",
                "text": {"body": "x"},
                "access_token": REAL,
            }
        },
        0,
    ),
    (
        "POST",
        f"/v23.0/{NUMBER}",
        {
            "headers": bearer("SIM-TOKEN"),
            "json": {
                "webhook_configuration": {
                    "override_callback_uri": f"http://127.0.0.1:9/?t={REAL}",
                    "verify_token": REAL,
                }
            },
        },
        400,
    ),
    (
        "POST",
        "/_sim/webhooks/subscription",
        {"json": {"callback_url": f"http://127.0.0.1:9/{REAL}"}},
        400,
    ),
    (
        "POST",
        "/_sim/webhooks/subscription",
        {"json": {"callback_url": "http://127.0.0.1:9/", "verify_token": REAL}},
        400,
    ),
    ("POST", "/_sim/webhooks/raw", {"json": {"body": {"token": REAL}}}, 400),
    ("POST", "/_sim/webhooks/subscription", {"json": {"token": REAL}}, 400),
    ("PATCH", "/_sim/world", {"json": {"settings": {"media_base": REAL}}}, 400),
    ("GET", f"/_sim/customers/{REAL}", {}, 404),
]


@pytest.mark.parametrize(
    ("method", "path", "arguments", "status"),
    CALLS,
    ids=[f"{m} {p.partition('?')[0]} {n}" for n, (m, p, *_) in enumerate(CALLS)],
)
def test_real_tokens_leave_no_trace(
    sim: SimulatorClient,
    server: ThreadedServer,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    arguments: dict[str, Any],
    status: int,
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = requests.request(method, server.url + path, timeout=10, **arguments)
    if status:
        assert answer.status_code == status, answer.text
    assert MARK not in answer.text
    assert MARK not in str(answer.headers)
    for shown in SHOWN:
        assert MARK not in requests.get(f"{sim.url}/_sim{shown}", timeout=10).text
    assert MARK not in "".join(r.getMessage() for r in caplog.records if _ours(r))


def _ours(record: logging.LogRecord) -> bool:
    """The client's own debug lines name what it sends."""
    return not record.name.startswith(("urllib3", "asyncio", "httpcore", "httpx"))


def test_nothing_reaches_the_state_folder(tmp_path: Path) -> None:
    with ThreadedServer(ServeConfig(port=0, state_dir=tmp_path)) as server:
        for method, path, arguments, _ in CALLS:
            requests.request(method, server.url + path, timeout=10, **arguments)
    written = {p.name: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert written
    for name, content in written.items():
        assert MARK.encode() not in content, name


def test_what_is_refused_is_told_with_words(
    sim: SimulatorClient, server: ThreadedServer
) -> None:
    url = f"{server.url}/v23.0/{NUMBER}"
    error = requests.get(url, headers=bearer(REAL), timeout=5).json()["error"]
    assert "refuses tokens that look real" in error["message"]
    assert error["code"] == 190
    journal = json.dumps(sim.journal(), ensure_ascii=False)
    assert "EAA… (refused, not stored)" in journal


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (REAL, True),
        (f"https://x.test/?access_token={REAL}&a=1", True),
        (f'{{"t":"{REAL}"}}', True),
        # base64 holds the letters now and then: a message id must stay whole.
        ("wamid.HBgMNTczMDEyMzQ1Njc4FQIAEEAAabcdefghijklmnop==", False),
        ("EAA", False),
        ("EAAshort", False),
    ],
)
def test_what_is_hidden(text: str, hidden: bool) -> None:
    assert (hide(text) != text) is hidden
    assert MARK not in hide(text)
    assert looks_real(text) is (hidden or text.startswith("EAA"))


def test_the_worlds_own_secrets_are_shown_and_others_shortened(
    sim: SimulatorClient, server: ThreadedServer
) -> None:
    for token in ("SIM-TOKEN", "a-token-of-someone-else"):
        requests.get(f"{server.url}/{NUMBER}", headers=bearer(token), timeout=5)
    shown = [e["headers"]["authorization"] for e in sim.journal()]
    assert shown == ["Bearer SIM-TOKEN", "Bearer a-t…else"]


def test_pins_are_not_in_the_journal(
    sim: SimulatorClient, server: ThreadedServer
) -> None:
    requests.post(
        f"{server.url}/{NUMBER}/register",
        json={"messaging_product": "whatsapp", "pin": "739164"},
        headers=bearer("SIM-TOKEN"),
        timeout=5,
    )
    assert "739164" not in json.dumps(sim.journal())


def test_long_texts_are_cut_in_the_journal(
    sim: SimulatorClient, server: ThreadedServer
) -> None:
    body = {"text": {"body": "x" * 1_000_000}}
    requests.post(
        f"{server.url}/{NUMBER}/messages",
        json=body,
        headers=bearer("SIM-TOKEN"),
        timeout=5,
    )
    assert len(json.dumps(sim.journal())) < 400_000
