"""MIME types and sizes by kind (Meta's media page as mirrored 2025-12-11)."""

MB = 1024 * 1024
KB = 1024

#: kind -> (MIME types, largest size in bytes)
RULES: dict[str, tuple[frozenset[str], int]] = {
    "audio": (
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        16 * MB,
    ),
    "image": (frozenset({"image/jpeg", "image/png"}), 5 * MB),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16 * MB),
    "sticker": (frozenset({"image/webp"}), 500 * KB),
    "document": (
        frozenset(
            {
                "text/plain",
                "application/pdf",
                "application/msword",
                "application/vnd.ms-excel",
                "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument"
                ".wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument"
                ".presentationml.presentation",
            }
        ),
        100 * MB,
    ),
}
#: A sticker that does not move.
STATIC_STICKER = 100 * KB
KINDS = tuple(RULES)
ALL_TYPES = sorted(set().union(*(types for types, _ in RULES.values())))


def bare(mime_type: str) -> str:
    """``audio/ogg; codecs=opus`` without its parameters."""
    return mime_type.partition(";")[0].strip().lower()


def size_limit(mime_type: str) -> int:
    """Largest size of a MIME type, bytes; the document's for an unlisted one."""
    for types, limit in RULES.values():
        if bare(mime_type) in types:
            return limit
    return RULES["document"][1]


def problem(
    kind: str, mime_type: str, content: bytes, *, voice: bool = False
) -> str | None:
    """Why a medium cannot be sent as this kind; None when it can.

    A document may be of any type that an upload or a link may have.
    """
    allowed, limit = RULES[kind]
    if kind != "document" and bare(mime_type) not in allowed:
        return (
            f"Unsupported {kind} mime type {mime_type}. Please use one of "
            f"{', '.join(sorted(allowed))}."
        )
    if kind == "sticker" and not is_animated(content):
        limit = STATIC_STICKER
    if len(content) > limit:
        return f"Media file size too big. Max file size we currently support: {limit}"
    if kind == "audio":
        return _audio_problem(bare(mime_type), content, voice=voice)
    return None


def is_animated(content: bytes) -> bool:
    """Whether a WebP file moves: an extended header with the animation bit."""
    return content[12:16] == b"VP8X" and len(content) > 20 and bool(content[20] & 0x02)


def _audio_problem(mime_type: str, content: bytes, *, voice: bool) -> str | None:
    """OGG is OPUS and mono; so is a voice message."""
    if voice and mime_type != "audio/ogg":
        return "A voice message must be an OGG file with the OPUS codec."
    if mime_type != "audio/ogg" or content[:4] != b"OggS":
        return None
    start = content.find(b"OpusHead", 0, 512)
    if start < 0:
        return "Unsupported audio codec: OGG files must use the OPUS codec."
    if len(content) > start + 9 and content[start + 9] != 1:
        return "Unsupported audio: OGG files must be mono."
    return None
