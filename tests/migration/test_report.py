"""What is handed to the director: whole, safe, in Spanish, with sums that agree."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from odoo.addons.crm_whatsapp_migration import engine
from odoo.addons.crm_whatsapp_migration.engine.report import as_json, build
from odoo.addons.crm_whatsapp_migration.engine.report.write import html as page_of

from tests.migration.bench import Bench, Legacy
from tests.migration.generator import Wish
from tests.migration.terminal import Terminal

DOCUMENT = Path(engine.__path__[0]).parent / "docs/INFORME.md"
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"
QUOTED = SCRIPT.replace("'", "''")
FORMULA = '=HYPERLINK("http://evil.example","pulse aquí")'
#: Rows that only their number can keep from being moved.
OLD = """
    direction = 'incoming' AND gateway_id IN (SELECT id FROM whatsapp_gateway
        WHERE provider = 'whatsapp_business' AND active)
"""
HOSTILE = f"""
    UPDATE whatsapp_gateway SET name = 'Ventas {QUOTED}';
    UPDATE whatsapp_message SET phone = '{FORMULA}', message = '{FORMULA}'
     WHERE id = (SELECT max(id) FROM whatsapp_message WHERE {OLD});
    UPDATE whatsapp_message SET phone = 'llamar', message = '{QUOTED}'
     WHERE id = (SELECT min(id) FROM whatsapp_message WHERE {OLD});
    UPDATE whatsapp_message SET phone = E'x\\t@SUM(A1)', message = E'\\n+1-1 \\r\\n "q"'
     WHERE id = (SELECT id FROM whatsapp_message WHERE {OLD}
                 ORDER BY id OFFSET 3 LIMIT 1)
"""


@dataclass(frozen=True)
class Papers:
    """What each command has written, by its name; and what it said."""

    folders: dict[str, Path]
    said: dict[str, str]
    secrets: tuple[str, ...]
    rows: int

    def page(self, name: str) -> Any:
        return html.fromstring(self.text(name))

    def text(self, name: str) -> str:
        file = "plan.html" if name == "plan" else "report.html"
        return (self.folders[name] / file).read_text(encoding="utf-8")

    def data(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            (self.folders[name] / _json(name)).read_text()
        )
        return found

    def sheet(self, name: str) -> list[dict[str, str]]:
        file = "plan_rows.csv" if name == "plan" else "rows.csv"
        text = (self.folders[name] / file).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(text.splitlines(keepends=True)))


def _json(name: str) -> str:
    return "plan.json" if name == "plan" else "report.json"


@pytest.fixture(scope="module")
def papers(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Papers]:
    """Every command in turn, on a database that means harm."""
    top = tmp_path_factory.mktemp("papers")
    one: Legacy = bench.legacy(Wish(rows=300, generation="mixed"))
    database = one.database
    with database.cursor() as cr:
        cr.execute(HOSTILE)
        cr.execute("SELECT api_key, api_secret FROM whatsapp_gateway")
        secrets = {value for row in cr.fetchall() for value in row}
        cr.execute("SELECT token, webhook_key, webhook_secret FROM mail_gateway")
        secrets |= {value for row in cr.fetchall() for value in row if value}
        cr.execute("SELECT count(*) FROM whatsapp_message")
        rows = cr.fetchone()[0]
    answers = ("--decisions", one.decisions(top))
    said, folders = {}, {}
    patch = pytest.MonkeyPatch()
    capture = _Capture(patch)
    for name, words in {
        "plan": ("plan",),
        "dry": ("run", *answers, "--dry-run"),
        "run": ("run", *answers),
        "verify": ("verify",),
        "report": ("report",),
        "rollback": ("rollback", "--yes"),
        "after": ("report", "--run", RUN),
    }.items():
        folders[name] = top / name
        told = Terminal(capture, database)(*words, "--report-dir", folders[name])  # type: ignore[arg-type]
        assert told.code == (3 if name == "plan" else 0), told
        said[name] = told.out + told.err
    patch.undo()
    yield Papers(folders, said, tuple(secrets), rows)
    database.drop()


class _Capture:
    """What capsys does, for a fixture that outlives a test."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._streams = io.StringIO(), io.StringIO()
        patch.setattr("sys.stdout", self._streams[0])
        patch.setattr("sys.stderr", self._streams[1])

    def readouterr(self) -> tuple[str, ...]:
        found = tuple(stream.getvalue() for stream in self._streams)
        for stream in self._streams:
            stream.seek(0)
            stream.truncate()
        return found


