from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import MigrationCase


@tagged("post_install", "-at_install")
class TestRollbackWizard(MigrationCase):
    def setUp(self):
        super().setUp()
        self.migration = self.Run.create(
            {"state": "done", "started": "2026-01-01 00:00:00"}
        )
        self.channel = self.env["discuss.channel"].create(
            {"name": "Ana", "channel_type": "channel"}
        )
        self.env["whatsapp.migration.effect"].sudo().create(
            {
                "run_id": self.migration.id,
                "operation": "insert",
                "table_name": "discuss_channel",
                "row_id": self.channel.id,
            }
        )

    def _wizard(self, **vals):
        form = Form(
            self.env["whatsapp.migration.rollback"].with_context(
                default_run_id=self.migration.id
            )
        )
        for name, value in vals.items():
            setattr(form, name, value)
        return form

    def _use(self):
        self.channel.message_post(body="later", message_type="comment")

    def test_it_wants_a_backup(self):
        with self.assertRaisesRegex(UserError, "backup"):
            self._wizard().save().action_roll_back()
        self.assertFalse(self.migration.beat_ids)

    def test_it_is_left_to_the_worker(self):
        form = self._wizard(sure=True)
        self.assertFalse(form.found)
        form.save().action_roll_back()

        self.assertEqual(self.migration.task, "rollback")
        self.assertTrue(self.migration.at_work)
        self.assertFalse(self.migration.beat_ids.force)

    def test_it_says_what_people_have_done_since_and_asks(self):
        self._use()
        form = self._wizard(sure=True)
        self.assertIn("later messages", form.found)
        # The form itself demands an answer.
        with self.assertRaises(AssertionError):
            form.save()

        form.force = "keep"
        form.save().action_roll_back()
        self.assertEqual(self.migration.beat_ids.force, "keep")

    def test_by_rpc_it_asks_too(self):
        self._use()
        wizard = self.env["whatsapp.migration.rollback"].create(
            {"run_id": self.migration.id, "sure": True}
        )
        self.assertIn("later messages", wizard.found)
        with self.assertRaisesRegex(UserError, "what shall become"):
            wizard.action_roll_back()

    def test_only_the_newest_run_can_be_rolled_back(self):
        self.assertTrue(self.migration.newest)
        later = self.Run.create({"state": "done", "started": "2026-01-02 00:00:00"})
        self.migration.invalidate_recordset()
        # It did nothing, so nothing stands on this one.
        self.assertTrue(self.migration.newest)
        self.assertFalse(later.newest)
        self.env["whatsapp.migration.item"].sudo().create(
            {
                "run_id": later.id,
                "source_table": "whatsapp_message",
                "source_id": 1,
                "state": "moved",
            }
        )
        self.migration.invalidate_recordset()
        self.assertFalse(self.migration.newest)
