"""docs/faults.md is true: every fault, param, switch and recipient; its code runs."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from wa_simulator.client import SimulatorClient
from wa_simulator.control.models import CustomerBody
from wa_simulator.engine.codes import ASYNC, CODES
from wa_simulator.engine.people import KEYS
from wa_simulator.engine.scripts import RULE
from wa_simulator.engine.settings import Settings
from wa_simulator.faults import REGISTRY
from wa_simulator.faults.rule import MATCH_KEYS, WHEN_KEYS

ANA = "573012345678"
PAGE = (Path(__file__).parents[3] / "docs" / "faults.md").read_text()
ROWS = {
    match[1]: match[0]
    for match in re.finditer(r"^\| `([a-z0-9_]+)`(?: \(.*?\))? \|.*$", PAGE, re.M)
}
#: fault -> params whose default is told in words.
IN_WORDS = {
    "error": {"code", "details", "http", "retry_after", "subcode", "message"},
    "rate_limit": {"http"},
    "malformed_body": {"content", "content_type"},
}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_fault_is_on_the_page(name: str) -> None:
    row = ROWS[name]
    for param, default in REGISTRY[name].PARAMS.items():
        assert f"`{param}`" in row
        if param not in IN_WORDS.get(name, set()):
            told = re.search(rf"`{param}` \(`?([^`)]*)`?\)", row)
            assert told is not None, row
            expected = str(default).lower() if isinstance(default, bool) else default
            assert told[1] == (
                f"{expected:g}" if isinstance(expected, float) else str(expected)
            )
    for values in REGISTRY[name].CHOICES.values():
        assert (
            not values or name == "rate_limit" or all(f"`{v}`" in row for v in values)
        )


def test_every_key_of_a_rule_is_on_the_page() -> None:
    for section, keys in (("match", MATCH_KEYS), ("when", WHEN_KEYS)):
        assert all(f"`{section}.{key}`" in PAGE for key in keys)


def test_every_key_of_a_person_is_on_the_page_and_in_the_model() -> None:
    assert all(f"`{key}`" in PAGE for key in {*KEYS, *RULE} - {"name", "used"})
    assert set(CustomerBody.model_fields) == set(KEYS)


def test_the_switches_are_the_real_ones() -> None:
    table = PAGE.split("## Switches of delivery")[1]
    names = re.findall(r"^\| `([a-z0-9_]+)` \(", table, re.M)
    assert len(names) > 10
    assert set(names) <= set(Settings().record())


def test_the_recipients_do_what_the_page_says(
    subscribed: SimulatorClient, graph: Any
) -> None:
    rows = re.findall(r"^\| `573000(\d{6})` \| (200|refused)", PAGE, re.M)
    assert len(rows) == 9
    for code, how in rows:
        answer = graph.send(to=f"573000{code}")
        assert (CODES[int(code)].channel == ASYNC) is (how == "200")
        if how == "200":
            assert answer.status_code == 200
            failed = subscribed.wait_webhook(status="failed", person=f"573000{code}")
            assert code in failed["body"]
        else:
            assert answer.json()["error"]["code"] == int(code)


def test_the_snippet_makes_a_fault(sim: SimulatorClient, graph: Any) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    assert len(snippet.strip().splitlines()) <= 10
    exec(compile(snippet, "docs/faults.md", "exec"), {"__name__": "docs"})
    try:
        sim.set_fault("proxy_page", params={"http": 503}, when={"times": 1})
        answer = graph.send()
        assert (answer.status_code, answer.text) == (503, "<h1>Bad gateway</h1>")
        assert graph.send().status_code == 200
        with pytest.raises(ValueError, match="exists already"):
            exec(compile(snippet, "docs/faults.md", "exec"), {"__name__": "docs"})
    finally:
        del REGISTRY["proxy_page"]


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (body, path)
        for path, body in re.findall(
            r"curl -s localhost:4004(/\S+).*?--json '(.*?)'", PAGE, re.S
        )
    ],
)
def test_the_commands_work(sim: SimulatorClient, command: str, path: str) -> None:
    method = "PATCH" if "customers" in path else "POST"
    answer = requests.request(
        method, sim.url + path, json=json.loads(command), timeout=5
    )
    assert answer.ok, answer.text
