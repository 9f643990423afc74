from odoo.tests import TransactionCase

from ..engine.decisions import Decisions
from ..models import answers


class TestAnswers(TransactionCase):
    """An answer goes from the screen to the file and back unchanged."""

    def test_there_and_back(self):
        for path, value, kept in (
            (("gateways", "3", "action"), "skip", {"action": "skip"}),
            (
                ("gateways", "3", "action"),
                "map:7",
                {"action": "map", "gateway": 7},
            ),
            (
                ("gateways", "3", "action"),
                "join:2",
                {"action": "join", "legacy": 2},
            ),
            (("templates", "4", "gateway"), "7", {"gateway": 7}),
            (("templates", "4", "gateway"), "old:3", {"gateway": "old:3"}),
            (("mixed_gateways", "1"), "2026-01-23", "2026-01-23"),
        ):
            decisions = {}
            answers.put(decisions, path, value)

            self.assertEqual(decisions[path[0]][path[1]], kept)
            self.assertEqual(answers.get(decisions, path), value)
            Decisions.from_dict(decisions)

    def test_the_given_decisions_are_not_touched(self):
        given = {"gateways": {"3": {"action": "skip"}}}
        copied = dict(given)

        answers.put(copied, ("gateways", "3", "action"), "create")

        self.assertEqual(given, {"gateways": {"3": {"action": "skip"}}})

    def test_an_answer_can_be_taken_away(self):
        decisions = {"two_numbers": "first", "chatter": "drop"}

        answers.put(decisions, ("two_numbers",), None)

        self.assertEqual(decisions, {"chatter": "drop"})

    def test_no_answer(self):
        self.assertIsNone(answers.get({}, ("gateways", "3", "action")))
        self.assertIsNone(answers.get({}, ("templates", "3", "category")))
