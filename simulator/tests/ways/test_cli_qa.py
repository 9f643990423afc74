"""What a tester does from a terminal."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from wa_simulator import cli
from wa_simulator.cli.output import ColorFormatter, journal_line
from wa_simulator.client import SimulatorClient
from wa_simulator.server import ThreadedServer

ANA = "573012345678"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    server: Any,
    sim: SimulatorClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a sub-command against WA_SIM_URL."""
    monkeypatch.setenv("WA_SIM_URL", server.url)
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def run(*args: str) -> tuple[int, str, str]:
        try:
            code = cli.main(args)
        except SystemExit as exc:
            code = int(exc.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_message_and_its_reading(run: Run, subscribed: SimulatorClient) -> None:
    code, out, _ = run("message", ANA, "hola")
    wamid = out.strip()
    assert code == 0
    assert subscribed.message(wamid)["text"] == "hola"
    assert subscribed.webhooks("delivered", wamid)
    assert run("read", ANA)[1].strip() == "nothing was unread"


def test_nobody_subscribed_is_said(run: Run) -> None:
    assert "nobody is subscribed" in run("message", ANA, "hola")[1]


def test_a_webhook_that_is_not_taken_is_said(
    run: Run, subscribed: SimulatorClient, receiver: Any
) -> None:
    receiver.status = lambda count: 500
    assert "the webhook was not taken: 500" in run("message", ANA, "hola")[1]


def test_a_picture_and_a_place(run: Run, sim: SimulatorClient, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run("message", ANA, "mira", "--file", str(file))[0] == 0
    place = ("--set", "latitude=4.6", "--set", "longitude=-74.08")
    assert run("message", ANA, "--type", "location", *place)[0] == 0
    picture, where = sim.messages()
    assert (picture["type"], picture["payload"]["caption"]) == ("image", "mira")
    assert where["payload"]["latitude"] == 4.6


def test_faults(run: Run, sim: SimulatorClient) -> None:
    on = ("fault", "on", "outage", "--param", "mode=hang", "--when", "times=2")
    assert run(*on)[0] == 0
    assert sim.faults()[0]["params"]["mode"] == "hang"
    assert sim.faults()[0]["when"] == {"times": 2}
    assert "outage" in run("fault")[1]
    assert "there are: " in run("fault", "list")[1]
    assert run("fault", "off", sim.faults()[0]["id"])[1] == "1 fault off\n"
    run(*on)
    assert run("fault", "off", "outage")[1] == "1 fault(s) off\n"


def test_clock(run: Run, sim: SimulatorClient) -> None:
    before = sim.clock()["now"]
    assert "UTC, frozen" in run("clock", "--advance", "24h")[1]
    assert sim.clock()["now"] == before + 86400
    assert "2031-05-06 07:08:09" in run("clock", "--to", "2031-05-06T07:08:09Z")[1]


def test_templates(run: Run, sim: SimulatorClient) -> None:
    assert "saludo" in run("template")[1]
    code, out, _ = run("template", "reject", "saludo", "--reason", "INVALID_FORMAT")
    assert (code, "REJECTED" in out) == (0, True)
    assert "APPROVED" in run("template", "approve", "saludo")[1]


def test_lists(run: Run, sim: SimulatorClient) -> None:
    assert run("customers")[1] == "nobody has written yet\n"
    run("message", ANA, "hola", "--set", 'profile={"name": "Ana"}')
    assert "Ana" in run("customers")[1]
    assert json.loads(run("world")[1])["token"] == "SIM-TOKEN"
    out = run("status")[1]
    assert "fake" in out
    assert "nobody is subscribed" in out


def test_journal(run: Run, sim: SimulatorClient, graph: Any) -> None:
    graph.send(to=ANA)
    graph.send(to=ANA, text={"body": ""}, type="text")
    out = run("journal", "--kind", "api")[1]
    assert "-> 200" in out
    assert "-> 400" in out
    assert "\033[" not in out
    rows = [json.loads(line) for line in run("journal", "--json")[1].splitlines()]
    assert rows == sim.journal()


def test_colours_are_asked_for() -> None:
    entry = {"seq": 1, "at": 0.0, "kind": "api", "method": "GET", "status": 500}
    red = "\033[31m"
    assert red in journal_line(entry, ColorFormatter({}, terminal=True))
    assert red in journal_line(
        entry, ColorFormatter({"FORCE_COLOR": "1"}, terminal=False)
    )
    for env, terminal in (({}, False), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True)):
        assert "\033" not in journal_line(entry, ColorFormatter(env, terminal=terminal))


def test_following_the_journal(server: Any, sim: SimulatorClient) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "wa_simulator.cli", "journal", "-f",
         "--url", server.url],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    guard = threading.Timer(20, process.kill)
    guard.start()
    try:
        assert process.stdout is not None
        for text in ("uno", "dos"):
            sim.customer_message(ANA, body=text)
            assert "silent" in process.stdout.readline()
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("message", "abc", "x"), 1, "expected a phone"),
        (("message", ANA, "--file", "/nowhere.png"), 2, "there is no file"),
        (("message", ANA, "--set", "x"), 2, "expected KEY=VALUE"),
        (("fault", "on"), 2, "which one?"),
        (("fault", "on", "outtage"), 1, "outage"),
        (("clock", "--advance", "soon"), 2, "expected seconds or 5m"),
        (("template", "approve"), 2, "which one?"),
        (("read", "573000000000"), 1, "is not known"),
        (("template", "reject", "nope"), 1, "no template 'nope'"),
        (("template", "reject", "salido"), 1, "nearest 'saludo'"),
        (("env", "--ca", "/nowhere/ca.pem"), 1, "cannot write /nowhere/ca.pem"),
        (("message", ANA, "--file", "/"), 2, "there is no file"),
        (("status", "--url", "http://127.0.0.1:9"), 1, "wa-simulator serve"),
        (("env", "--url", "http://127.0.0.1:9"), 1, "WA_SIM_URL"),
        (("readyz", "--url", "http://127.0.0.1:9"), 1, "does not answer"),
    ],
)
def test_errors_are_sentences(
    run: Run, args: tuple[str, ...], code: int, words: str
) -> None:
    got, _, err = run(*args)
    assert (got, words in err) == (code, True), err
    assert "Traceback" not in err
    assert err.startswith("wa-simulator: ")