#: A rehearsal came before, and what it began with was taken back.
RUN = "3"
EVERY = ("plan", "dry", "run", "verify", "report", "rollback", "after")


@pytest.mark.parametrize("name", EVERY)
def test_a_page_needs_nothing_else_and_runs_nothing(papers: Papers, name: str) -> None:
    page = papers.page(name)

    assert page.xpath("//script | //img | //link | //iframe | //object | //form") == []
    assert page.xpath("//@*[starts-with(name(), 'on')] | //@src | //@href") == []
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    style = "".join(page.xpath("//style/text()"))
    assert "{" in style
    assert re.findall(r"url\(|@import|https?:", style) == []
    assert page.get("lang") == "es"


def test_what_customers_wrote_is_shown_as_it_is(papers: Papers) -> None:
    for name in ("run", "plan"):
        assert "<script>" not in papers.text(name)
    assert "&lt;script&gt;alert(" in papers.text("run")
    cells = papers.page("run").xpath("//td[@class='text']/text()")
    assert SCRIPT in "".join(cells)


@pytest.mark.parametrize("name", EVERY)
def test_no_secret_is_in_any_file_or_word(papers: Papers, name: str) -> None:
    assert len(papers.secrets) > 8
    texts = {path.name: path.read_text() for path in papers.folders[name].iterdir()}
    for secret in papers.secrets:
        for where, text in {**texts, "said": papers.said[name]}.items():
            assert secret not in text, (secret, where)


def test_sums_agree_in_every_table(papers: Papers) -> None:
    data = papers.data("report")
    sources = {line["table"]: line for line in data["sources"]}
    states = ("moved", "existing", "skipped", "rejected")

    assert sources["whatsapp_message"]["total"] == papers.rows
    for line in sources.values():
        assert line["agrees"]
        assert line["total"] == sum(line[state] for state in states)
    for name in ("months", "gateways"):
        for state in states:
            total = sum(line[state] for line in data[name])
            assert total == sources["whatsapp_message"][state], (name, state)
    for state in ("skipped", "rejected"):
        given = sum(g["count"] for g in data["reasons"] if g["state"] == state)
        assert given == data["total"][state]
    sheet = papers.sheet("report")
    assert len(sheet) == data["total"]["total"]
    cards = papers.page("report").xpath("//div[@class='card']/b/text()")
    assert [int(card.replace(".", "")) for card in cards] == [
        data["total"][key] for key in ("total", *states)
    ]


def test_the_verdict_is_that_of_the_moment(papers: Papers) -> None:
    verdicts = {name: _verdict(papers, name) for name in EVERY}

    assert verdicts["plan"].startswith("Faltan respuestas: ")
    assert verdicts["dry"].startswith("Fue un ensayo: nada se guardó.")
    assert verdicts["run"].startswith("Todo cuadra.")
    assert "Falta verificar." in verdicts["run"]
    assert verdicts["verify"].startswith("Todo cuadra.")
    assert "registros esperan una decisión" in verdicts["verify"]
    assert "Falta verificar." not in verdicts["verify"] + verdicts["report"]
    assert verdicts["rollback"].startswith(f"Se revirtió la ejecución n.º {RUN}.")
    assert verdicts["after"].startswith("Esta ejecución se revirtió.")


def _verdict(papers: Papers, name: str) -> str:
    found = papers.page(name).xpath("//section[starts-with(@class, 'verdict')]")
    return re.sub(r"\s+", " ", found[0].text_content()).strip()


