"""Versions and switches of errors; ranges; media by link."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.config import ServeConfig
from wa_simulator.server import ThreadedServer

NUMBER = "100000000000001"
ANA = "573012345678"
AUTH = {"Authorization": "Bearer SIM-TOKEN"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("version", "subcode"), [("v15.0", 2494010), ("v16.0", None), ("v23.0", None)]
)
def test_subcodes_end_at_16(
    sim: SimulatorClient, graph: Any, version: str, subcode: int | None
) -> None:
    sim.settings(ended_versions="as_asked")
    body = {"messaging_product": "whatsapp", "to": "x", "text": {"body": "x"}}
    answer = graph.call("POST", f"/{version}/{NUMBER}/messages", json=body)
    assert answer.json()["error"].get("error_subcode") == subcode
    assert answer.headers["facebook-api-version"] == version


@pytest.fixture
def november() -> Iterator[str]:
    """A simulator whose clock stands still in November 2026."""
    with ThreadedServer(ServeConfig(clock="frozen")) as server:
        yield server.url


@pytest.mark.parametrize(
    ("asked", "answers"),
    [("v19.0", "v21.0"), ("v21.0", "v21.0"), ("v26.0", "v26.0"), ("", "v26.0")],
)
def test_an_ended_version_is_served_by_the_oldest(
    november: str, asked: str, answers: str
) -> None:
    path = f"/{asked}/{NUMBER}" if asked else f"/{NUMBER}"
    answer = requests.get(november + path, headers=AUTH, timeout=5)
    assert answer.status_code == 200
    assert answer.headers["facebook-api-version"] == answers


def test_the_page_of_versions(november: str) -> None:
    """As whatsapp-python 4.3.0 reads it: first table, first row, second cell."""
    host = {"Host": "developers.facebook.com"}
    page = f"{november}/docs/graph-api/changelog/"
    answer = requests.get(page, headers=host, timeout=5)
    assert answer.status_code == 200
    cells = re.findall(r"<td>(.*?)</td>", answer.text.partition("</tr>")[0])
    assert cells[1:] == ["v26.0", "July 29, 2026", "TBD"]
    other = requests.get(f"{november}/docs/whatsapp", headers=host, timeout=5)
    assert other.status_code == 404


def test_rate_codes_by_switch(sim: SimulatorClient, graph: Any) -> None:
    sim.settings(throughput_limit=True)
    answers = [graph.send() for _ in range(81)]
    assert [a.status_code for a in answers].count(200) == 80
    assert answers[-1].status_code == 400
    assert answers[-1].json()["error"]["code"] == 130429
    usage = answers[-1].headers["x-business-use-case-usage"]
    assert '"estimated_time_to_regain_access": 1' in usage
    sim.settings(rate_limit_http=429)
    assert graph.send().status_code == 429


def test_unknown_objects_by_switch(sim: SimulatorClient, graph: Any) -> None:
    assert graph.call("GET", "/v23.0/99").status_code == 400
    sim.settings(unknown_object_http=404)
    assert graph.call("GET", "/v23.0/99").status_code == 404
    assert "Unsupported post request" in graph.call("POST", "/v23.0/99").text


@pytest.mark.parametrize(
    ("wanted", "status", "content", "told"),
    [
        (None, 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=0-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_ranges(
    sim: SimulatorClient,
    graph: Any,
    wanted: str | None,
    status: int,
    content: bytes,
    told: str | None,
) -> None:
    data = {"messaging_product": "whatsapp"}
    files = {"file": ("a.txt", b"0123456789", "text/plain")}
    path = f"/v23.0/{NUMBER}/media"
    media = graph.call("POST", path, data=data, files=files).json()["id"]
    url = graph.call("GET", f"/v23.0/{media}").json()["url"]
    headers = {"Range": wanted} if wanted else {}
    answer = graph.call("GET", url.removeprefix(graph.base), headers=headers)
    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers.get("content-range") == told
    assert answer.headers["accept-ranges"] == "bytes"


def test_media_belong_to_their_number(sim: SimulatorClient, graph: Any) -> None:
    data = {"messaging_product": "whatsapp"}
    files = {"file": ("a.txt", b"x", "text/plain")}
    path = f"/v23.0/{NUMBER}/media"
    media = graph.call("POST", path, data=data, files=files).json()["id"]
    for method in ("GET", "DELETE"):
        answer = graph.call(method, f"/v23.0/{media}?phone_number_id=7")
        assert answer.json()["error"]["error_subcode"] == 33
    assert graph.call("GET", f"/v23.0/{media}?phone_number_id={NUMBER}").ok
    sim.advance(30 * 86400)
    answer = graph.call("GET", f"/v23.0/{media}")
    assert answer.json()["error"]["error_subcode"] == 33


def test_documents_of_any_type_by_switch(sim: SimulatorClient, graph: Any) -> None:
    def upload() -> requests.Response:
        answer: requests.Response = graph.call(
            "POST",
            f"/v23.0/{NUMBER}/media",
            data={"messaging_product": "whatsapp"},
            files={"file": ("a.zip", b"PK", "application/zip")},
        )
        return answer

    assert upload().status_code == 400
    sim.settings(any_document_type=True)
    node = {"id": upload().json()["id"], "filename": "a.zip"}
    wamid = graph.send(type="document", document=node).json()["messages"][0]["id"]
    sim.wait_message(wamid=wamid, status="delivered")


class Shop:
    """A web server with a picture, a page, a redirect; it counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.asked.append(self.path)
                status, kind, content = shop.rows[self.path.partition("?")[0]]
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if status == 302:
                    self.send_header("Location", content.decode())
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                """Stay silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.rows: dict[str, tuple[int, str, bytes]] = {
            "/a.png": (200, "image/png", PNG),
            "/page": (200, "text/html", b"<html>"),
            "/gone": (404, "text/plain", b""),
            "/moved": (302, "text/plain", b"/a.png"),
            "/away": (302, "text/plain", b"http://8.8.8.8/a.png"),
            "/round": (302, "text/plain", b"/round"),
        }


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    thread = threading.Thread(
        target=made.server.serve_forever, args=(0.02,), daemon=True
    )
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(10)


def send(sim: SimulatorClient, graph: Any, link: str) -> dict[str, Any]:
    answer = graph.send(type="image", image={"link": link})
    assert answer.status_code == 200, answer.text
    wamid = answer.json()["messages"][0]["id"]
    sim.wait_idle()
    return sim.message(wamid)


def test_media_by_link(sim: SimulatorClient, graph: Any, shop: Shop) -> None:
    for _ in range(2):
        assert send(sim, graph, f"{shop.url}/a.png")["status"] == "delivered"
    assert shop.asked == ["/a.png"], "kept ten minutes by address"
    assert send(sim, graph, f"{shop.url}/a.png?v=2")["status"] == "delivered"
    assert send(sim, graph, f"{shop.url}/moved")["status"] == "delivered"
    sim.advance(601)
    send(sim, graph, f"{shop.url}/a.png")
    assert shop.asked.count("/a.png") == 3
    (first, *_) = [e for e in sim.journal() if e["kind"] == "fetch"]
    assert (first["ok"], first["bytes"]) == (True, len(PNG))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page", "Unsupported image mime type text/html"),
        ("/gone", "answered 404"),
        ("/away", "is public (8.8.8.8)"),
        ("/round", "more than 3 redirects"),
    ],
)
def test_bad_links_fail_afterwards(
    subscribed: SimulatorClient, graph: Any, shop: Shop, path: str, words: str
) -> None:
    message = send(subscribed, graph, shop.url + path)
    assert message["status"] == "failed"
    hook = subscribed.wait_webhook(status="failed", state="delivered")
    assert '"code":131053' in hook["body"].replace(" ", "")
    assert words in hook["body"].replace("\\/", "/")


def test_public_hosts_are_not_asked(sim: SimulatorClient, graph: Any) -> None:
    message = send(sim, graph, "http://8.8.8.8/a.png")
    assert message["statuses"][-1]["code"] == 131053
    (entry,) = [e for e in sim.journal() if e["kind"] == "fetch"]
    assert "start with --allow-fetch 8.8.8.8" in entry["error"]


def test_header_links_too(sim: SimulatorClient, graph: Any, shop: Shop) -> None:
    sim.add_template(
        "foto",
        "es",
        [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Mire"}],
    )
    statuses = []
    for path in ("/a.png", "/gone"):
        header = {"type": "image", "image": {"link": shop.url + path}}
        node = {
            "name": "foto",
            "language": {"code": "es"},
            "components": [{"type": "header", "parameters": [header]}],
        }
        wamid = graph.send(type="template", template=node).json()["messages"][0]["id"]
        sim.wait_idle()
        statuses.append(sim.message(wamid)["status"])
    assert statuses == ["delivered", "failed"]
