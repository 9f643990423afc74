"""Files of inbound messages: what Meta says of them, and how they are downloaded.

Source: Meta, "WhatsApp Cloud API: Media". A media id gives an address on
``lookaside.fbsbx.com`` that lives five minutes and wants the token; ids that came by
webhook live seven days. A download that is cut off raises nothing in ``requests``, so
length and hash are compared here.
"""

import base64
import hashlib
import mimetypes
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3_exceptions

from . import const

Json = dict[str, Any]

# The token goes to these hosts and no other file is fetched from elsewhere.
GRAPH_HOST = str(urlsplit(const.GRAPH_URL).hostname)
FILE_HOSTS = frozenset((GRAPH_HOST, "lookaside.fbsbx.com"))

# A worker that died with a file in hand gives it back after this time.
LEASE = 300
# Longest that one file may take; the worker's other files wait meanwhile.
DOWNLOAD_SECONDS = 60
# Meta keeps documents up to 100 MB.
MAX_BYTES = 100_000_000

GONE = "gone"
TOO_LARGE = "too_large"
REFUSED = "refused"
TRUNCATED = "truncated"
UNREACHABLE = "unreachable"

# ``mimetypes`` knows these differently from one system to the next.
_EXTENSIONS = {
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/3gpp": ".3gp",
}
_UNREADABLE = (requests.RequestException, urllib3_exceptions.HTTPError, OSError)


class MediaProblem(Exception):
    """A file could not be had.

    :ivar reason: one of this module's reasons
    :ivar final: whether trying again is of no use
    :ivar detail: technical words, without addresses
    """

    def __init__(self, reason: str, final: bool, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.final = final
        self.detail = detail


@dataclass(frozen=True)
class Wanted:
    """A file to fetch.

    :ivar media_id: Meta's id, ``''`` where the webhook gave only an address
    :ivar url: address of the webhook, used where there is no id
    :ivar sha256: hash of the webhook, base64 or hex; ``''`` is not compared
    """

    media_id: str
    url: str
    sha256: str
    mimetype: str
    version: str
    token: str = field(repr=False)
    max_bytes: int = MAX_BYTES
    proxies: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Fetched:
    content: bytes = field(repr=False)
    mimetype: str


def file_name(given: str, kind: str, mimetype: str, key: str) -> str:
    """Name of a file: the sender's without folders, else one that is made up."""
    last = given.replace("\\", "/").split("/")[-1]
    name = "".join(char for char in last if char.isprintable())
    if name.strip(" ."):
        return name.strip()
    return f"{kind}-{key}{extension_of(mimetype)}"


def extension_of(mimetype: str) -> str:
    """``.ogg`` of ``audio/ogg; codecs=opus``; ``''`` for an unknown type."""
    plain = base_mimetype(mimetype)
    return _EXTENSIONS.get(plain) or mimetypes.guess_extension(plain) or ""


def base_mimetype(mimetype: str) -> str:
    """``audio/ogg`` of ``audio/ogg; codecs=opus``."""
    return mimetype.split(";")[0].strip().lower()


def fetch(session: requests.Session, wanted: Wanted) -> Fetched:
    """Ask Meta for the file and download it.

    :raise MediaProblem: why there is none
    """
    url, descriptor = wanted.url, {}
    if wanted.media_id:
        descriptor = _descriptor(session, wanted)
        url = str(descriptor.get("url") or "")
    size = _number(descriptor.get("file_size"))
    if size > wanted.max_bytes:
        raise MediaProblem(TOO_LARGE, True, f"{size} bytes")
    content, told = _download(session, url, wanted)
    hashes = [wanted.sha256, str(descriptor.get("sha256") or "")]
    _compare(content, [size, told], [known for known in hashes if known])
    mimetype = str(descriptor.get("mime_type") or "") or wanted.mimetype
    return Fetched(content, base_mimetype(mimetype))


def _descriptor(session: requests.Session, wanted: Wanted) -> Json:
    url = f"{const.GRAPH_URL}/v{wanted.version}/{wanted.media_id}"
    with _get(session, url, wanted) as response:
        body = _json(response)
        if response.status_code == 200 and body.get("url"):
            return body
        code = (body.get("error") or {}).get("code")
        # 100: no such object, or none that this token may see.
        gone = response.status_code == 404 or code == 100
        detail = f"HTTP {response.status_code}, code {code}"
        raise MediaProblem(GONE if gone else UNREACHABLE, gone, detail)


def _download(session: requests.Session, url: str, wanted: Wanted) -> tuple[bytes, int]:
    """Content, and the length the answer's header told (0: none)."""
    with _get(session, url, wanted) as response:
        if response.status_code != 200:
            # 404 too: the address has expired, the next try gets a new one.
            final = response.status_code in (404, 410) and not wanted.media_id
            detail = f"HTTP {response.status_code}"
            raise MediaProblem(GONE if final else UNREACHABLE, final, detail)
        told = 0
        if not response.headers.get("Content-Encoding"):
            told = _number(response.headers.get("Content-Length"))
        if told > wanted.max_bytes:
            raise MediaProblem(TOO_LARGE, True, f"{told} bytes")
        return _read(response, wanted.max_bytes), told


def _get(session: requests.Session, url: str, wanted: Wanted) -> requests.Response:
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname not in FILE_HOSTS:
        raise MediaProblem(REFUSED, True, "not an address of Meta")
    try:
        return session.get(
            url,
            headers={"Authorization": f"Bearer {wanted.token}"},
            timeout=(const.CONNECT_TIMEOUT, const.READ_TIMEOUT),
            # A redirect would carry the token to another host.
            allow_redirects=False,
            stream=True,
            proxies=dict(wanted.proxies or {}),
        )
    except _UNREADABLE as error:
        raise MediaProblem(UNREACHABLE, False, type(error).__name__) from error


def _read(response: requests.Response, limit: int) -> bytes:
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    chunks, length = [], 0
    try:
        for chunk in response.iter_content(65536):
            chunks.append(chunk)
            length += len(chunk)
            if length > limit:
                raise MediaProblem(TOO_LARGE, True, f"more than {limit} bytes")
            if time.monotonic() > deadline:
                raise MediaProblem(UNREACHABLE, False, "too slow")
    except _UNREADABLE as error:
        raise MediaProblem(TRUNCATED, False, type(error).__name__) from error
    return b"".join(chunks)


def _json(response: requests.Response) -> Json:
    try:
        body = response.json()
    except (*_UNREADABLE, ValueError):
        return {}
    return body if isinstance(body, dict) else {}


def _compare(content: bytes, sizes: list[int], hashes: list[str]) -> None:
    for size in filter(None, sizes):
        if len(content) != size:
            detail = f"{len(content)} of {size} bytes"
            raise MediaProblem(TRUNCATED, False, detail)
    digest = hashlib.sha256(content)
    # Webhooks tell base64, some samples hex.
    forms = (base64.b64encode(digest.digest()).decode(), digest.hexdigest())
    for known in hashes:
        if known not in forms and known.lower() not in forms:
            raise MediaProblem(TRUNCATED, False, "the hash differs")


def _number(value: Any) -> int:
    try:
        return max(0, int(value or 0))
    except (TypeError, ValueError):
        return 0
