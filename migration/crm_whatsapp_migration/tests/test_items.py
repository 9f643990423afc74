from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import MigrationCase


@tagged("post_install", "-at_install")
class TestItems(MigrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tables()

    def test_a_rejected_row_can_be_looked_at(self):
        item = self.item()

        self.assertEqual(item.old_phone, "sin número")
        self.assertEqual(item.old_direction, "outgoing")
        self.assertEqual(item.old_text, "<b>?</b>")
        self.assertIn("words instead of a number", item.reason_words)
        self.env["res.lang"]._activate_lang("es_419")
        in_spanish = item.with_context(lang="es_419")
        self.assertIn("palabras en lugar", in_spanish.reason_words)

    def test_rows_of_every_table_say_what_they_were(self):
        for table, row, text in (
            ("whatsapp_gateway", 2, "Old Twilio"),
            ("whatsapp_template", 1, "Welcome"),
        ):
            item = self.item(source_table=table, source_id=row)
            self.assertEqual(item.old_text, text)

    def test_after_the_old_tables_are_gone_the_list_still_opens(self):
        item = self.item()
        self.env.cr.execute("DROP TABLE whatsapp_message")

        self.assertFalse(item.old_phone)
        self.assertFalse(item.old_text)

    def test_a_corrected_number_is_what_the_next_run_reads(self):
        item = self.item()
        item.correct_phone = "301 234 5671"
        run = self.planned_run()

        self.assertEqual(run.decisions["phones"], {"sin número": "301 234 5671"})
        self.assertFalse(run.plan["expected"]["whatsapp_message"]["rejected"])

    def test_what_is_no_number_is_refused(self):
        item = self.item()
        with self.assertRaisesRegex(ValidationError, "no telephone number"):
            item.correct_phone = "tampoco"

    def test_leaving_behind_wants_a_reason(self):
        item = self.item()
        with self.assertRaisesRegex(UserError, "Write a note"):
            item.action_skip()
        item.note = "A test of the provider"
        item.action_skip()

        self.assertEqual((item.state, item.reason), ("skipped", "decided_skip"))
        self.assertIn("decided to leave it", item.reason_words)
        with self.assertRaisesRegex(UserError, "Only rejected"):
            item.action_skip()

        item.action_take_back()
        self.assertEqual((item.state, item.reason), ("rejected", "phone_letters"))
        self.assertFalse(item.detail)

    def test_what_was_left_behind_stays_behind(self):
        item = self.item(note="no")
        item.action_skip()
        # Somebody corrects the same number in another row.
        self.item(source_id=1, reason="phone_letters")
        run = self.planned_run(decisions={"phones": {"sin número": "3012345671"}})

        expected = run.plan["expected"]["whatsapp_message"]
        self.assertEqual(expected["skipped"]["decided_skip"], 1)

    def test_gateways_are_not_decided_here(self):
        item = self.item(source_table="whatsapp_gateway", source_id=2, note="no")
        with self.assertRaisesRegex(UserError, "questions of a run decide"):
            item.action_skip()

    def test_the_run_counts_them(self):
        item = self.item(note="no")
        run = item.run_id
        self.assertEqual(run.rejected_count, 1)
        item.action_skip()
        run.invalidate_recordset()
        self.assertEqual((run.rejected_count, run.skipped_count), (0, 1))
        action = run.action_open_rejected()
        self.assertEqual(action["context"], {"search_default_rejected": 1})
