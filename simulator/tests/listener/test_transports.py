"""One port: plain, TLS, CONNECT; everything else refused and journalled."""

import os
import socket
import ssl
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

NUMBER = "100000000000001"


def test_each_listener_reaches_the_dialect(
    listener: str, through: Any, sim: SimulatorClient
) -> None:
    answer = through.send()
    assert answer.status_code == 200
    assert answer.json()["messages"][0]["id"].startswith("wamid.")
    (entry,) = sim.journal(kind="api")
    assert entry["listener"] == listener
    assert entry["path"] == f"/v23.0/{NUMBER}/messages"
    assert entry["accepted"] is True


def test_keep_alive_and_large_bodies(through: Any) -> None:
    content = bytes(range(256)) * 8192
    for _ in range(3):
        answer = through.call(
            "POST",
            f"/v23.0/{NUMBER}/media",
            data={"messaging_product": "whatsapp"},
            files={"file": ("a.pdf", content, "application/pdf")},
        )
        assert answer.status_code == 200, answer.text
    described = through.call("GET", f"/v23.0/{answer.json()['id']}").json()
    assert described["file_size"] == len(content)


def test_tls_on_the_main_port_too(server: ThreadedServer, sim: SimulatorClient) -> None:
    answer = requests.get(
        f"https://localhost:{server.ready['port']}/v23.0/{NUMBER}",
        headers={"Authorization": "Bearer SIM-TOKEN"},
        verify=server.ready["ca"],
        timeout=5,
    )
    assert answer.status_code == 200
    assert sim.journal(kind="api")[0]["listener"] == "tls"


def test_a_hello_sent_together_with_the_connect(server: ThreadedServer) -> None:
    """A client that does not wait for the 200 loses no byte."""
    context = ssl.create_default_context(cafile=server.ready["ca"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="graph.facebook.com")
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    head = b"CONNECT graph.facebook.com:443 HTTP/1.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.ready["port"]), 5) as sock:
        sock.sendall(head + outgoing.read())
        seen = b""
        while b"\r\n\r\n" not in seen:
            seen += sock.recv(4096)
        answer, _, rest = seen.partition(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200")
        incoming.write(rest)
        for _ in range(10):
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65536))
    assert tls.version() in ("TLSv1.2", "TLSv1.3")


def test_a_connect_in_pieces(server: ThreadedServer) -> None:
    with socket.create_connection(("127.0.0.1", server.ready["port"]), 5) as sock:
        for piece in (b"CON", b"NECT exam", b"ple.com:443 HTTP/1.1\r\n", b"\r\n"):
            sock.sendall(piece)
        assert sock.recv(4096).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("noise", [b"", b"\x00\x01\x02\x03", b"CONNECT\r\n\r\n" * 3])
def test_noise_does_not_stop_the_listener(
    server: ThreadedServer, sim: SimulatorClient, noise: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", server.ready["port"]), 5) as sock:
        sock.sendall(noise)
    assert sim.ready()


@pytest.mark.parametrize("host", ["example.com", "api.telegram.org"])
def test_other_hosts_are_refused_and_journalled(
    server: ThreadedServer, sim: SimulatorClient, host: str
) -> None:
    proxies = {"http": server.url, "https": server.url}
    with pytest.raises(requests.exceptions.ProxyError, match="403"):
        requests.get(f"https://{host}/secret", proxies=proxies, timeout=5)
    plain = requests.get(f"http://{host}/some/path?q=1", proxies=proxies, timeout=5)
    assert plain.status_code == 403
    assert host in plain.json()["error"]["message"]
    connect, absolute = sim.journal(kind="refused")
    assert (connect["method"], connect["host"]) == ("CONNECT", f"{host}:443")
    assert (absolute["method"], absolute["host"]) == ("GET", host)
    assert absolute["path"] == "/some/path"
    assert connect["status"] == absolute["status"] == 403


def test_plain_requests_to_meta_through_the_proxy(
    server: ThreadedServer, sim: SimulatorClient
) -> None:
    answer = requests.get(
        f"http://graph.facebook.com/v23.0/{NUMBER}",
        headers={"Authorization": "Bearer SIM-TOKEN"},
        proxies={"http": server.url},
        timeout=5,
    )
    assert answer.status_code == 200
    assert sim.journal(kind="api")[0]["host"] == "graph.facebook.com"


def test_the_control_api_is_not_behind_metas_names(
    server: ThreadedServer, sim: SimulatorClient
) -> None:
    proxies = {"http": server.url, "https": server.url}
    for scheme in ("http", "https"):
        answer = requests.get(
            f"{scheme}://graph.facebook.com/_sim/world",
            headers={"Authorization": "Bearer SIM-TOKEN"},
            proxies=proxies,
            verify=server.ready["ca"],
            timeout=5,
        )
        assert answer.status_code == 501
    tls = f"https://localhost:{server.ready['tls_port']}/_sim/world"
    answer = requests.get(tls, verify=server.ready["ca"], timeout=5)
    assert answer.status_code in (401, 501)


def test_env_makes_an_unpatched_client_arrive(
    server: ThreadedServer, sim: SimulatorClient, tmp_path: Path
) -> None:
    """The lines of ``wa-simulator env``, a shell, and plain requests.post."""
    command = [sys.executable, "-m", "wa_simulator.cli"]
    lines = subprocess.run(
        [*command, "env", "--url", server.url, "--ca", str(tmp_path / "ca.pem")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    client = f"""
import requests
answer = requests.post(
    "https://graph.facebook.com/v23.0/{NUMBER}/messages",
    headers={{"Authorization": "Bearer SIM-TOKEN"}},
    json={{"messaging_product": "whatsapp", "to": "573012345678",
          "type": "text", "text": {{"body": "hola"}}}},
    timeout=5,
)
print(answer.status_code)
"""
    script = f"{lines}\nexec {sys.executable} -c '{client}'"
    environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, env=environment,
        timeout=20, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "200", done.stderr
    assert sim.messages(direction="outbound")[0]["text"] == "hola"


def test_posts_do_not_stall_on_delayed_acknowledgements(
    server: ThreadedServer, sim: SimulatorClient, through: Any
) -> None:
    """Without TCP_QUICKACK each proxied POST waits 40 ms (Nagle on)."""
    through.send()
    took = []
    for _ in range(40):
        start = time.perf_counter()
        assert through.send().status_code == 200
        took.append(time.perf_counter() - start)
    assert statistics.median(took) < 0.035
