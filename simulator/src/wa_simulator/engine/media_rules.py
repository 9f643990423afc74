"""MIME types and sizes by kind (Meta's media page as mirrored 2025-12-11)."""

MB = 1024 * 1024

#: kind -> (MIME types, largest size in bytes)
RULES: dict[str, tuple[frozenset[str], int]] = {
    "audio": (
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        16 * MB,
    ),
    "image": (frozenset({"image/jpeg", "image/png"}), 5 * MB),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16 * MB),
    "sticker": (frozenset({"image/webp"}), 500 * 1024),
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
