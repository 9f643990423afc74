from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..processing import inbound, runner
from .common import WhatsappCase


class Numbers:
    """A queue of numbers; those in ``stuck`` are claimed and never done."""

    def __init__(self, numbers, stuck=()):
        self.due, self.stuck = list(numbers), set(stuck)
        self.done, self.claims, self.waiting = [], 0, 0

    def claim(self):
        self.claims += 1
        return self.due[0] if self.due else None

    def run(self, claimed):
        if claimed not in self.stuck:
            self.done.append(self.due.pop(0))
            self.waiting += 1

    def record(self):
        done, self.waiting = self.waiting, 0
        return done

    def skip(self, claimed):
        self.due.remove(claimed)


@tagged("post_install", "-at_install")
class TestRunner(WhatsappCase):
    """A2: no loop without progress; one item that is stuck stops no other."""

    def test_a_queue_is_worked_until_nothing_is_due(self):
        queue = Numbers([1, 2, 3])
        self.assertEqual(runner.work(queue, 60), (3, False))
        self.assertEqual(queue.done, [1, 2, 3])

    def test_time_that_is_up_is_said(self):
        self.assertEqual(runner.work(Numbers([1, 2, 3]), 0), (0, True))

    def test_what_makes_no_progress_is_skipped_and_said_and_the_rest_goes_on(self):
        queue = Numbers([1, 2, 3], stuck=[2])
        with self.assertLogs(runner.__name__, "ERROR") as logs:
            self.assertEqual(runner.work(queue, 60), (2, False))
        self.assertIn("2 makes no progress", logs.output[0])
        self.assertEqual(queue.done, [1, 3])
        self.assertLess(queue.claims, 15)

    @mute_logger(runner.__name__)
    def test_an_event_that_can_not_be_taken_stops_no_other(self):
        """Whatever the reason: here its lock is granted and its event is not found."""
        for person in ("573015550001", "573015550002"):
            self.post(self._body(self._message(person)))
        due_events = inbound.due_events

        def find(env, conversations, *rest):
            keys = {one.key for one in conversations}
            events = due_events(env, conversations, *rest)
            if "573015550001" in keys:
                events = events.filtered(lambda one: one.person != "573015550001")
            return events

        with patch.object(inbound, "due_events", find):
            self.process()
        self.assertEqual(self.events().mapped("state"), ["pending", "done"])
