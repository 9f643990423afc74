import json
import random
from collections import Counter
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools.event_text import event_text
from ..tools.webhook import parse_body, parse_event, read_body
from ..tools.webhook_events import (
    InboundMessage,
    MessageEcho,
    Notice,
    StatusUpdate,
)
from .random_bodies import RandomBodies

BODIES = 10_000
SEED = 20261130
LISTS = {
    "messages": ("messages", "statuses"),
    "smb_message_echoes": ("message_echoes",),
}
NOW = datetime.fromisoformat("2026-11-30")
EARLIEST = datetime.fromisoformat("2009-01-01")


def plain(source, **values):
    return source % values if values else source


def key(part):
    return json.dumps(part, sort_keys=True)


def items_of(body):
    """Return what must be accounted for: messages, statuses, and the rest."""
    for entry in body["entry"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("changes"), list):
            yield entry
            continue
        for change in entry["changes"]:
            value = change.get("value") if isinstance(change, dict) else None
            if not isinstance(value, dict):
                yield change
                continue
            names = LISTS.get(field_of(change), ())
            found = [value[name] for name in names if value.get(name)]
            for items in found:
                yield from items if isinstance(items, list) else [items]
            if not found:
                yield from value.values()


def field_of(change):
    """Field of a change; of one without, by what is in it."""
    given = change.get("field")
    if isinstance(given, str | int | float) and given not in ("", True, False):
        return str(given)
    found = [f for f, names in LISTS.items() if set(names) & set(change["value"])]
    return next(iter(found), "")


def parts_of(body):
    """Return what an event's own body accounts for."""
    [entry] = body["entry"]
    yield entry
    changes = entry.get("changes") if isinstance(entry, dict) else None
    for change in changes if isinstance(changes, list) else ():
        yield change
        value = change.get("value") if isinstance(change, dict) else None
        for part in value.values() if isinstance(value, dict) else ():
            yield part
            yield from part if isinstance(part, list) else ()


@tagged("post_install", "-at_install")
class TestRandomBodies(BaseCase):
    """Whatever a body holds: no exception, nothing lost, the same when read again."""

    def test_every_item_of_a_random_body_is_an_event(self):
        bodies = RandomBodies(random.Random(SEED))
        kinds, problems = Counter(), 0
        for _number in range(BODIES):
            # As it comes over the wire.
            body = read_body(json.dumps(next(bodies)).encode())
            events = parse_body(body)
            for event in events:
                self._check(event)
                kinds[type(event).__name__] += 1
                problems += bool(event.problem)
            known = {key(part) for event in events for part in parts_of(event.body)}
            for item in items_of(body):
                self.assertIn(key(item), known, body)
        # The generator reaches everything.
        self.assertEqual(len(kinds), 5, kinds)
        self.assertGreater(problems, BODIES / 20)

    def _check(self, event):
        again = parse_event(json.loads(json.dumps(event.body, sort_keys=True)))
        self.assertEqual(again, event)
        self.assertEqual(hash(again), hash(event))
        for indexed in (event.external_id, event.status, event.person):
            self.assertLessEqual(len(indexed), 250)
        self.assertFalse(event.person.startswith("+"))
        if isinstance(event, InboundMessage | MessageEcho):
            self.assertTrue(event_text(event, plain))
        if isinstance(event, InboundMessage | MessageEcho | StatusUpdate):
            self.assertTrue(EARLIEST <= event.time(NOW) <= NOW)
        if isinstance(event, InboundMessage) and not event.problem:
            self.assertTrue(event.person)
            self.assertLessEqual(len(event.sender.user_id), 250)
            if isinstance(event.content, Notice):
                self.assertLessEqual(len(event.content.user_id), 250)
