"""The rows of `whatsapp_message`, one after another, and what is known of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from .copying import Ids
from .made import Fate, Gateway, Made
from .numbers import unreadable
from .people import ADMIN, Person
from .shares import STATES, Phone, Shares
from .strays import Strays
from .words import ERRORS, Texts, Words

COLUMNS = (
    "id lead_id partner_id template_id gateway_id create_uid write_uid name phone"
    " direction state external_id message error_message sent_date delivered_date"
    " read_date create_date write_date"
).split()
#: Of a template that is not there any more.
DELETED_TEMPLATE = 999_999
SKEW = 1.7


@dataclass
class Period:
    """When a generation was at work."""

    start: datetime
    end: datetime


@dataclass
class Sample:
    """What later steps hang things on: (message id, lead id, direction, phone, text,
    time)."""

    chatter: list[tuple[int, int, str, str, str, datetime]] = field(
        default_factory=list
    )
    tracked: list[tuple[int, datetime]] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)
    activity: list[int] = field(default_factory=list)
    attachment: list[int] = field(default_factory=list)


class Messages:
    """Draws the rows of one generation.

    :param strays: of generation 2, else None
    """

    def __init__(
        self,
        rng: Random,
        words: Words,
        shares: Shares,
        people: Sequence[Person],
        gateways: Sequence[Gateway],
        templates: Sequence[int],
        ids: Ids,
        made: Made,
        strays: Strays | None = None,
    ) -> None:
        self._rng, self._words, self._shares = rng, words, shares
        self._people, self._gateways, self._templates = people, gateways, templates
        self._ids, self._made, self._strays = ids, made, strays
        self._texts = Texts(words, shares, rng)
        self.sample = Sample()
        self._partners: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._last: tuple[tuple[Any, ...], Fate] | None = None
        self._generation = 2 if strays else 1
        self._bad = self._bad_phones()

    def _bad_phones(self) -> list[tuple[float, Phone]]:
        shares, total, found = self._shares, 0.0, []
        for share, kind in (
            (shares.two_numbers, Phone.TWO),
            (shares.letters, Phone.LETTERS),
            (shares.empty, Phone.EMPTY),
            (shares.nowhere, Phone.NOWHERE),
        ):
            total += share
            found.append((total, kind))
        return found

    def rows(self, count: int, period: Period) -> Iterator[tuple[Any, ...]]:
        """So many rows, by time but for those that were imported late."""
        step = (period.end - period.start) / max(count, 1)
        forced = self._forced(count)
        for place in range(count):
            at = period.start + step * place
            at = at.replace(microsecond=0)
            if self._last and self._rng.random() < self._shares.duplicate:
                yield self._again(at)
                continue
            yield self._row(place, at, forced.get(place))
        self._close()

    def _forced(self, count: int) -> dict[int, Phone]:
        """Small databases have one of each too."""
        places = [count // 7 * turn for turn in range(1, 5)] if count >= 20 else []
        return dict(zip(places, list(Phone)[1:], strict=False))

    def _row(self, place: int, at: datetime, kind: Phone | None) -> tuple[Any, ...]:
        rng, shares = self._rng, self._shares
        index = int(rng.random() ** SKEW * len(self._people))
        person = self._people[index]
        gateway = self._gateway(index)
        chance = rng.random()
        kind = kind or self._kind(chance)
        phone, second = self._phone(person, kind, index)
        incoming = rng.random() < shares.incoming
        direction = "incoming" if incoming else "outgoing"
        state = self._state(incoming, place)
        text, oddity = self._texts.text()
        self._made.oddities[oddity] += 1
        row_id = self._next_id()
        lead_id = self._lead(person)
        partner_id = person.partner_id if rng.random() < 0.7 else None
        external, stands = self._external(
            row_id, gateway, person, incoming, state, text, at
        )
        sent, delivered, read, at = self._times(state, incoming, at)
        fate = Fate(
            *(gateway.id, kind, direction, state, False, self._generation, stands)
        )
        row = (
            *(row_id, lead_id, partner_id, self._template(incoming), gateway.id),
            *(ADMIN, ADMIN, rng.choice(self._words.subjects), phone, direction, state),
            *(external, text, self._error(state), sent, delivered, read, at, at),
        )
        # A row without a contact has its lead's.
        whose = partner_id or (person.partner_id if lead_id else None)
        self._note(fate, person, second, whose)
        self._hang(row_id, lead_id, direction, phone, text, at)
        if kind is Phone.READABLE and (external or "").startswith(("wamid.", "SM")):
            self._last = (row, fate) if not stands else self._last
        return row

    def _again(self, at: datetime) -> tuple[Any, ...]:
        """The last message that has an id of WhatsApp's, stored a second time."""
        assert self._last
        row, fate = self._last
        self._last = None
        self._made.fates[fate._replace(duplicate=True)] += 1
        self._made.oddities["duplicate"] += 1
        return (self._next_id(), *row[1:-2], at, at)

    def _next_id(self) -> int:
        if self._rng.random() < self._shares.gap:
            self._ids.next()
        return self._ids.next()

    def _kind(self, chance: float) -> Phone:
        if chance >= self._bad[-1][0]:
            return Phone.READABLE
        return next(kind for edge, kind in self._bad if chance < edge)

    def _gateway(self, index: int) -> Gateway:
        # A person stays with one, as people do; some write to another now and then.
        if self._rng.random() < self._shares.other_gateway:
            return self._rng.choice(self._gateways)
        spread = (0, 0, 0, 0, 0, 1, 1, 2, 3, 4)
        return self._gateways[spread[index % 10] % len(self._gateways)]

    def _phone(self, person: Person, kind: Phone, index: int) -> tuple[str, str]:
        """What stands in the field, and the key of a second number in it."""
        if kind is Phone.READABLE:
            return self._rng.choice(person.written), ""
        if kind is not Phone.TWO:
            return unreadable(self._rng, kind), ""
        other = self._people[index - 1].number
        mark = self._rng.choice((" / ", ";", ", "))
        return f"{self._rng.choice(person.written)}{mark}{other.e164}", other.key

    def _state(self, incoming: bool, place: int) -> str:
        if incoming:
            return "delivered" if self._rng.random() < 0.5 else "read"
        if place < len(STATES) * 2:
            return STATES[place % len(STATES)][0]
        chance, total = self._rng.random(), 0.0
        for state, share in STATES:
            total += share
            if chance < total:
                return state
        return STATES[-1][0]

    def _lead(self, person: Person) -> int | None:
        if not person.lead_ids or self._rng.random() < self._shares.without_lead_on_row:
            return None
        return self._rng.choice(person.lead_ids)

    def _template(self, incoming: bool) -> int | None:
        if incoming:
            return None
        chance = self._rng.random()
        if chance < self._shares.deleted_template:
            self._made.oddities["deleted_template"] += 1
            return DELETED_TEMPLATE
        if chance < self._shares.template:
            return self._rng.choice(self._templates)
        return None

    def _external(
        self,
        row_id: int,
        gateway: Gateway,
        person: Person,
        incoming: bool,
        state: str,
        text: str,
        at: datetime,
    ) -> tuple[str | None, bool]:
        """`external_id`, and whether its text stands in a conversation already."""
        if self._strays:
            if incoming:
                return self._strays.received(row_id, gateway, person, text, at)
            if state != "draft":
                return self._strays.sent(gateway, person, text, at)
            return None, False
        if state in ("draft", "failed"):
            return None, False
        if gateway.provider == "twilio":
            return f"SM{row_id:032x}", False
        if gateway.provider == "custom":
            return f"ext {row_id}" if row_id % 2 else None, False
        return f"wamid.HBgM{row_id:024X}", False

    def _times(
        self, state: str, incoming: bool, at: datetime
    ) -> tuple[datetime | None, datetime | None, datetime | None, datetime]:
        """sent, delivered, read, create: as odd as the shares say."""
        rng, shares = self._rng, self._shares
        if state in ("draft", "failed"):
            return None, None, None, at
        sent: datetime | None = at
        if rng.random() < shares.late:
            sent = at - timedelta(days=rng.randrange(1, 40))
            self._made.oddities["late"] += 1
        delivered = read = None
        if state in ("delivered", "read"):
            delivered = (sent or at) + timedelta(seconds=rng.randrange(1, 90))
        if state == "read" and delivered:
            wait = rng.randrange(1, 7200)
            if rng.random() < shares.read_before_delivered:
                wait = -wait
                self._made.oddities["read_before_delivered"] += 1
            read = delivered + timedelta(seconds=wait)
        if incoming or (
            state == "delivered" and rng.random() < shares.delivered_unsent
        ):
            sent = None
            self._made.oddities["without_sent_date"] += 1
        return sent, delivered, read, at

    def _error(self, state: str) -> str | None:
        if state != "failed":
            return None
        if self._rng.random() < self._shares.long_error:
            self._made.oddities["long_error"] += 1
            return self._words.long_error
        return self._rng.choice(ERRORS)

    def _note(
        self, fate: Fate, person: Person, second: str, partner_id: int | None
    ) -> None:
        made, key = self._made, person.number.key
        made.fates[fate] += 1
        if fate.phone not in (Phone.READABLE, Phone.TWO):
            return
        if fate.state == "draft":
            made.draft_talks.add((fate.gateway, key))
            return
        made.talks[fate.phone].add((fate.gateway, key))
        if second:
            made.second_talks.add((fate.gateway, second))
        if partner_id:
            self._partners[fate.gateway, partner_id].add(person.number.wa_id)

    def _hang(
        self,
        row_id: int,
        lead_id: int | None,
        direction: str,
        phone: str,
        text: str,
        at: datetime,
    ) -> None:
        rng, shares, sample = self._rng, self._shares, self.sample
        if lead_id and rng.random() < shares.lead_chatter:
            sample.chatter.append((row_id, lead_id, direction, phone, text, at))
        chance = rng.random()
        if chance < shares.tracked:
            sample.tracked.append((row_id, at))
        if chance < shares.followed:
            sample.followed.append(row_id)
        if chance < shares.activity:
            sample.activity.append(row_id)
        if 0.5 < chance < 0.5 + shares.attachment or row_id % 997 == 5:
            sample.attachment.append(row_id)

    def _close(self) -> None:
        for (_, partner_id), numbers in self._partners.items():
            if len(numbers) > 1:
                found = self._made.shared_partners.setdefault(partner_id, set())
                found |= numbers
