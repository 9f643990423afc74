"""A call as the dialect sees it, out of an HTTP request."""

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from ..engine.errors import Refused
from ..engine.json_text import parse
from ..engine.world import World
from ..faults import Call
from ..faults.base import API, DOWNLOAD, MEDIA

#: Parts of a resumable upload are bytes, whatever their content type says.
RAW_PATH = "/upload:"
#: Parameters whose value is text, also where it looks like JSON.
TEXTS = frozenset({"biz_opaque_callback_data", "name", "verify_token", "flow_json"})
MAX_BODY = 110 * 1024 * 1024
_VERSION = re.compile(r"^/v(\d+\.\d+)(?=/|$)")


@dataclass
class GraphCall:
    """Method, path without version, parameters and body."""

    method: str
    host: str
    full_path: str
    path: str
    #: The version that answers; at first the one that the path asks for.
    version: float | None
    query: dict[str, str]
    token: str | None
    body: dict[str, Any] = field(default_factory=dict)
    upload: tuple[bytes, str, str] | None = None
    #: Whether the body was a form, whose values are all texts.
    form: bool = False
    bad_json: bool = False
    base_url: str | None = None
    #: A body that is bytes: the part of a resumable upload.
    raw: bytes = b""
    file_offset: str | None = None
    range: str | None = None
    #: The version of the path.
    asked: float | None = None

    def __post_init__(self) -> None:
        self.asked = self.version

    @property
    def given(self) -> dict[str, Any]:
        """Parameters wherever they stand: query and body, as Graph takes them.

        In a form or a query a string that holds an object or an array is read as
        such; in JSON a string is a string.
        """
        query = {k: v for k, v in self.query.items() if k != "access_token"}
        if not self.form:
            return {**_read(query), **self.body}
        return _read({**query, **self.body})

    @property
    def parts(self) -> list[str]:
        """Segments of the path."""
        return [part for part in self.path.split("/") if part]

    def matchable(self, world: World, *, download: bool = False) -> Call:
        """What fault rules match: number and account also behind a medium's id."""
        head = self.parts[0] if self.parts else ""
        media = world.media.get(self.query.get("mid", "") if download else head)
        number = world.numbers.get(media.number_id if media else head)
        waba = number.waba_id if number else head if head in world.wabas else None
        given = {**self.query, **self.body}
        to, kind = given.get("to"), given.get("type")
        return Call(
            direction=API,
            path=self.path,
            number=number.id if number else None,
            to=str(to).removeprefix("+") if to else None,
            type=str(kind) if kind else None,
            waba=waba,
            object=DOWNLOAD if download else MEDIA if media else "",
        )

    def shown_body(self) -> Any:
        """The body for the journal: no bytes."""
        if self.raw:
            return {"bytes": len(self.raw)}
        if self.upload is None:
            return self.body or None
        content, mime_type, filename = self.upload
        file = {"filename": filename, "mime_type": mime_type, "bytes": len(content)}
        return {**self.body, "file": file}


def token_of(request: Request) -> str | None:
    """Bearer or OAuth header, else ``?access_token=``."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and secret.strip():
        return secret.strip()
    return request.query_params.get("access_token")


async def read_call(
    request: Request, base_url: str | None, *, json_by_type: bool = False
) -> GraphCall:
    """Read the whole request.

    :param json_by_type: JSON under another content type, or none, is not read.
    :param base_url: where downloads are reached by a caller who did not come by
        Meta's host names.
    :raises Refused: 100 for a body that is too large.
    """
    full_path = request.url.path
    match = _VERSION.match(full_path)
    call = GraphCall(
        method=request.method,
        host=request.headers.get("host", ""),
        full_path=full_path,
        path=(full_path[match.end() :] if match else full_path) or "/",
        version=float(match[1]) if match else None,
        query=dict(request.query_params),
        token=token_of(request),
        range=request.headers.get("range"),
        base_url=base_url,
    )
    if call.path.startswith(RAW_PATH) and request.method != "GET":
        call.raw = await _bytes(request)
        call.file_offset = request.headers.get("file_offset")
        return call
    kind = request.headers.get("content-type", "").partition(";")[0].lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        call.form = True
        async with request.form(max_part_size=MAX_BODY) as form:
            await _from_form(call, form)
        return call
    raw = await _bytes(request)
    if kind == "application/json" or not json_by_type:
        _from_json(call, raw)
    return call


async def _bytes(request: Request) -> bytes:
    raw = await request.body()
    if len(raw) > MAX_BODY:
        raise Refused(100, message="(#100) The request body is too large.")
    return raw


def _read(texts: dict[str, Any]) -> dict[str, Any]:
    """Parameters of a form or a query, objects and arrays read."""
    return {k: v if k in TEXTS else _parsed(v) for k, v in texts.items()}


def _parsed(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return parse(value)
    except ValueError:
        return value


def _from_json(call: GraphCall, raw: bytes) -> None:
    if not raw.strip():
        return
    try:
        body = parse(raw)
    except ValueError:
        call.bad_json = True
        return
    if isinstance(body, dict):
        call.body = body
    else:
        call.bad_json = True


async def _from_form(call: GraphCall, form: FormData) -> None:
    for key, value in form.multi_items():
        if isinstance(value, UploadFile):
            if key != "file":
                continue
            content = await value.read()
            kind = value.content_type or "application/octet-stream"
            call.upload = (content, kind, value.filename or "file")
        else:
            call.body[key] = value
