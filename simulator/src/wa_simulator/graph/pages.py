"""The one page of Meta's documentation that clients read: Graph versions.

whatsapp-python reads its first table when a client is made, and takes the second
cell of the first row for the newest version.
"""

from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..engine.versions import VERSIONS, GraphVersion, alive

CHANGELOG = "/docs/graph-api/changelog"


def _cell(day: date | None) -> str:
    return day.strftime("%B %-d, %Y") if day else "TBD"


def _row(version: GraphVersion) -> str:
    cells = (version.name, _cell(version.introduced), _cell(version.ends))
    return "<tr><td>Graph API</td>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"


def page(request: Request, now: float) -> Response:
    """The table of versions at a moment; any other page is not there."""
    if request.url.path.rstrip("/") not in (CHANGELOG, f"{CHANGELOG}/versions"):
        return HTMLResponse("<p>wa-simulator has no such page.</p>", 404)
    shown = VERSIONS[VERSIONS.index(alive(now)[0]) :]
    rows = "".join(map(_row, shown))
    return HTMLResponse(
        "<!doctype html><title>Graph versions (wa-simulator, not Meta)</title>"
        f"<table>{rows}</table>"
    )
