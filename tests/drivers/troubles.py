"""What can go wrong at the fake Meta, for one line of the business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wa_simulator.client import SimulatorClient

#: Seconds a call hangs before its connection breaks: shorter than Odoo waits.
SILENCE_SECONDS = 0.5


class Troubles:
    """Faults of the simulator in words of the business; each meets one line only.

    :param client: of the simulator.
    """

    def __init__(self, client: SimulatorClient) -> None:
        self._client = client

    def goes_down(self, phone_number_id: str) -> str:
        """The API answers 503 to every call for a line; the fault's id."""
        return self._set("outage", phone_number_id)

    def is_down(self, phone_number_id: str) -> bool:
        return bool(self._of(phone_number_id))

    def loses_answer(self, phone_number_id: str) -> None:
        """Meta takes the next message; its answer never comes."""
        self._set(
            "timeout",
            phone_number_id,
            params={"seconds": SILENCE_SECONDS},
            path="/messages$",
            when={"times": 1},
            phase="after",
        )

    def asks_for_patience(self, phone_number_id: str, seconds: int) -> None:
        """The next message is one too many: `Retry-After`."""
        self._set(
            "rate_limit",
            phone_number_id,
            params={"retry_after": seconds},
            path="/messages$",
            when={"times": 1},
        )

    def rejects_token(self, phone_number_id: str) -> None:
        """The line's token has expired."""
        self._set("expired_token", phone_number_id)

    def fails_once(self, phone_number_id: str, kind: str) -> None:
        """A passing error for the next message of a kind (`text`, `image`…)."""
        self._set(
            "error",
            phone_number_id,
            params={"code": 131000},
            kind=kind,
            path="/messages$",
            when={"times": 1},
        )

    def refuses(self, phone_number_id: str, code: int) -> None:
        """Every message of a line is refused with one of Meta's codes."""
        self._set("error", phone_number_id, params={"code": code}, path="/messages$")

    def confirms_before_answering(self, phone_number_id: str) -> None:
        """The confirmations of the next message overtake the call's answer."""
        self._set("status_before_answer", phone_number_id, when={"times": 1})

    def answers_slowly(self, phone_number_id: str, seconds: float) -> None:
        """Each message takes Meta so long."""
        params = {"seconds": seconds}
        self._set("latency", phone_number_id, params=params, path="/messages$")

    def has_lost_files(self, phone_number_id: str) -> None:
        """Files that customers sent cannot be had."""
        self._set("media_gone", phone_number_id)

    def swaps_next_messages(self, phone_number_id: str) -> None:
        """The webhook of the next message is overtaken by the one after it."""
        self._set("webhook_reorder", phone_number_id, when={"times": 1})

    def end(self, phone_number_id: str) -> None:
        """Take the line's faults away."""
        for fault in self._of(phone_number_id):
            self._client.remove_fault(fault["id"])

    def _set(
        self,
        name: str,
        phone_number_id: str,
        *,
        path: str | None = None,
        kind: str | None = None,
        **rule: Any,
    ) -> str:
        match = {"number": phone_number_id, "path": path, "type": kind}
        given = {key: value for key, value in match.items() if value}
        return str(self._client.set_fault(name, match=given, **rule)["id"])

    def _of(self, phone_number_id: str) -> Sequence[dict[str, Any]]:
        return [
            fault
            for fault in self._client.faults()
            if fault["match"].get("number") == phone_number_id
        ]
