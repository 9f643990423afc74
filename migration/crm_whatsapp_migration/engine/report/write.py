"""Writes the report's files."""

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import spanish
from .sheets import write_rows

# Rejected rows of a reason that are seen without unfolding.
FIRST_ROWS = 10


def write(data, folder, cr) -> list[Path]:
    """Write ``report.html``, ``report.json`` and ``rows.csv`` into ``folder``.

    :param data: of ``build``
    :param cr: a psycopg2 cursor; from it the rows are streamed, there may be millions
    :return: paths of the three files
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    page, figures, rows = (
        folder / name for name in ("report.html", "report.json", "rows.csv")
    )
    page.write_text(html(data), encoding="utf-8")
    figures.write_text(as_json(data), encoding="utf-8")
    with rows.open("wb") as stream:
        write_rows(cr, stream)
    return [page, figures, rows]


def html(data) -> str:
    """The page; every value in it is escaped."""
    groups = data["reasons"]
    return render(
        "report.html.j2",
        data,
        **spanish.verdict(data),
        rejected=[group for group in groups if group["state"] == "rejected"],
        skipped=[group for group in groups if group["state"] == "skipped"],
        sums_agree=all(item["agrees"] for item in data["sources"]),
        first_rows=FIRST_ROWS,
        biggest_month=max(map(spanish.all_states, data["months"]), default=0),
    )


def render(name, *values, **more) -> str:
    """A page of this folder; every value in it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(spanish.FILTERS)
    return environment.get_template(name).render(*values, **more)


def as_json(data) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
