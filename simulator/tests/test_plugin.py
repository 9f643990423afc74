"""The pytest plugin, run by pytest inside pytest."""

import subprocess
import sys
from pathlib import Path

SCENARIO = """
def test_one(wa_simulator):
    wa_simulator.customer_message("573012345678", body="hola")
    assert len(wa_simulator.messages()) == 1

def test_two_starts_clean(wa_simulator):
    assert wa_simulator.messages() == []

def test_three_fails_and_shows_the_journal(wa_simulator):
    wa_simulator.customer_message("573012345678", body="hola")
    assert False
"""


def test_reset_per_test_and_journal_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(SCENARIO)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "2 passed" in done.stdout
    assert "1 failed" in done.stdout
    assert "wa-simulator journal" in done.stdout
    assert "no webhook subscription for this number" in done.stdout


def test_loading_the_plugin_imports_no_server() -> None:
    script = (
        "import sys, wa_simulator.pytest_plugin; "
        "print([m for m in ('fastapi', 'uvicorn', 'httpx', 'trustme') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
