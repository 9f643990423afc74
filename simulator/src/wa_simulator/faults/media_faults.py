"""Media that have gone, or whose bytes are not what they were."""

from collections.abc import Callable
from typing import Any, ClassVar

from .base import AFTER, DOWNLOAD, MEDIA, Answer, Body, Call, CorruptBody, Effect, Fault

PAGE = b"<!DOCTYPE html><html><title>Error</title>Sorry, something went wrong.</html>"


def _flip(content: bytes) -> bytes:
    """The same length, another hash: the middle byte is inverted."""
    middle = len(content) // 2
    return (
        content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
        if content
        else b"\x00"
    )


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "flip": _flip,
    "short": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "page": lambda content: PAGE,
}


class MediaGone(Fault):
    """The medium is no longer there: ``at`` descriptor (100/33), download (404) or
    both (default)."""

    NAME: ClassVar[str] = "media_gone"
    PARAMS: ClassVar[dict[str, Any]] = {"at": "both"}
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {
        "at": ("both", "descriptor", "download")
    }

    def meets(self, call: Call) -> bool:
        """Descriptors, downloads, or both."""
        at = self.params["at"]
        return (call.object == MEDIA and at != "download") or (
            call.object == DOWNLOAD and at != "descriptor"
        )

    def effect(self, call: Call) -> Effect:
        """Meta's answer to an id it does not know, or 404."""
        if call.object == DOWNLOAD:
            return Body(b"", 404, "text/plain")
        return Answer(
            100,
            subcode=33,
            kind="GraphMethodException",
            message=f"Unsupported get request. Object with ID '{call.path.strip('/')}' "
            "does not exist (a fault of the simulator)",
        )


class MediaCorrupt(Fault):
    """A download gives other bytes: ``how`` flip (one byte, same length; default),
    short (half of them, honestly announced), empty, page (an HTML error page)."""

    NAME: ClassVar[str] = "media_corrupt"
    PARAMS: ClassVar[dict[str, Any]] = {"how": "flip"}
    CHOICES: ClassVar[dict[str, tuple[Any, ...]]] = {"how": tuple(CHANGES)}
    PHASES: ClassVar[tuple[str, ...]] = (AFTER,)

    def meets(self, call: Call) -> bool:
        """Downloads only."""
        return call.object == DOWNLOAD

    def effect(self, call: Call) -> Effect:
        """The change."""
        how = self.params["how"]
        return CorruptBody(CHANGES[how], "text/html" if how == "page" else None)