def test_clock_show(run: Run, sim: SimulatorClient) -> None:
    assert "UTC, " in run("clock", "show")[1]


def test_each_simulator_has_a_bundle_of_its_own(run: Run) -> None:
    """Two shells, two simulators: the first one's TLS goes on working."""

    def bundle(*args: str) -> Path:
        lines = run("env", *args)[1].splitlines()
        (line,) = [x for x in lines if x.startswith("export SSL_CERT_FILE=")]
        return Path(line.partition("=")[2])

    first = bundle()
    content = first.read_bytes()
    with ThreadedServer() as other:
        second = bundle("--url", other.url)
        assert second != first
        assert (
            second.read_bytes()
            == requests.get(f"{other.url}/_sim/ca.pem", timeout=5).content
        )
        second.unlink()
    assert first.read_bytes() == content
    assert bundle() == first


def test_env_prints_what_each_client_obeys(run: Run, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    out = run("env", "--ca", str(bundle))[1]
    names = {line.removeprefix("export ").partition("=")[0] for line in
             out.splitlines()}  # fmt: skip
    assert names >= {
        "HTTPS_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS",
        "NO_PROXY",
    }  # fmt: skip
    assert b"BEGIN CERTIFICATE" in bundle.read_bytes()


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("env", ("httpx", "fastapi", "uvicorn", "cryptography")),
        ("status", ("fastapi", "uvicorn", "cryptography")),
    ],
)
def test_a_command_loads_what_it_needs(command: str, heavy: tuple[str, ...]) -> None:
    script = (
        "import sys; from wa_simulator import cli; "
        f"cli.main(['{command}', '--url', 'http://127.0.0.1:9']); "
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