def test_what_was_rehearsed_is_what_was_done(papers: Papers) -> None:
    rehearsed, done = papers.data("dry"), papers.data("run")

    assert rehearsed["sources"] == done["sources"]
    assert rehearsed["run"]["state"] == done["run"]["state"] == "done"
    assert rehearsed["unchanged"]
    # Long after, from what was counted then.
    assert papers.data("after")["total"]["moved"] == done["total"]["moved"]


def test_a_rollback_tells_what_it_took(papers: Papers) -> None:
    data = papers.data("rollback")
    undone = {line["table"]: line for line in data["undone"]}

    assert undone["mail_message"]["removed"] > 100
    assert undone["crm_lead"]["restored"] > 3
    assert (data["kept"], data["run"]["target"]) == (0, int(RUN))
    rows = papers.page("rollback").xpath("//tr[td/text()='Mensajes']/td[2]/text()")
    assert rows == [str(undone["mail_message"]["removed"])]


def test_rejected_rows_have_a_reason_a_date_and_a_number(papers: Papers) -> None:
    page = papers.page("run")
    titles = page.xpath("//h3/text()")

    assert "El campo de teléfono tiene palabras en lugar de un número." in titles
    assert "No tiene número de teléfono: no pertenece a ninguna conversación." in titles
    months = page.xpath("//h2[.='Línea de tiempo']/..//td[1]/text()")
    assert months == sorted(months)
    assert len(months) > 15


def test_a_spreadsheet_finds_no_formula(papers: Papers) -> None:
    for name in ("run", "plan"):
        rows = papers.sheet(name)
        cells = [cell for row in rows for cell in row.values() if cell]
        assert [cell for cell in cells if re.match(r"\s*[=+@-]", cell)] == []
        assert any(cell.startswith("'=HYPERLINK") for cell in cells)
        assert any(cell.startswith("'+57") for cell in cells)
        assert all("\n" not in cell and "\t" not in cell for cell in cells)
    raw = (papers.folders["run"] / "rows.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfsource_table,source_id,state,reason,")


def test_the_shape_is_the_documented_one(papers: Papers) -> None:
    document = DOCUMENT.read_text()
    section = document.split("## `report.json`")[1].split("##")[0]
    told = {
        row.split("|")[1].strip(" `"): set(re.findall(r"`(\w+)`", row.split("|")[2]))
        for row in section.splitlines()
        if row.startswith("| `")
    }
    for name in ("run", "verify", "rollback"):
        data = papers.data(name)
        assert set(data) == set(told)
        for key, value in data.items():
            one = value[0] if isinstance(value, list) and value else value
            if isinstance(one, dict) and key != "total":
                assert set(one) <= told[key], key
    columns = document.split("## `rows.csv`")[1].split("##")[0]
    named = re.findall(r"`(\w+)`", "".join(_first_cells(columns)))
    assert set(named) == set(papers.sheet("run")[0])


def _first_cells(table: str) -> list[str]:
    return [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]


def test_an_unfinished_run_and_a_failed_check_are_told(
    moved_of: Callable[[str], Any],
) -> None:
    database = moved_of("1").database
    with database.cursor() as cr:
        data = build(cr, 1)
    assert as_json(data)
    data["run"]["state"] = "interrupted"
    data["checks"] = [
        {
            "name": "times.messages",
            "ok": False,
            "expected": 0,
            "got": "3: 7, 8, 9",
            "words": "Each message has the time of its old row; of one without a"
            " possible date nothing is compared.",
        }
    ]
    data["sources"][0] |= {"lost": 4, "agrees": False}

    page = page_of(data)

    assert "Hay algo que revisar." in page
    assert "1 control falló" in page
    assert "Cada mensaje tiene la fecha y hora de su registro anterior; si" in page
    assert "3: 7, 8, 9" in page
    assert "Las cuentas no cuadran" in page
    assert "no cuadra: 4 sin registrar" in page
    assert "La ejecución no ha terminado" in page
