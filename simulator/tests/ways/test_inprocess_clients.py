"""The in-process simulator behind httpx and aiohttp; nothing leaves the process."""

import asyncio
import importlib
import json
import socket
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
import httpx
import pytest
import requests

from wa_simulator.wa_inprocess import WaInProcess

NUMBER = "https://graph.facebook.com/v24.0/100000000000001"
AUTH = {"Authorization": "Bearer SIM-TOKEN"}
ANA = "573012345678"
BODY = {
    "messaging_product": "whatsapp",
    "to": ANA,
    "type": "text",
    "text": {"body": "hola"},
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(3000)
MESSAGES = f"{NUMBER}/messages"


@pytest.fixture
def wa() -> Iterator[WaInProcess]:
    with WaInProcess() as made:
        yield made


# httpx: by patching, and by a transport of its own


def test_httpx_is_patched(wa: WaInProcess) -> None:
    answer = httpx.post(MESSAGES, json=BODY, headers=AUTH)
    assert answer.status_code == 200
    assert wa.assert_sent(to=ANA)["wamid"] == answer.json()["messages"][0]["id"]


def test_a_client_that_was_made_before_is_patched_too() -> None:
    with httpx.Client(headers=AUTH) as client, WaInProcess():
        assert client.post(MESSAGES, json=BODY).status_code == 200


def test_httpx_async_is_patched(wa: WaInProcess) -> None:
    async def go() -> list[int]:
        async with httpx.AsyncClient(headers=AUTH) as client:
            answers = await asyncio.gather(
                *(client.post(MESSAGES, json=BODY) for _ in range(20))
            )
        return [answer.status_code for answer in answers]

    assert asyncio.run(go()) == [200] * 20
    assert len(wa.messages()) == 20


def test_a_transport_without_patching() -> None:
    with WaInProcess(patch=False) as wa:
        with httpx.Client(transport=wa.httpx_transport(), headers=AUTH) as client:
            assert client.post(MESSAGES, json=BODY).status_code == 200
        assert wa.assert_sent(to=ANA)

        async def go() -> int:
            transport = wa.httpx_transport()
            async with httpx.AsyncClient(transport=transport, headers=AUTH) as client:
                return (await client.post(MESSAGES, json=BODY)).status_code

        assert asyncio.run(go()) == 200
        assert len(wa.messages()) == 2


def test_httpx_uploads_and_downloads(wa: WaInProcess) -> None:
    with httpx.Client(headers=AUTH) as client:
        files = {"file": ("a.png", PNG, "image/png")}
        data = {"messaging_product": "whatsapp"}
        media = client.post(f"{NUMBER}/media", data=data, files=files).json()["id"]
        url = client.get(f"https://graph.facebook.com/v24.0/{media}").json()["url"]
        assert url.startswith("https://lookaside.fbsbx.com/")
        with client.stream("GET", url) as answer:
            assert b"".join(answer.iter_bytes(700)) == PNG
        assert client.head(url).content == b""


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("refuse", httpx.ConnectError),
        ("reset", httpx.ReadError),
        ("hang", httpx.ReadTimeout),
    ],
)
@pytest.mark.parametrize("phase", ["before", "after"])
def test_httpx_lost_answers(
    wa: WaInProcess, mode: str, kind: type[Exception], phase: str
) -> None:
    if (mode, phase) == ("refuse", "after"):
        return
    wa.set_fault("outage", params={"mode": mode}, phase=phase, when={"times": 2})
    with pytest.raises(kind):
        httpx.post(MESSAGES, json=BODY, headers=AUTH)

    async def go() -> None:
        async with httpx.AsyncClient() as client:
            await client.post(MESSAGES, json=BODY, headers=AUTH)

    with pytest.raises(kind):
        asyncio.run(go())
    assert len(wa.messages()) == 2 * (phase == "after")
    assert httpx.post(MESSAGES, json=BODY, headers=AUTH).status_code == 200


def test_httpx_half_an_answer(wa: WaInProcess) -> None:
    wa.set_fault("truncated_body")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        httpx.post(MESSAGES, json=BODY, headers=AUTH)


# aiohttp


async def post(session: aiohttp.ClientSession) -> int:
    async with session.post(MESSAGES, json=BODY, headers=AUTH) as answer:
        await answer.json()
        return answer.status


def test_aiohttp_is_patched(wa: WaInProcess) -> None:
    async def go() -> list[int]:
        async with aiohttp.ClientSession() as session:
            return await asyncio.gather(*(post(session) for _ in range(20)))

    assert asyncio.run(go()) == [200] * 20
    assert len(wa.messages()) == 20


def test_an_aiohttp_connector_without_patching() -> None:
    async def go(wa: WaInProcess) -> int:
        async with aiohttp.ClientSession(connector=wa.aiohttp_connector()) as session:
            return await post(session)

    with WaInProcess(patch=False) as wa:
        assert asyncio.run(go(wa)) == 200
        assert wa.assert_sent(to=ANA)


def test_aiohttp_uploads_and_downloads(wa: WaInProcess) -> None:
    async def go() -> bytes:
        async with aiohttp.ClientSession(headers=AUTH) as session:
            form = aiohttp.FormData({"messaging_product": "whatsapp"})
            form.add_field("file", PNG, filename="a.png", content_type="image/png")
            async with session.post(f"{NUMBER}/media", data=form) as made:
                media = (await made.json())["id"]
            async with session.get(f"https://graph.facebook.com/v24.0/{media}") as one:
                url = (await one.json())["url"]
            async with session.get(url) as answer:
                return await answer.read()

    assert asyncio.run(go()) == PNG


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("refuse", aiohttp.ClientConnectorError),
        ("reset", aiohttp.ClientConnectionError),
        ("hang", TimeoutError),
    ],
)
def test_aiohttp_lost_answers(
    wa: WaInProcess, mode: str, kind: type[Exception]
) -> None:
    wa.set_fault("outage", params={"mode": mode}, when={"times": 1})

    async def go() -> int:
        limit = aiohttp.ClientTimeout(total=0.3)
        async with aiohttp.ClientSession(timeout=limit) as session:
            with pytest.raises(kind):
                await post(session)
            wa.clear_faults()
            return await post(session)

    assert asyncio.run(go()) == 200


