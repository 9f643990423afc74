"""Calls of the control API: customers, messages, webhooks, waiting."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from .request import Json, Request, call, given, nothing, number, record, rows, segment

T = TypeVar("T")

#: Added to a wait's own limit, seconds: the server answers 408 by then.
MARGIN = 10.0


class TrafficCalls:
    """Who writes what, and where it goes."""

    # Customers

    @call
    def customer_message(
        self,
        /,
        key: str,
        type: str = "text",
        *,
        body: str | None = None,
        wait: bool = False,
        file: tuple[str, bytes, str] | None = None,
        **kw: Any,
    ) -> Request[Json]:
        """A customer writes; ``{"wamid", "webhooks", "message"}``.

        :param key: phone or business-scoped user id; an unknown one is made.
        :param body: text of a text message.
        :param wait: until the webhook was attempted; adds ``delivered`` and
            ``deliveries``.
        :param file: (name, bytes, MIME type) of a medium.
        :param kw: ``to``, ``timestamp``, ``context``, ``referral``, ``profile``,
            ``message``, and the keys or the node of the type.
        """
        fields = {"type": type, **kw, **given(body=body)}
        path = f"/customers/{segment(key)}/messages"
        query = {"wait": "delivered" if wait else None}
        if file is None:
            return Request("POST", path, record, fields, query)
        data = {"json": json.dumps(fields)}
        return Request(
            "POST", path, record, query=query, files={"file": file}, data=data
        )

    @call
    def customer_read(self, key: str, wamid: str | None = None) -> Request[list[str]]:
        """A customer reads one message or all; the wamids that became read."""
        path = f"/customers/{segment(key)}/read"
        return Request("POST", path, _read_wamids, {"wamid": wamid})

    @call
    def set_customer(
        self,
        /,
        key: str,
        *,
        name: str | None = None,
        presence: str | None = None,
        **more: Any,
    ) -> Request[Json]:
        """Make or change a customer.

        :param name: "" for a person without profile name.
        :param presence: online (sent, delivered), reads, offline (sent), manual.
        :param more: what else the simulator knows of a person.
        """
        body = {**given(name=name, presence=presence), **more}
        return Request("PATCH", f"/customers/{segment(key)}", record, body)

    @call
    def customer(self, key: str) -> Request[Json]:
        """A known customer."""
        return Request("GET", f"/customers/{segment(key)}", record)

    @call
    def customers(self) -> Request[list[Json]]:
        """Everybody."""
        return Request("GET", "/customers", rows())

    # Messages

    @call
    def messages(self, /, since: int = 0, **filters: Any) -> Request[list[Json]]:
        """Messages after ``since`` (a ``seq``), oldest first.

        :param filters: direction (inbound, outbound), customer, number, type, to,
            from_.
        """
        query = {key.rstrip("_"): value for key, value in filters.items()}
        return Request(
            "GET", "/messages", rows("messages"), query={"since": since, **query}
        )

    @call
    def message(self, wamid: str) -> Request[Json]:
        """One message with its statuses."""
        return Request("GET", f"/messages/{segment(wamid)}", record)

    @call
    def set_status(
        self,
        wamid: str,
        status: str,
        *,
        code: int = 131000,
        details: str = "",
        force: bool = False,
    ) -> Request[Json]:
        """A status by hand; ``force`` for orders that Meta should not send."""
        body = {"status": status, "code": code, "details": details, "force": force}
        return Request("POST", f"/messages/{segment(wamid)}/status", record, body)

    # Webhooks

    @call
    def subscribe(
        self,
        callback_url: str,
        verify_token: str | None = None,
        *,
        scope: str = "app",
        id: str | None = None,
    ) -> Request[Json]:
        """Do the handshake and send webhooks there; SimulatorError tells why not."""
        body = {
            "scope": scope,
            "id": id,
            "callback_url": callback_url,
            "verify_token": verify_token,
        }
        return Request("POST", "/webhooks/subscription", record, body)

    @call
    def subscriptions(self) -> Request[list[Json]]:
        """Who is subscribed."""
        return Request("GET", "/webhooks/subscription", rows())

    @call
    def unsubscribe(
        self, scope: str | None = None, id: str | None = None
    ) -> Request[int]:
        """Remove subscriptions; how many."""
        query = {"scope": scope, "id": id}
        return Request(
            "DELETE", "/webhooks/subscription", number("removed"), query=query
        )

    @call
    def webhooks(
        self, state: str | None = None, wamid: str | None = None
    ) -> Request[list[Json]]:
        """Deliveries with attempts; state pending, in_flight, delivered, dropped."""
        query = {"state": state, "wamid": wamid}
        return Request("GET", "/webhooks", rows("webhooks"), query=query)

    @call
    def webhook(self, webhook_id: str) -> Request[Json]:
        """One delivery."""
        return Request("GET", f"/webhooks/{webhook_id}", record)

    @call
    def redeliver(self, webhook_id: str, times: int = 1) -> Request[Json]:
        """Send the same bytes again; answers when they were tried."""
        path = f"/webhooks/{webhook_id}/redeliver"
        return Request("POST", path, record, query={"times": times})

    @call
    def raw(
        self,
        body: Json | list[Any] | str,
        sign: str = "good",
        *,
        number: str | None = None,
    ) -> Request[Json]:
        """Post a body of your own; ``sign`` good, bad or none; one attempt.

        ``{"id", "status", "answer", "error"}``.
        """
        given = {"body": body, "sign": sign, "number": number}
        return Request("POST", "/webhooks/raw", record, given)

    @call
    def flush(self) -> Request[Json]:
        """Try now what waits for its retry; ``{"attempted", "delivered"}``."""
        return Request("POST", "/webhooks/flush", record)

    # Waiting

    @call
    def wait_idle(self, timeout: float = 10.0) -> Request[None]:
        """Until nothing is in flight or due now; WaitTimeout."""
        return _wait("idle", {}, timeout, nothing)

    @call
    def wait_message(self, /, timeout: float = 10.0, **match: Any) -> Request[Json]:
        """Until a message matches: direction, to, from_, customer, type, text,
        status, contains, after…; WaitTimeout tells what came nearest."""
        keys = {key.rstrip("_"): value for key, value in match.items()}
        return _wait("message", keys, timeout, _under("message"))

    @call
    def wait_webhook(self, /, timeout: float = 10.0, **match: Any) -> Request[Json]:
        """Until a webhook matches: state (default delivered), kind (message,
        status), status, wamid, person, contains…; WaitTimeout."""
        return _wait("webhook", match, timeout, _under("webhook"))


def _wait(
    what: str, match: Json, timeout: float, read: Callable[[Any], T]
) -> Request[T]:
    body = {"for": what, "match": match, "timeout": timeout}
    return Request("POST", "/wait", read, body, timeout=timeout + MARGIN)


def _under(key: str) -> Callable[[Any], Json]:
    return lambda answer: dict(answer[key])


def _read_wamids(answer: Any) -> list[str]:
    return list(answer["read"])
