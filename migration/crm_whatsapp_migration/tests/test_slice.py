from odoo.tests import TransactionCase

from ..models.slice import Slice


class PlayedBeat:
    """What a slice says of itself, and whether somebody wants a pause."""

    def __init__(self):
        self.written = []
        self.pause = False
        self.asked = 0

    def _write_now(self, vals):
        self.written.append(vals)

    def _read_now(self, _name):
        self.asked += 1
        return self.pause


class TestSlice(TransactionCase):
    def setUp(self):
        super().setUp()
        self.now = 0.0
        self.beat = PlayedBeat()
        self.part = Slice(self.beat, seconds=30, clock=lambda: self.now)

    def test_time_counts_from_the_first_batch(self):
        self.part.note("gateways", 3, 3)
        self.now = 10
        self.part.note("messages", 0, 100)
        self.assertFalse(self.part.should_stop())
        self.part.note("messages", 10, 100)
        self.now = 39
        self.assertFalse(self.part.should_stop())
        self.now = 41
        self.assertTrue(self.part.should_stop())

    def test_it_works_as_long_as_it_looked(self):
        self.now = 500
        self.part.note("messages", 10, 100)
        self.now = 999
        self.assertFalse(self.part.should_stop())
        self.now = 1001
        self.assertTrue(self.part.should_stop())

    def test_it_tells_once_a_second_and_the_end_always(self):
        for done in range(1, 50):
            self.part.note("messages", done, 50)
        self.assertEqual([vals["done"] for vals in self.beat.written], [1])
        self.part.note("messages", 50, 50)
        self.assertEqual(self.beat.written[-1]["done"], 50)
        self.part.note("checks", 1, 9, always=True)
        self.assertEqual(self.beat.written[-1]["noun"], "checks")

    def test_a_pause_is_asked_for_once_a_second_and_remembered(self):
        self.assertFalse(self.part.should_pause())
        self.beat.pause = True
        self.assertFalse(self.part.should_pause())
        self.now = 2
        self.assertEqual(self.part.should_stop(), "paused")
        self.assertTrue(self.part.paused)
        self.assertEqual(self.beat.asked, 2)
