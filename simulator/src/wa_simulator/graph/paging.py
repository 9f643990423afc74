"""Pages of an edge: ``data``, cursors, addresses of the next and previous page."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from ..engine.errors import Refused, bad_parameter
from .request import GraphCall

DEFAULT_LIMIT = 25
MAX_LIMIT = 1000
META = "https://graph.facebook.com"
#: What cursors of Meta's samples begin with.
MARK = "QVFI"
#: Version from which a bad cursor has a code of its own (changelog, 2025-10-08).
OWN_CODE_SINCE = 24.0


def cursor_of(key: str) -> str:
    """An opaque cursor for a row's key."""
    return MARK + base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _key_of(cursor: str) -> str | None:
    if not cursor.startswith(MARK):
        return None
    text = cursor.removeprefix(MARK)
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _bad_cursor(call: GraphCall) -> Refused:
    if call.version is None or call.version >= OWN_CODE_SINCE:
        return Refused(131059, "The paging cursor is not valid; ask without it.")
    return bad_parameter("Invalid cursors values")


def _place(call: GraphCall, name: str, keys: Sequence[str]) -> int | None:
    cursor = call.query.get(name)
    if not cursor:
        return None
    key = _key_of(cursor)
    if key is None or key not in keys:
        raise _bad_cursor(call)
    return keys.index(key)


def _limit(call: GraphCall) -> int:
    text = call.query.get("limit") or str(DEFAULT_LIMIT)
    if not text.isdigit() or int(text) < 1:
        raise bad_parameter(f'Param limit must be a positive integer - got "{text}".')
    return min(int(text), MAX_LIMIT)


def page(call: GraphCall, rows: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """One page of rows (key, shown).

    ``next`` and ``previous`` stand there only when there is such a page; they carry
    the token, as Meta's do.
    """
    keys = [key for key, _ in rows]
    limit = _limit(call)
    after, before = _place(call, "after", keys), _place(call, "before", keys)
    if before is not None:
        start, end = max(0, before - limit), before
    else:
        start = after + 1 if after is not None else 0
        end = min(start + limit, len(rows))
    shown = rows[start:end]
    if not shown:
        return {"data": []}
    first, last = cursor_of(shown[0][0]), cursor_of(shown[-1][0])
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    if end < len(rows):
        paging["next"] = _address(call, limit, after=last)
    if start > 0:
        paging["previous"] = _address(call, limit, before=first)
    return {"data": [row for _, row in shown], "paging": paging}


def _address(call: GraphCall, limit: int, **cursor: str) -> str:
    query = {
        key: value
        for key, value in call.query.items()
        if key not in ("after", "before", "limit", "access_token")
    }
    query.update(limit=str(limit), **cursor)
    if call.token:
        query["access_token"] = call.token
    return f"{call.base_url or META}{call.full_path}?{urlencode(query)}"
