"""Resumable uploads: a session, bytes from an offset, a handle at the end.

Source: Graph's Resumable Upload page, as two other fakes (whaloc, whelx) have it.
"""

from ..clock import Clock
from ..entities import Json
from ..errors import bad_parameter, unknown_object
from ..ids import IdSource
from ..world import World
from .business import Upload

MAX_LENGTH = 100 * 1024 * 1024
TYPES = (
    "application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4",
)  # fmt: skip
PREFIX = "upload:"


class Uploads:
    """Sessions of the app."""

    def __init__(self, world: World, clock: Clock, ids: IdSource) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids

    def begin(self, given: Json) -> Upload:
        """``POST /{app_id}/uploads``; query or body.  Refused."""
        length = str(given.get("file_length") or "")
        if not length.isdigit() or not 0 < int(length) <= MAX_LENGTH:
            raise bad_parameter(f"Param file_length must be 1 to {MAX_LENGTH}.")
        kind = str(given.get("file_type") or "")
        if kind not in TYPES:
            raise bad_parameter(
                f'Param file_type must be one of {{{", ".join(TYPES)}}} - got "{kind}".'
            )
        key = self._ids.signature("upload", self._ids.digits("upload"))
        upload = Upload(
            PREFIX + key.rstrip("="),
            int(length),
            kind,
            str(given.get("file_name") or "file"),
            self._clock.now(),
        )
        self._world.business.uploads[upload.id] = upload
        return upload

    def get(self, upload_id: str) -> Upload:
        """Refused (100/33) when unknown."""
        found = self._world.business.uploads.get(upload_id)
        if found is None:
            raise unknown_object(upload_id)
        return found

    def add(self, upload_id: str, offset: str | None, content: bytes) -> Json:
        """Bytes from an offset; ``{h}`` when whole, else how far it is."""
        upload = self.get(upload_id)
        if offset is None or not offset.isdigit():
            raise bad_parameter("The header file_offset is required.")
        if int(offset) != len(upload.content):
            raise bad_parameter(
                f"file_offset must be {len(upload.content)}, got {offset}."
            )
        if len(upload.content) + len(content) > upload.length:
            raise bad_parameter(f"More bytes than file_length {upload.length}.")
        upload.content += content
        if len(upload.content) < upload.length:
            return {"id": upload.id, "file_offset": len(upload.content)}
        upload.handle = "4::" + self._ids.signature("handle", upload.id)
        return {"h": upload.handle}
