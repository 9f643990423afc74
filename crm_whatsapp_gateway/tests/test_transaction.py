from psycopg2 import errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..processing import transaction
from .common import WhatsappCase


@tagged("post_install", "-at_install")
class TestTransaction(WhatsappCase):
    """R1: a lost race is repeated in a new transaction, an error is not."""

    def _work(self, *failures):
        left = list(failures)
        cursors = []

        def work(env):
            cursors.append(env.cr)
            env["crm.tag"].create({"name": f"try {len(cursors)}"})
            if left:
                raise left.pop(0)
            return len(cursors)

        return work

    @mute_logger(transaction.__name__)
    def test_a_lost_race_is_repeated_and_leaves_nothing_behind(self):
        work = self._work(errors.SerializationFailure(), errors.UniqueViolation())
        self.assertEqual(transaction.in_transaction(self.env, work), 3)
        self.assertEqual(
            self.env["crm.tag"].search([("name", "like", "try ")]).mapped("name"),
            ["try 3"],
        )

    def test_another_error_is_raised_at_once(self):
        work = self._work(ValueError("no"), ValueError("never"))
        with self.assertRaisesRegex(ValueError, "no"):
            transaction.in_transaction(self.env, work)
        self.assertFalse(self.env["crm.tag"].search([("name", "like", "try ")]))

    @mute_logger(transaction.__name__)
    def test_a_race_lost_too_often_is_raised(self):
        work = self._work(*[errors.SerializationFailure() for _n in range(9)])
        with self.assertRaises(errors.SerializationFailure):
            transaction.in_transaction(self.env, work, attempts=2)
