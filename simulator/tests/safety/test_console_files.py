"""The console's address gives the package's own files and nothing else."""

import http.client
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

ANA = "573012345678"


def raw(server: ThreadedServer, path: str) -> tuple[int, bytes]:
    """A GET whose path no client tidies up."""
    wire = http.client.HTTPConnection("127.0.0.1", int(server.ready["port"]), timeout=5)
    try:
        wire.putrequest("GET", path, skip_accept_encoding=True)
        wire.endheaders()
        answer = wire.getresponse()
        return answer.status, answer.read()
    finally:
        wire.close()


@pytest.mark.parametrize(
    "path",
    [
        "../__init__.py", "..%2f__init__.py", "%2e%2e/__init__.py", "..\\__init__.py",
        "js/../../control/app.py", "js/%2e%2e/%2e%2e/control/app.py", "/etc/passwd",
        "//etc/passwd", "....//....//etc/passwd", "%00index.html", "index.html%00.js",
        "__init__.py", "js", "js/", ".", "..", "../../../../../../etc/passwd",
    ],
)  # fmt: skip
def test_no_way_out_of_the_folder(server: ThreadedServer, path: str) -> None:
    status, content = raw(server, f"/_sim/console/{path}")
    assert status in (400, 404)
    assert b"root:" not in content
    assert b"import" not in content


def test_pages_may_load_their_own_files_only(server: ThreadedServer) -> None:
    answer = requests.get(f"{server.url}/_sim/console/", timeout=5)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("mime", "place"),
    [("image/png", "inline"), ("text/plain", "attachment"), ("image/svg+xml", "")],
)
def test_a_customers_file_is_no_page(
    sim: SimulatorClient, server: ThreadedServer, mime: str, place: str
) -> None:
    """A file with a script in it, opened from the console, runs nothing."""
    answer = requests.post(
        f"{server.url}/_sim/customers/{ANA}/messages",
        data={"type": "document" if place != "inline" else "image"},
        files={"file": ('a".html', b"<script>alert(1)</script>", mime)},
        timeout=5,
    )
    if answer.status_code != 201:
        assert answer.status_code == 400
        return
    node: Any = answer.json()["message"]["payload"]
    shown = requests.get(f"{server.url}/_sim/media/{node['id']}", timeout=5)
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"].startswith(place or "attachment")
    assert "\r" not in shown.headers["content-disposition"]
