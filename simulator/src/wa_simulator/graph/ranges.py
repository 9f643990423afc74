"""One byte range of a download (RFC 9110); several are answered whole."""

import re

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def cut(content: bytes, wanted: str | None) -> tuple[int, bytes, dict[str, str]]:
    """Status, bytes and headers: 200 whole, 206 a part, 416 beyond the end."""
    headers = {"accept-ranges": "bytes"}
    match = _RANGE.fullmatch((wanted or "").strip())
    if match is None or not any(match.groups()):
        return 200, content, headers
    size = len(content)
    first, last = match.groups()
    if first:
        start, end = int(first), min(int(last or size - 1), size - 1)
    else:
        start, end = max(0, size - int(last)), size - 1
    if start > end or start >= size:
        return 416, b"", {**headers, "content-range": f"bytes */{size}"}
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return 206, content[start : end + 1], headers
