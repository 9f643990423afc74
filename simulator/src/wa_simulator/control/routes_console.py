"""The console's files, and what only a browser needs: media as bytes, exports."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from urllib.parse import quote

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, RedirectResponse

from ..engine.advice import TEXTS
from ..engine.errors import NotFound, Refused
from ..engine.messages.media_rules import bare
from .diagnosis import LANGUAGES, findings
from .export import journal_lines, scenario
from .state import Sim, messages

router = APIRouter()
root = APIRouter()

HOME = "/_sim/console/"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
#: Own files only; no inline script or style; no HTML made of strings.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
#: What a page may show in place; anything else is a download.
SHOWN = ("image/jpeg", "image/png", "image/webp", "audio/", "video/")
MEDIA_POLICY = "default-src 'none'; sandbox"


def _walk(folder: Traversable, prefix: str = "") -> dict[str, Traversable]:
    found = {}
    for item in folder.iterdir():
        name = prefix + item.name
        if item.is_dir():
            found.update(_walk(item, name + "/"))
        elif name.endswith(tuple(TYPES)):
            found[name] = item
    return found


#: path below the console's address -> file: nothing else is served.
PAGES = _walk(files("wa_simulator.console"))


@root.get("/", include_in_schema=False)
@root.get("/_sim", include_in_schema=False)
@router.get("/console", include_in_schema=False)
async def home() -> Response:
    """The bare address leads to the console."""
    return RedirectResponse(HOME, 307)


@router.get("/console/{path:path}", include_in_schema=False)
async def page(path: str) -> Response:
    """A file of the console."""
    name = path or "index.html"
    if name not in PAGES:
        raise NotFound(f"the console has no '{name}'")
    kind = TYPES["." + name.rpartition(".")[2]]
    return Response(PAGES[name].read_bytes(), headers=HEADERS, media_type=kind)


@router.get("/media/{media_id}")
async def media(sim: Sim, media_id: str) -> Response:
    """The bytes of a medium, without token: for the phones on the screen."""
    try:
        found = sim.engine.media.get(media_id)
    except Refused:
        raise NotFound(f"medium '{media_id}' is not known or has expired") from None
    place = "inline" if bare(found.mime_type).startswith(SHOWN) else "attachment"
    name = quote(found.filename or f"{found.id}")
    return Response(
        found.content,
        headers={
            "Content-Type": found.mime_type,
            "Content-Disposition": f"{place}; filename*=UTF-8''{name}",
            "Content-Security-Policy": MEDIA_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get("/advice")
async def advice() -> dict[str, dict[str, str]]:
    """What each code of ``advice`` in the journal means, in both languages."""
    return {code: {"en": en, "es": es} for code, (en, es) in TEXTS.items()}


@router.get("/diagnosis")
async def diagnosis(sim: Sim, lang: str = "en") -> JSONResponse:
    """Why nothing arrived: findings in words, worst first, each with what to do."""
    language = lang if lang in LANGUAGES else LANGUAGES[0]
    return JSONResponse({"language": language, "findings": findings(sim, language)})


@router.get("/export/journal.jsonl")
async def export_journal(sim: Sim) -> Response:
    """The whole journal, one JSON object a line."""
    return _download(journal_lines(sim), "application/x-ndjson", "journal.jsonl")


@router.get("/export/scenario.feature")
async def export_scenario(
    sim: Sim, customer: str | None = None, title: str | None = None
) -> Response:
    """What was said in this run as a scenario in Spanish Gherkin."""
    rows = [m for m in messages(sim) if customer in (None, m["customer"])]
    text = scenario(rows, title)
    return _download(text, "text/plain; charset=utf-8", "escenario.feature")


def _download(text: str, kind: str, name: str) -> Response:
    return Response(
        text,
        headers={
            "Content-Type": kind,
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
