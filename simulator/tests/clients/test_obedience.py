"""HTTP clients that obey the environment alone, as docs/integrations.md says."""

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable

import httpx
import pytest
import requests

URL = "https://graph.facebook.com/v23.0/100000000000001"
TOKEN = {"Authorization": "Bearer SIM-TOKEN"}


def _requests() -> bytes:
    return requests.get(URL, headers=TOKEN, timeout=5).content


def _httpx() -> bytes:
    return httpx.get(URL, headers=TOKEN, timeout=5).content


def _urllib() -> bytes:
    asked = urllib.request.Request(URL, headers=TOKEN)
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return bytes(answer.read())


def _curl() -> bytes:
    if shutil.which("curl") is None:
        pytest.skip("no curl here")
    header = "Authorization: Bearer SIM-TOKEN"
    return subprocess.run(
        ["curl", "-s", "-H", header, URL], check=True, capture_output=True, timeout=20
    ).stdout


def _child() -> bytes:
    """A process started from such a shell."""
    script = (
        "import sys, requests; sys.stdout.write(requests.get("
        f"{URL!r}, headers={TOKEN!r}, timeout=5).text)"
    )
    return subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, timeout=20
    ).stdout


@pytest.mark.parametrize("ask", [_requests, _httpx, _urllib, _curl, _child])
def test_these_obey(intercepted: dict[str, str], ask: Callable[[], bytes]) -> None:
    assert json.loads(ask())["id"] == "100000000000001"


def test_nothing_else_gets_out(intercepted: dict[str, str]) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="403"):
        requests.get("https://example.com/", timeout=5)
