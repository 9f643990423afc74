"""Calls of the control API: any field, coexistence, apps, snapshots, the clock."""

from typing import Any

from .request import Json, Request, call, given, record, rows, segment


class StateCalls:
    """What happens beside messages, and states to come back to."""

    @call
    def jump(self, to: float | str) -> Request[Json]:
        """Set the clock to a moment ahead: seconds since 1970 or ISO 8601."""
        return Request("POST", "/clock", record, {"to": to})

    @call
    def freeze(self, *, frozen: bool = True) -> Request[Json]:
        """Let the clock stand still, or run again."""
        return Request("POST", "/clock", record, {"frozen": frozen})

    @call
    def fields(self) -> Request[Json]:
        """The webhook fields there are, their events, the forms of today."""
        return Request("GET", "/fields", record)

    @call
    def field(
        self,
        field: str,
        value: Json | None = None,
        *,
        number: str | None = None,
        waba: str | None = None,
        customer: str | None = None,
        free: bool = False,
    ) -> Request[Json]:
        """Send a webhook of a field; ``value`` is merged over a sample of Meta's.

        :param free: ``value`` is the whole value and ``field`` may be any word.
        """
        body = given(field=field, value=value, number=number, waba=waba, free=free)
        body.update(given(customer=customer))
        return Request("POST", "/webhooks/field", record, body)

    @call
    def echo(self, /, key: str, **body: Any) -> Request[Json]:
        """The business writes to a customer on its own phone (coexistence)."""
        return Request("POST", f"/customers/{segment(key)}/echo", record, body)

    @call
    def sync_contact(
        self, customer: str, number: str | None = None, action: str = "add"
    ) -> Request[Json]:
        """The address book on the business's phone changes: add, remove."""
        body = {"customer": customer, "number": number, "action": action}
        return Request("POST", "/coexistence/contact", record, body)

    @call
    def history(self, /, number: str | None = None, **body: Any) -> Request[Json]:
        """The business shares its past: ``chunk``, ``declined``, ``threads``."""
        body = {**given(number=number), **body}
        return Request("POST", "/coexistence/history", record, body)

    @call
    def redeliver_all(
        self, /, ids: list[str] | None = None, **choice: Any
    ) -> Request[list[Json]]:
        """Send several webhooks again, one after the other.

        :param ids: in this order; without: all that match ``state`` and ``number``
            in ``order`` (oldest, newest, shuffled with ``seed``).
        """
        body = {**given(ids=ids), **choice}
        return Request("POST", "/webhooks/redeliver", rows("redelivered"), body)

    @call
    def enable(self, scope: str | None = None, id: str | None = None) -> Request[Json]:
        """Enable subscriptions that chronic failure has disabled."""
        body = {"scope": scope, "id": id}
        return Request("POST", "/webhooks/subscription/enable", record, body)

    @call
    def add_app(
        self, /, id: str, token: str, app_secret: str, **more: Any
    ) -> Request[Json]:
        """A further app with credentials of its own."""
        body = {"id": id, "token": token, "app_secret": app_secret, **more}
        return Request("POST", "/world/apps", record, body)

    @call
    def apps(self) -> Request[list[Json]]:
        """The further apps."""
        return Request("GET", "/world/apps", rows())

    @call
    def snapshot(self) -> Request[Json]:
        """Everything but the journal, to come back to."""
        return Request("GET", "/snapshot", record)

    @call
    def restore(self, snapshot: Json, *, same_run: bool = False) -> Request[Json]:
        """Go back to a snapshot, clock included; a new run unless ``same_run``."""
        body = {"snapshot": snapshot, "same_run": same_run}
        return Request("POST", "/snapshot", record, body)

    @call
    def import_journal(self, lines: str, *, replay: bool = False) -> Request[Json]:
        """Append lines of JSON; ``replay`` posts the webhooks among them again."""
        return Request(
            "POST",
            "/journal/import",
            record,
            query={"replay": str(replay).lower()},
            content=lines,
        )
