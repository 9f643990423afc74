"""A typed, synchronous client of the control API.

    sim = SimulatorClient("http://127.0.0.1:4004")
    sim.subscribe("http://127.0.0.1:8069/gateway/whatsapp/key/update")
    sim.customer_message("573012345678", body="hola")
    sim.wait_message(direction="outbound", to="573012345678")

Its errors print what was expected, what was got and what came nearest.
"""

import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from .client_errors import SimulatorError, WaitTimeout, words_of

__all__ = ["SimulatorClient", "SimulatorError", "WaitTimeout"]

Json = dict[str, Any]

#: Added to a wait's own limit, seconds: the server answers 408 by then.
MARGIN = 10.0


class SimulatorClient:
    """All control calls of one simulator.

    :param url: as in the ready line, e.g. ``http://127.0.0.1:4004``.
    :param timeout: seconds for an ordinary call.
    """

    def __init__(self, url: str, timeout: float = 30.0) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._http = httpx.Client(base_url=self.url, timeout=timeout, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        timeout: float | None = None,
        **more: Any,
    ) -> Any:
        params = {k: v for k, v in (query or {}).items() if v is not None}
        response = self._http.request(
            method,
            f"/_sim{path}",
            json=body,
            params=params,
            timeout=timeout or self._timeout,
            **more,
        )
        if response.headers.get("content-type", "").startswith("application/json"):
            answer = response.json()
        else:
            answer = response.content
        if response.is_success:
            return answer
        error = WaitTimeout if response.status_code == 408 else SimulatorError
        words = words_of(method, f"/_sim{path}", response.status_code, answer)
        raise error(words, response.status_code, answer)

    # World

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._call("GET", "/readyz")["status"] == "ready")
        except httpx.HTTPError:
            return False

    def world(self) -> Json:
        """Credentials, numbers, templates, customers, settings, addresses."""
        return dict(self._call("GET", "/world"))

    def settings(self, **changes: Any) -> Json:
        """Change switches of the world (``enforce_window=True`` …); all of them."""
        return dict(self._call("PATCH", "/world", body={"settings": changes}))

    def reset(
        self,
        *,
        scope: str | None = None,
        id: str | None = None,
        everything: bool = False,
    ) -> Json:
        """Forget traffic, faults, pending deliveries; subscriptions stay unless
        ``everything``.  With ``scope`` (waba, number) only that part."""
        body = {"scope": scope, "id": id, "everything": everything}
        return dict(self._call("POST", "/reset", body=body))

    def add_number(
        self,
        id: str,
        waba_id: str,
        display: str,
        verified_name: str = "Negocio Simulado",
    ) -> Json:
        """Add a number (digits); a new ``waba_id`` makes a new account."""
        body = {
            "id": id,
            "waba_id": waba_id,
            "display": display,
            "verified_name": verified_name,
        }
        return dict(self._call("POST", "/world/numbers", body=body))

    def add_template(
        self, name: str, language: str, components: list[Json], **more: Any
    ) -> Json:
        """Add or replace a template (``category``, ``status``, ``waba_id``…)."""
        body = {"name": name, "language": language, "components": components, **more}
        return dict(self._call("POST", "/world/templates", body=body))

    def ca_pem(self) -> bytes:
        """The certificate authority of the interception."""
        return bytes(self._call("GET", "/ca.pem"))

    # Clock

    def clock(self) -> Json:
        """``{"frozen", "now"}``; seconds since 1970, UTC."""
        return dict(self._call("GET", "/clock"))

    def advance(self, seconds: float) -> Json:
        """Go forward; what becomes due runs."""
        return dict(self._call("POST", "/clock", body={"advance": seconds}))

    # Customers

    def customer_message(
        self,
        key: str,
        type: str = "text",
        *,
        body: str | None = None,
        wait: bool = False,
        file: tuple[str, bytes, str] | None = None,
        **kw: Any,
    ) -> Json:
        """A customer writes; ``{"wamid", "webhooks", "message"}``.

        :param key: phone or business-scoped user id; an unknown one is made.
        :param body: text of a text message.
        :param wait: until the webhook was attempted; adds ``delivered`` and
            ``deliveries``.
        :param file: (name, bytes, MIME type) of a medium.
        :param kw: ``to``, ``timestamp``, ``context``, ``referral``, ``profile``,
            ``message``, and the keys or the node of the type.
        """
        fields = {"type": type, **kw}
        if body is not None:
            fields["body"] = body
        path = f"/customers/{quote(key, safe='')}/messages"
        query = {"wait": "delivered" if wait else None}
        if file is None:
            return dict(self._call("POST", path, body=fields, query=query))
        return dict(
            self._call(
                "POST",
                path,
                query=query,
                files={"file": file},
                data={"json": json.dumps(fields)},
            )
        )

    def customer_read(self, key: str, wamid: str | None = None) -> list[str]:
        """A customer reads one message or all; the wamids that became read."""
        path = f"/customers/{quote(key, safe='')}/read"
        return list(self._call("POST", path, body={"wamid": wamid})["read"])

    def set_customer(
        self, key: str, *, name: str | None = None, presence: str | None = None
    ) -> Json:
        """Make or change a customer.

        :param name: "" for a person without profile name.
        :param presence: online (sent, delivered), reads, offline (sent), manual.
        """
        given = {"name": name, "presence": presence}
        body = {k: v for k, v in given.items() if v is not None}
        path = f"/customers/{quote(key, safe='')}"
        return dict(self._call("PATCH", path, body=body))

    def customer(self, key: str) -> Json:
        """A known customer."""
        return dict(self._call("GET", f"/customers/{quote(key, safe='')}"))

    def customers(self) -> list[Json]:
        """Everybody."""
        return list(self._call("GET", "/customers"))

    # Messages

    def messages(self, since: int = 0, **filters: Any) -> list[Json]:
        """Messages after ``since`` (a ``seq``), oldest first.

        :param filters: direction (inbound, outbound), customer, number, type, to,
            from_.
        """
        query = {key.rstrip("_"): value for key, value in filters.items()}
        found = self._call("GET", "/messages", query={"since": since, **query})
        return list(found["messages"])

    def message(self, wamid: str) -> Json:
        """One message with its statuses."""
        return dict(self._call("GET", f"/messages/{quote(wamid, safe='')}"))

    def set_status(
        self,
        wamid: str,
        status: str,
        *,
        code: int = 131000,
        details: str = "",
        force: bool = False,
    ) -> Json:
        """A status by hand; ``force`` for orders that Meta should not send."""
        body = {"status": status, "code": code, "details": details, "force": force}
        path = f"/messages/{quote(wamid, safe='')}/status"
        return dict(self._call("POST", path, body=body))

    # Webhooks

    def subscribe(
        self,
        callback_url: str,
        verify_token: str | None = None,
        *,
        scope: str = "app",
        id: str | None = None,
    ) -> Json:
        """Do the handshake and send webhooks there; SimulatorError tells why not."""
        body = {
            "scope": scope,
            "id": id,
            "callback_url": callback_url,
            "verify_token": verify_token,
        }
        return dict(self._call("POST", "/webhooks/subscription", body=body))

    def subscriptions(self) -> list[Json]:
        """Who is subscribed."""
        return list(self._call("GET", "/webhooks/subscription"))

    def unsubscribe(self, scope: str | None = None, id: str | None = None) -> int:
        """Remove subscriptions; how many."""
        query = {"scope": scope, "id": id}
        answer = self._call("DELETE", "/webhooks/subscription", query=query)
        return int(answer["removed"])

    def webhooks(
        self, state: str | None = None, wamid: str | None = None
    ) -> list[Json]:
        """Deliveries with attempts; state pending, in_flight, delivered, dropped."""
        query = {"state": state, "wamid": wamid}
        return list(self._call("GET", "/webhooks", query=query)["webhooks"])

    def webhook(self, webhook_id: str) -> Json:
        """One delivery."""
        return dict(self._call("GET", f"/webhooks/{webhook_id}"))

    def redeliver(self, webhook_id: str, times: int = 1) -> Json:
        """Send the same bytes again; answers when they were tried."""
        path = f"/webhooks/{webhook_id}/redeliver"
        return dict(self._call("POST", path, query={"times": times}))

    def raw(
        self,
        body: Json | list[Any] | str,
        sign: str = "good",
        *,
        number: str | None = None,
    ) -> Json:
        """Post a body of your own; ``sign`` good, bad or none; one attempt.

        ``{"id", "status", "answer", "error"}``.
        """
        given = {"body": body, "sign": sign, "number": number}
        return dict(self._call("POST", "/webhooks/raw", body=given))

    def flush(self) -> Json:
        """Try now what waits for its retry; ``{"attempted", "delivered"}``."""
        return dict(self._call("POST", "/webhooks/flush"))

    # Faults

    def set_fault(
        self,
        name: str,
        *,
        params: Json | None = None,
        match: Json | None = None,
        when: Json | None = None,
        phase: str | None = None,
        seed: int | None = None,
    ) -> Json:
        """Add a rule; its record with ``id``."""
        given = {
            "name": name,
            "params": params,
            "match": match,
            "when": when,
            "phase": phase,
            "seed": seed,
        }
        body = {k: v for k, v in given.items() if v is not None}
        return dict(self._call("POST", "/faults", body=body))

    def faults(self) -> list[Json]:
        """The active rules."""
        return list(self._call("GET", "/faults")["faults"])

    def clear_faults(self, name: str | None = None) -> int:
        """Remove all rules, or those of a name; how many."""
        answer = self._call("DELETE", "/faults", query={"name": name})
        return int(answer["removed"])

    def remove_fault(self, fault_id: str) -> None:
        """Remove one rule."""
        self._call("DELETE", f"/faults/{fault_id}")

    # Journal and waiting

    def journal(
        self,
        since: int = 0,
        kind: str | None = None,
        *,
        allow_dropped: bool = False,
    ) -> list[Json]:
        """Entries after ``since``; kinds api, webhook, handshake, refused, silent.

        SimulatorError when entries were dropped, since absence proves nothing then.
        """
        answer = self._call("GET", "/journal", query={"since": since, "kind": kind})
        if answer["dropped"] and not allow_dropped:
            raise SimulatorError(
                f"the journal has dropped {answer['dropped']} entries: reset, or read "
                "it sooner, or pass allow_dropped=True",
                200,
                answer,
            )
        return list(answer["entries"])

    def journal_seq(self) -> int:
        """Number of the last entry, to be given as ``since`` later."""
        return int(self._call("GET", "/journal", query={"limit": 0})["next"])

    def wait_idle(self, timeout: float = 10.0) -> None:
        """Until nothing is in flight or due now; WaitTimeout."""
        self._wait("idle", {}, timeout)

    def wait_message(self, timeout: float = 10.0, **match: Any) -> Json:
        """Until a message matches: direction, to, from_, customer, type, text,
        status, contains, after…; WaitTimeout tells what came nearest."""
        keys = {key.rstrip("_"): value for key, value in match.items()}
        return dict(self._wait("message", keys, timeout)["message"])

    def wait_webhook(self, timeout: float = 10.0, **match: Any) -> Json:
        """Until a webhook matches: state (default delivered), kind (message,
        status), status, wamid, person, contains…; WaitTimeout."""
        return dict(self._wait("webhook", match, timeout)["webhook"])

    def _wait(self, what: str, match: Json, timeout: float) -> Json:
        body = {"for": what, "match": match, "timeout": timeout}
        return dict(self._call("POST", "/wait", body=body, timeout=timeout + MARGIN))
