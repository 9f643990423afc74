"""The plugin's marker, assertions, strictness and laziness: pytest inside pytest."""

import io
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

SEND = """
import re
import pytest, requests

def send(text="hola", to="573012345678", base="https://graph.facebook.com"):
    return requests.post(
        base + "/v23.0/100000000000001/messages",
        json={"messaging_product": "whatsapp", "to": to, "type": "text",
              "text": {"body": text}},
        headers={"Authorization": "Bearer SIM-TOKEN"}, timeout=5)
"""


def run_pytest(folder: Path, code: str, *flags: str) -> str:
    """A run of pytest in this process: a process of its own costs seconds."""
    (folder / f"test_{folder.name}.py").write_text(SEND + code)
    out = io.StringIO()
    with redirect_stdout(out):
        pytest.main(
            ["-q", "-p", "no:cacheprovider", "--strict-markers", "-W", "error",
             "--import-mode=importlib", f"--rootdir={folder}", *flags, str(folder)]
        )  # fmt: skip
    return out.getvalue()


def test_the_marker_sets_the_world_up(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        """
@pytest.mark.wa(
    faults=[{"name": "outage", "when": {"times": 1}}],
    customers={"573012345678": {"name": "Ana", "presence": "reads"}},
    settings={"enforce_window": False},
)
def test_world(wa_responses):
    assert send().status_code == 503
    assert send().status_code == 200
    assert wa_responses.customer("573012345678")["name"] == "Ana"
    assert wa_responses.assert_sent(status="read")

def test_the_next_one_starts_clean(wa_responses):
    assert send().status_code == 200
    assert wa_responses.faults() == []
    assert wa_responses.clock()["frozen"] is False

seen = []

@pytest.mark.wa(clock="frozen", seed=7)
@pytest.mark.parametrize("round", [1, 2])
def test_seed(wa_responses, round):
    seen.append(send().json())
    assert seen[0] == seen[-1]
    assert wa_responses.clock()["frozen"] is True
    assert wa_responses.world()["seed"] == 7

@pytest.mark.wa(clock="frozen", seed=7)
@pytest.mark.parametrize("round", [1, 2])
def test_seed_of_a_server(wa_simulator, round):
    seen.append(send(base=wa_simulator.url).json())
    assert seen[0] == seen[-1]
    assert wa_simulator.world()["seed"] == 7

class TestInherited:
    pytestmark = pytest.mark.wa(customers={"573010000001": {}})

    @pytest.mark.wa(strict=True)
    def test_both(self, wa_simulator):
        assert len(wa_simulator.customers()) == 1
        assert wa_simulator.strict
""",
    )
    assert "7 passed" in out, out


def test_a_wrong_option_is_named(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        """
@pytest.mark.wa(fault=[])
def test_it(wa_responses):
    pass
""",
    )
    assert "unknown option 'fault'" in out
    assert "faults" in out


def test_strict_advice_fails_on_what_meta_would_dislike(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        """
def post(**more):
    body = {"messaging_product": "whatsapp", "to": "+573012345678", "type": "text",
            "text": {"body": "hola"}, **more}
    requests.post("https://graph.facebook.com/v24.0/100000000000001/messages",
                  json=body, headers={"Authorization": "Bearer SIM-TOKEN"}, timeout=5)

@pytest.mark.wa(strict="advice")
def test_bad(wa_responses):
    post()
    wa_responses.assert_sent()

@pytest.mark.wa(strict="advice")
def test_good(wa_responses):
    post(recipient_type="individual")
    wa_responses.assert_sent()

@pytest.mark.wa(strict=True)
def test_strict_alone(wa_responses):
    post()
    wa_responses.assert_sent()
    with pytest.raises(AssertionError, match="recipient_type_missing"):
        wa_responses.assert_no_advice()
    wa_responses.assert_no_advice("recipient_type_missing")

@pytest.mark.wa(strict="always")
def test_unknown(wa_responses):
    pass
""",
    )
    assert "3 passed, 2 errors" in out, out
    assert "Meta would object" in out
    assert "expected True, False or 'advice'" in out


def test_assertions_tell_expected_got_nearest(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        """
def test_text(wa_responses):
    send("buenas tardes")
    wa_responses.assert_sent(to="573012345678", contains="buenas")
    wa_responses.assert_called("POST", r"/messages$", 1, status=200)
    wa_responses.assert_not_sent(to="573018888888")
    wa_responses.assert_not_called("DELETE", "/")
    wa_responses.assert_sent(to="573012345678", text="buenos dias")

def test_too_often(wa_responses):
    send(), send()
    wa_responses.assert_sent()

def test_call(wa_responses):
    send()
    wa_responses.assert_called("GET", "/media")

def test_delivered(wa_simulator):
    wa_simulator.customer_message("573012345678", body="x")
    wa_simulator.assert_delivered(kind="message")
""",
    )
    assert "4 failed" in out
    assert "expected 1 sent message(s)" in out
    assert "text: expected 'buenos dias', got 'buenas tardes'" in out
    assert "got: 2 like this, 0 other(s)" in out
    assert "method: expected 'GET', got 'POST'" in out
    assert "expected at least 1 delivered webhook(s)" in out
    assert out.count("wa-responses journal") == 3
    assert out.count("wa-simulator journal") == 1


def test_strict_fails_on_calls_nobody_asked_about(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        """
@pytest.mark.wa(strict=True)
def test_asked(wa_responses):
    send()
    wa_responses.allow("GET", "/[0-9]+$")
    requests.get("https://graph.facebook.com/v23.0/100000000000001",
                 headers={"Authorization": "Bearer SIM-TOKEN"}, timeout=5)
    wa_responses.assert_sent()

@pytest.mark.wa(strict=True)
def test_unasked(wa_responses):
    send()

def test_not_strict(wa_responses):
    send()
""",
    )
    assert "3 passed, 1 error" in out, out
    assert "1 call(s) nobody asked about" in out
    assert "POST /v23.0/100000000000001/messages -> 200" in out


@pytest.mark.parametrize("workers", [2])
def test_workers_have_a_server_each(tmp_path: Path, workers: int) -> None:
    out = run_pytest(
        tmp_path,
        """
@pytest.mark.parametrize("number", range(12))
def test_one(wa_simulator, number):
    send(str(number), base=wa_simulator.url)
    assert [m["text"] for m in wa_simulator.messages()] == [str(number)]
""",
        "-n",
        str(workers),
    )
    assert "12 passed" in out, out


def test_loading_the_plugin_loads_nothing_heavy() -> None:
    script = (
        "import sys, pytest; before = set(sys.modules); "
        "import wa_simulator.pytest_plugin; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    heavy = re.compile(
        r"starlette|fastapi|uvicorn|uvloop|cryptography|trustme|httpx|pydantic|"
        r"responses|requests|anyio"
    )
    assert {name for name in loaded if heavy.match(name)} == set()
    assert {n for n in loaded if n.startswith("wa_simulator.")} == {
        "wa_simulator.pytest_plugin"
    }
