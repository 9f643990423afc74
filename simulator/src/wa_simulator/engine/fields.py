"""Webhooks of every other field: templates, numbers, accounts, preferences.

A tester names the field and what matters; the rest is filled in from the world.
The samples stand in ``field_samples.py``.
"""

from .clock import Clock
from .emitter import MESSAGES, Emitter
from .entities import Customer, Json, Number, WebhookItem
from .errors import BadRequest, NotFound
from .field_samples import SAMPLES, Context, Sample
from .ids import IdSource
from .nearest import nearest, unknown
from .world import World


class Fields:
    """Emits a webhook of any field."""

    def __init__(
        self, world: World, clock: Clock, ids: IdSource, emitter: Emitter
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._emitter = emitter

    def emit(
        self,
        field: str,
        value: Json | None = None,
        *,
        number_id: str | None = None,
        waba_id: str | None = None,
        customer: str | None = None,
        free: bool = False,
    ) -> WebhookItem:
        """Put one change of a field into the outbox.

        :param value: keys of the value, or of the one thing in its array; merged
            over the sample.  An unknown key is refused.
        :param customer: whom it is about, for fields that are about a person.
        :param free: ``value`` is the whole value, whatever the field.
        :raises BadRequest: unknown field or key, with the nearest.
        """
        given = dict(value or {})
        number = self._number(number_id, waba_id)
        account = waba_id or number.waba_id
        person = self._customer(field, customer)
        if free:
            built = given
        else:
            context = self._context(number, account, person, given)
            built = self._build(field, given, context)
        as_field = field
        if field == "message_template_quality_update" and self._emitter.holds(
            "quality_as_status"
        ):
            as_field = "message_template_status_update"
        about_number = SAMPLES[field].about_number if field in SAMPLES else True
        self._effect(field, built, person)
        return self._emitter.account(
            account, as_field, built, number if about_number else None, person
        )

    def _build(self, field: str, given: Json, context: Context) -> Json:
        if field not in SAMPLES:
            raise BadRequest(
                unknown("field", field, SAMPLES) + "; 'free': true sends any other"
            )
        sample = SAMPLES[field]
        if sample.form and not context.has(sample.form):
            raise BadRequest(
                f"the field {field} was withdrawn by Meta; "
                f"the form '{sample.form}' brings it back, 'free': true sends any body"
            )
        built, inner = sample.build(context)
        event = given.get("event", built.get("event"))
        variant = sample.variants.get(str(event), {})
        built.update({k: context.fill(v) for k, v in variant.items()})
        known = {*built, *inner, *sample.optional, *sample.keys_of_variants}
        for key, wanted in given.items():
            if key not in known:
                raise BadRequest(unknown(f"key of {field}", key, known))
            if key in inner:
                inner[key] = wanted
            else:
                built[key] = wanted
        return built

    def _context(
        self, number: Number, waba_id: str, customer: Customer | None, given: Json
    ) -> Context:
        event = given.get("event")
        template = next(
            (t for t in self._world.templates.values() if t.waba_id == waba_id), None
        )
        return Context(
            number=number,
            waba_id=waba_id,
            customer=customer,
            template=template,
            now=int(self._clock.now()),
            digits=self._ids.digits,
            has=self._emitter.holds,
            event=str(event) if event else None,
            given=given,
        )

    def _number(self, number_id: str | None, waba_id: str | None) -> Number:
        if number_id is not None or waba_id is None:
            return self._world.number_of(number_id)
        if waba_id not in self._world.wabas:
            close = nearest(waba_id, self._world.wabas)
            raise NotFound(f"waba '{waba_id}' is not known; nearest: {close}")
        numbers = self._world.numbers.values()
        found = next((n for n in numbers if n.waba_id == waba_id), None)
        return found or Number("", waba_id, "", self._world.wabas[waba_id])

    def _customer(self, field: str, key: str | None) -> Customer | None:
        sample: Sample | None = SAMPLES.get(field)
        if key is not None:
            return self._world.ensure_customer(key, self._ids)
        if sample is None or not sample.about_person:
            return None
        known = next(iter(self._world.customers.values()), None)
        return known or self._world.ensure_customer(DEFAULT_PERSON, self._ids)

    def _effect(self, field: str, value: Json, customer: Customer | None) -> None:
        """What the world must remember of a change it announces."""
        if field == "user_preferences" and customer is not None:
            rows = value.get("user_preferences")
            row = rows[0] if isinstance(rows, list) and rows else None
            if isinstance(row, dict):
                customer.marketing = row.get("value") != "stop"


#: Who it is about when nobody has written yet.
DEFAULT_PERSON = "573001112233"

__all__ = ["MESSAGES", "Fields"]
