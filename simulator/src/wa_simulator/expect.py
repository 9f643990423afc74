"""What a test may say of the simulator, with words when it is not so.

``CheckedClient`` is the client of the fixtures: the control calls, and assertions
that print what was expected, what was got and what came nearest.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from .client import SimulatorClient
from .client.errors import describe_error
from .client.request import Json
from .control.matching import differences, nearest_records
from .engine.advice import TEXTS

API = "api"
REFUSED = "refused"
#: Journal kinds that the software under test brings about.
CALLED = (API, REFUSED)


class CheckedClient(SimulatorClient):
    """A client that remembers which calls a test has asked about.

    With ``strict`` a call nobody asked about fails the test at its end.
    """

    def __init__(self, url: str, **kw: Any) -> None:
        super().__init__(url, **kw)
        self.begin()

    def begin(self, *, strict: bool | str = False) -> None:
        """A new test: nothing was asked about, nothing is allowed."""
        self.strict = strict
        self._asked: set[int] = set()
        self._allowed: list[tuple[str, re.Pattern[str]]] = []

    # Messages of the business

    def assert_sent(self, count: int = 1, *, timeout: float = 0, **match: Any) -> Json:
        """The business sent exactly ``count`` messages like this; the last one.

        :param match: to, type, text, contains, status, template…, as ``messages``.
        :param timeout: seconds to wait for the first one.
        """
        keys = _keys(match)
        if timeout:
            self.wait_message(timeout, direction="outbound", **keys)
        rows = self.messages(direction="outbound")
        found = [row for row in rows if not differences(row, keys)]
        if len(found) != count:
            _fail(f"expected {count} sent message(s)", keys, rows, found)
        self._ask(lambda entry: entry.get("wamid") in {row["wamid"] for row in found})
        return found[-1] if found else {}

    def assert_not_sent(self, **match: Any) -> None:
        """The business sent nothing like this (without arguments: nothing)."""
        self.assert_sent(0, **match)

    # Calls

    def assert_called(
        self,
        method: str,
        path: str,
        count: int | None = None,
        *,
        status: int | None = None,
    ) -> Json:
        """The API was called; the last entry of the journal like this.

        :param path: a regular expression, matched anywhere in the path.
        :param count: exactly so often; None: at least once.
        """
        entries = self._calls()
        wanted = {"method": method, "path": path, "status": status}

        def fits(entry: Json) -> bool:
            return (
                entry.get("method") == method
                and re.search(path, str(entry.get("path"))) is not None
                and status in (None, entry.get("status"))
            )

        found = [entry for entry in entries if fits(entry)]
        if not found if count is None else len(found) != count:
            often = "at least 1" if count is None else str(count)
            plain = {"method": method, **({"status": status} if status else {})}
            _fail(f"expected {often} call(s)", wanted, entries, found, plain)
        self._ask(fits)
        return found[-1] if found else {}

    def assert_not_called(self, method: str, path: str) -> None:
        """The API was not called like this."""
        self.assert_called(method, path, 0)

    def allow(self, method: str, path: str) -> None:
        """Calls like this are asked for, whether they come or not."""
        self._allowed.append((method, re.compile(path)))

    # Webhooks

    def assert_delivered(
        self, count: int | None = None, *, timeout: float = 0, **match: Any
    ) -> Json:
        """Webhooks like this were answered with 200; the last one.

        :param match: kind (message, status), status, wamid, person, contains…
        """
        keys = {"state": "delivered", **match}
        if timeout:
            self.wait_webhook(timeout, **keys)
        rows = self.webhooks()
        found = [row for row in rows if not differences(row, keys)]
        if not found if count is None else len(found) != count:
            often = "at least 1" if count is None else str(count)
            _fail(f"expected {often} delivered webhook(s)", keys, rows, found)
        return found[-1] if found else {}

    # Strictness

    def _calls(self) -> list[Json]:
        return [e for e in self.journal(allow_dropped=True) if e["kind"] in CALLED]

    def _ask(self, fits: Callable[[Json], bool]) -> None:
        self._asked |= {entry["seq"] for entry in self._calls() if fits(entry)}

    def unasked(self) -> list[Json]:
        """Calls that no assertion and no ``allow`` has asked about."""
        return [
            entry
            for entry in self._calls()
            if entry["seq"] not in self._asked
            and not any(
                entry.get("method") == method and path.search(str(entry.get("path")))
                for method, path in self._allowed
            )
        ]

    def assert_no_advice(self, *allowed: str) -> None:
        """Nothing that passed is what a real Meta would dislike.

        :param allowed: codes of ``engine.advice.TEXTS`` that may occur.
        """
        lines = [
            f"  {_brief(entry)}: {TEXTS[code][0]} ({code})"
            for entry in self.journal(allow_dropped=True)
            for code in TEXTS
            if code in (entry.get("advice") or ()) and code not in allowed
        ]
        if lines:
            raise AssertionError(
                f"{len(lines)} time(s) Meta would object:\n" + "\n".join(lines)
            )

    def assert_nothing_else(self) -> None:
        """Every call so far was asked about."""
        left = self.unasked()
        if left:
            lines = [f"  {_brief(entry)}" for entry in left]
            raise AssertionError(
                f"{len(left)} call(s) nobody asked about:\n" + "\n".join(lines)
            )


def _keys(match: Json) -> Json:
    return {key.rstrip("_"): value for key, value in match.items()}


def _brief(entry: Json) -> str:
    if entry["kind"] == "webhook":
        return f"webhook {entry.get('url')} -> {entry.get('status')}"
    where = f"{entry.get('method')} {entry.get('path')}"
    if entry["kind"] == REFUSED:
        return f"{where} to {entry.get('host')} (refused)"
    return f"{where} -> {entry.get('status')}"


def _fail(
    words: str,
    match: Json,
    rows: Iterable[Json],
    found: list[Json],
    compared: Json | None = None,
) -> None:
    others = [row for row in rows if row not in found]
    error = {
        "message": words,
        "expected": match,
        "got": f"{len(found)} like this, {len(others)} other(s)",
        "nearest": nearest_records(found or others, compared or match),
    }
    raise AssertionError(describe_error("the", "journal", 0, {"error": error}))