# What would leave


def leave_by_httpx(url: str) -> None:
    httpx.get(url)


def leave_by_async_httpx(url: str) -> None:
    async def go() -> None:
        async with httpx.AsyncClient() as client:
            await client.get(url)

    asyncio.run(go())


def leave_by_aiohttp(url: str) -> None:
    async def go() -> None:
        async with aiohttp.ClientSession() as session, session.get(url):
            pass

    asyncio.run(go())


def leave_by_requests(url: str) -> None:
    requests.get(url, timeout=5)


@pytest.mark.parametrize(
    ("leave", "kind"),
    [
        (leave_by_httpx, httpx.ConnectError),
        (leave_by_async_httpx, httpx.ConnectError),
        (leave_by_aiohttp, aiohttp.ClientConnectorError),
        (leave_by_requests, requests.ConnectionError),
    ],
)
def test_another_host_raises_and_says_so(
    wa: WaInProcess, leave: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=r"example\.com"):
        leave("https://example.com/x")
    if leave is not leave_by_requests:
        with pytest.raises(kind, match="would leave this process"):
            leave("https://example.com/x")
        (entry, *_) = wa.journal(kind="refused")
        assert (entry["host"], entry["path"]) == ("example.com", "/x")


def test_a_client_that_is_not_simulated_raises_too(wa: WaInProcess) -> None:
    with pytest.raises(OSError, match="would leave this process"):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            MESSAGES, timeout=5
        )
    assert wa.journal(kind="refused")[0]["host"] == "graph.facebook.com"


def test_requests_without_its_library_do_not_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "responses", None)
    monkeypatch.setenv("NO_PROXY", "*")
    with WaInProcess() as wa:
        with pytest.raises(requests.ConnectionError, match="would leave this process"):
            requests.post(MESSAGES, json=BODY, headers=AUTH, timeout=5)
        assert httpx.post(MESSAGES, json=BODY, headers=AUTH).status_code == 200
        assert len(wa.messages()) == 1


def test_loopback_passes(wa: WaInProcess, receiver: Any) -> None:
    """A test's own server is reached by every client."""
    receiver.status = lambda count: 200
    assert httpx.post(receiver.url, json={}).status_code == 200

    async def go() -> tuple[int, int]:
        async with httpx.AsyncClient() as client:
            first = (await client.post(receiver.url, json={})).status_code
        async with (
            aiohttp.ClientSession() as session,
            session.post(receiver.url, json={}) as answer,
        ):
            return first, answer.status

    assert asyncio.run(go()) == (200, 200)


def test_the_world_is_open_again_afterwards() -> None:
    before = (
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
        aiohttp.TCPConnector._create_connection,
        socket.getaddrinfo,
        requests.Session.send,
    )
    with WaInProcess() as wa:
        assert httpx.HTTPTransport.handle_request is not before[0]
        wa.start()
    after = (
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
        aiohttp.TCPConnector._create_connection,
        socket.getaddrinfo,
        requests.Session.send,
    )
    assert after == before


def test_it_needs_none_of_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("aiohttp", "responses", "requests"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in [n for n in sys.modules if n.startswith("wa_simulator.inprocess")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "wa_simulator.wa_inprocess")
    fresh = importlib.import_module("wa_simulator.wa_inprocess").WaInProcess
    with fresh() as wa:
        assert httpx.post(MESSAGES, json=BODY, headers=AUTH).status_code == 200
        with pytest.raises(ImportError, match=r"wa-simulator\[aiohttp\]"):
            wa.aiohttp_connector()


def test_the_fixture(wa_inprocess: WaInProcess) -> None:
    assert httpx.post(MESSAGES, json=BODY, headers=AUTH).status_code == 200
    assert wa_inprocess.assert_sent(to=ANA)


# What a webhook's callable returns


def nothing(body: bytes, headers: Mapping[str, str]) -> Any:
    return None


async def later(body: bytes, headers: Mapping[str, str]) -> int:
    return 200


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (nothing, "returned None"),
        (lambda b, h: "200", "returned '200'"),
        (lambda b, h: True, "returned True"),
        (lambda b, h: 7, "returned 7"),
        (lambda b, h: (200, "ok"), "returned (200, 'ok')"),
        (later, "returned a coroutine"),
    ],
)
def test_a_callable_that_returns_no_status(
    wa: WaInProcess, answer: Any, words: str
) -> None:
    wa.deliver_to(answer)
    wa.customer_message(ANA, body="hola")
    with pytest.raises(TypeError, match="must return the HTTP status") as caught:
        wa.pump()
    assert words in str(caught.value)
    (attempt,) = wa.webhooks()[0]["attempts"]
    assert attempt["status"] is None
    assert words in attempt["error"]


@pytest.mark.parametrize("answer", [200, HTTPStatus.OK])
def test_a_callable_that_returns_a_status(wa: WaInProcess, answer: Any) -> None:
    seen = []
    wa.deliver_to(lambda body, headers: seen.append(json.loads(body)) or answer)
    wa.customer_message(ANA, body="hola")
    assert wa.pump() == 1
    assert wa.assert_delivered(1)
