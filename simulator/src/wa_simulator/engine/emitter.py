"""Puts webhook items into the outbox: the only place that makes one."""

from collections.abc import Callable

from . import forms
from .clock import Clock
from .entities import Customer, Json, Number, WebhookItem
from .ids import IdSource
from .settings import Settings

MESSAGES = "messages"


class Emitter:
    """Makes items; knows the wire's form of today."""

    def __init__(
        self,
        clock: Clock,
        ids: IdSource,
        settings: Settings,
        outbox: list[WebhookItem],
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._outbox = outbox
        #: Splits an item of a conversation by who gets it (``Routing.route``).
        self.route: Callable[[WebhookItem], list[WebhookItem]] = lambda item: [item]

    def holds(self, form: str) -> bool:
        """Whether a form of the wire (``forms.FORMS``) holds now."""
        return forms.holds(form, self._clock.now(), self._settings.forms)

    @property
    def has(self) -> Callable[[str], bool]:
        """``holds`` as a value, for the builders."""
        return self.holds

    def person(
        self,
        number: Number,
        customer: str,
        value: Json,
        *,
        kind: str,
        wamid: str,
        status: str | None = None,
        type: str | None = None,
        field: str = MESSAGES,
        app: str = "",
    ) -> WebhookItem:
        """An item of a conversation: first in, first out per person.

        :param app: the only one that gets it; else routing decides.

        ``messages`` entries bear no ``time``, all other fields do.
        """
        order = f"{number.id}/{customer}"
        item = WebhookItem(
            id=self._ids.webhook(order),
            waba_id=number.waba_id,
            number_id=number.id,
            order=order,
            kind=kind,
            wamid=wamid,
            field=field,
            value=value,
            status=status,
            type=type,
            time=None if field == MESSAGES else int(self._clock.now()),
            app=app,
        )
        self._outbox.extend([item] if app else self.route(item))
        return item

    def put(self, item: WebhookItem) -> None:
        """An item that is made already."""
        self._outbox.append(item)

    def account(
        self,
        waba_id: str,
        field: str,
        value: Json,
        number: Number | None = None,
        customer: Customer | None = None,
    ) -> WebhookItem:
        """An item of any field for an account, or for one of its numbers."""
        number_id = number.id if number else ""
        scope = number_id or waba_id
        order = f"{scope}/{customer.key if customer else field}"
        item = WebhookItem(
            id=self._ids.webhook(order),
            waba_id=waba_id,
            number_id=number_id,
            order=order,
            kind="field",
            wamid="",
            field=field,
            value=value,
            type=field,
            time=None if field == MESSAGES else int(self._clock.now()),
        )
        self._outbox.append(item)
        return item
