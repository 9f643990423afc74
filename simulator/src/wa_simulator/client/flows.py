"""Calls of the control API: flows filled in, judged, asked."""

from typing import Any

from .request import Json, Request, call, given, record, rows, segment


class FlowCalls:
    """Flows of the accounts, and the person who fills them in."""

    @call
    def flows(self) -> Request[list[Json]]:
        """All flows with their JSON."""
        return Request("GET", "/flows", rows())

    @call
    def set_flow_status(self, key: str, status: str) -> Request[Json]:
        """Meta decides: BLOCKED, THROTTLED, PUBLISHED… (id or name)."""
        path = f"/flows/{segment(key)}/status"
        return Request("POST", path, record, {"status": status})

    @call
    def fill_flow(
        self,
        key: str,
        answers: Json | None = None,
        *,
        wamid: str | None = None,
        token: bool = True,
    ) -> Request[Json]:
        """A customer fills in the flow of a message (default: the last one)."""
        body = given(answers=answers, wamid=wamid, token=token)
        return Request("POST", f"/customers/{segment(key)}/flows", record, body)

    @call
    def flow_exchange(
        self, /, key: str, action: str = "ping", **more: Any
    ) -> Request[Json]:
        """Ask a flow's endpoint as a phone does (``screen``, ``data``,
        ``flow_token``); ``{"status", "answer", "error"}``."""
        body = {"action": action, **more}
        return Request("POST", f"/flows/{segment(key)}/exchange", record, body)
