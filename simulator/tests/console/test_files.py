"""The console's files: what is served, with which policy, complete and unchanged."""

import hashlib
import json
import re
import zipfile
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from wa_simulator.control.routes_console import PAGES, POLICY
from wa_simulator.faults import REGISTRY
from wa_simulator.server import ThreadedServer

ROOT = files("wa_simulator.console")
#: What was vendored, byte for byte; a change of these files must be meant.
VENDORED = {
    "vendor/htm-preact.js": "72284e8e9079c87817145df1110f74e8"
    "a2aa040b2fc384922e18dfcb46fc1fd7",
    "vendor/LICENSE-htm.txt": "740725f7252e750af735d0028cc53497"
    "0772f513331e9f68150fede8fb3ce00f",
    "vendor/LICENSE-preact.txt": "06e68e5b6926bd0abcae248d155547541"
    "601572bc0784d2d4f803acfb21849fa",
}
#: Keys that are put together: t(`fault.about.${name}`), word("kind", …).
BUILT = re.compile(r"(?:\bt|\bhas)\(\s*`([a-z.]+\.)\$\{|\bword\(\s*\"([a-z.]+)\"")
ASKED = re.compile(r"\bt\(\s*\"([^\"]+)\"")
EITHER = re.compile(r"\bt\([^\"`()]+\? \"([^\"]+)\" : \"([^\"]+)\"")
NAMED = re.compile(r"\"([a-z]+(?:\.[a-z]+)+)\"")
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML"
    r"|\beval\(|new Function"
)


def own_scripts() -> dict[str, str]:
    """The console's own modules."""
    return {
        name: page.read_text("utf-8")
        for name, page in PAGES.items()
        if name.startswith("js/")
    }


def strings() -> dict[str, list[str]]:
    """The table of words: its body is JSON."""
    text = (ROOT / "js" / "strings.js").read_text("utf-8")
    body = text[text.index("{") : text.rindex("}") + 1]
    found: dict[str, list[str]] = json.loads(body)
    return found


def test_both_languages_are_complete() -> None:
    """Two words for each key, with the same places to fill in."""
    for key, words in strings().items():
        assert len(words) == 2, key
        assert all(each.strip() for each in words), key
        places = [set(re.findall(r"\{(\w+)\}", each)) for each in words]
        assert places[0] == places[1], key


def test_every_key_asked_for_is_there_and_none_is_idle() -> None:
    """The code and the table agree."""
    table = strings()
    code = "\n".join(t for n, t in own_scripts().items() if n != "js/strings.js")
    asked = set(ASKED.findall(code))
    asked |= {key for pair in EITHER.findall(code) for key in pair}
    assert sorted(asked - table.keys()) == []
    built = tuple(a or f"{b}." for a, b in BUILT.findall(code))
    named = asked | set(NAMED.findall(code))
    idle = [k for k in table if k not in named and not k.startswith(built)]
    assert idle == []


def test_every_fault_of_the_registry_has_a_name_in_both_languages() -> None:
    """A new fault shows up by its own name; these have words."""
    table = strings()
    missing = [name for name in REGISTRY if f"fault.{name}" not in table]
    assert missing == []


@pytest.mark.parametrize("name", VENDORED)
def test_vendored_files_are_unchanged(name: str) -> None:
    """The hash tells."""
    assert hashlib.sha256(PAGES[name].read_bytes()).hexdigest() == VENDORED[name]


def test_nothing_else_is_vendored() -> None:
    """Whatever lies there has a hash above."""
    assert {n for n in PAGES if n.startswith("vendor/")} == set(VENDORED)


def test_no_own_script_makes_markup_of_strings() -> None:
    """Text nodes only."""
    found = {n: DANGEROUS.findall(text) for n, text in own_scripts().items()}
    assert {n: hits for n, hits in found.items() if hits} == {}


def test_every_import_and_style_is_a_file_of_the_package() -> None:
    """Nothing comes from elsewhere; nothing is missing in the distribution."""
    for name, text in own_scripts().items():
        for target in re.findall(
            r"^\s*(?:import|export|\}) .*?from \"([^\"]+)\"", text, re.M
        ):
            folder = Path("/") / Path(name).parent
            resolved = (folder / target).resolve().relative_to("/")
            assert str(resolved) in PAGES, f"{name} imports {target}"
    index = PAGES["index.html"].read_text("utf-8")
    for target in re.findall(r"(?:src|href)=\"([^\"]+)\"", index):
        assert target in PAGES, target
    assert not re.search(r"https?://", index)


def test_own_files_stay_short() -> None:
    """A file over 400 lines wants to be two; the table of words is a table."""
    long = [
        name
        for name, text in own_scripts().items()
        if text.count("\n") > 400 and name != "js/strings.js"
    ]
    assert long == []


def test_the_wheel_brings_every_file(tmp_path: Path) -> None:
    """A wheel without the console would open on nothing."""
    wheel = pytest.importorskip(
        "hatchling.builders.wheel", reason="hatchling builds the wheel"
    )
    root = Path(__file__).parents[2]
    built = next(wheel.WheelBuilder(str(root)).build(directory=str(tmp_path)))
    with zipfile.ZipFile(built) as archive:
        inside = set(archive.namelist())
    assert {f"wa_simulator/console/{name}" for name in PAGES} <= inside


def test_the_bare_address_leads_to_the_console(server: ThreadedServer) -> None:
    """A browser at the root; the dialect has nothing there."""
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        answer = http.get("/", follow_redirects=True)
        assert str(answer.url).endswith("/_sim/console/")
        assert answer.headers["content-type"].startswith("text/html")
        assert http.get("/_sim/console").headers["location"] == "/_sim/console/"


def test_files_carry_the_policy_and_their_type(server: ThreadedServer) -> None:
    """A strict policy; no sniffing; a path outside is not there."""
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        script = http.get("/_sim/console/js/main.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["content-security-policy"] == POLICY
        assert script.headers["x-content-type-options"] == "nosniff"
        assert "unsafe" not in POLICY
        assert "require-trusted-types-for 'script'" in POLICY
        for stranger in ("../cli.py", "%2e%2e/cli.py", "__init__.py", "js/none.js"):
            assert http.get(f"/_sim/console/{stranger}").status_code == 404


def test_a_foreign_host_gets_no_console(server: ThreadedServer) -> None:
    """The gate holds for the files and the root too."""
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        for path in ("/", "/_sim/console/", "/_sim/console/js/main.js"):
            assert http.get(path, headers={"host": "evil.test"}).status_code == 403
