from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_outbound import OutboundCase, down, error


@tagged("post_install", "-at_install")
class TestOutboundEdits(OutboundCase):
    """A29, R19: what waits follows its edit; what left stays as the customer has it."""

    def edit(self, message, body, record=None, **vals):
        record = record or self.conversation
        # As Odoo's controller does, once it knows that the user may.
        record.with_user(self.adviser).sudo()._message_update_content(
            message.with_user(self.adviser).sudo(), body=body, **vals
        )
        self.env.flush_all()

    def test_waiting_message_is_sent_as_it_was_edited(self):
        row = self.send("mañana a las 3")
        self.graph.will(down)
        self.work()
        self.assertEqual(row.state, "pending")
        self.edit(row.message_id, Markup("<p>mañana a las <b>4</b></p>"))
        mirror = row.message_id.gateway_message_id
        self.assertIn("<b>4</b>", mirror.body)
        self.assertEqual(self.conversation.whatsapp_preview, "mañana a las 4")
        self.pass_time(60)
        self.work()
        self.assertEqual(self.graph.texts, ["mañana a las 3", "mañana a las *4*"])
        self.assertEqual(row.state, "success")

    def test_edited_message_keeps_its_place(self):
        first = self.send("uno")
        self.send("dos")
        self.edit(first.message_id, "uno, corregido")
        self.work()
        self.assertEqual(self.graph.texts, ["uno, corregido", "dos"])

    def test_edit_may_need_more_or_fewer_messages(self):
        rows = self.send("palabra " * 600)
        self.assertEqual(len(rows), 2)
        self.edit(rows.message_id, "corto")
        self.assertEqual(rows.mapped("state"), ["pending", "cancelled"])
        self.edit(rows.message_id, "otra " * 1700)
        self.assertEqual(len(rows.message_id._whatsapp_rows()), 4)
        self.work()
        self.assertEqual("".join(self.graph.texts).count("otra"), 1700)

    def test_file_added_to_a_waiting_message_takes_its_text_as_caption(self):
        row = self.send("el plano")
        plan = self.attachment("plano.pdf")
        self.edit(row.message_id, "el plano", attachment_ids=plan.ids)
        self.work()
        sent = self.graph.calls[1]["json"]
        self.assertEqual(
            sent["document"],
            {"id": "media1", "filename": "plano.pdf", "caption": "el plano"},
        )
        self.assertEqual(len(self.graph.calls), 2)

    def test_file_taken_out_of_a_waiting_message_is_not_sent(self):
        plan, prices = self.attachment("plano.pdf"), self.attachment()
        rows = self.send("los dos", attachment_ids=(plan + prices).ids)
        message = rows.message_id
        plan.sudo()._delete_and_notify(message.sudo())
        self.work()
        self.assertEqual(self.graph.paths, ["media", "messages"])
        self.assertEqual(
            self.graph.calls[1]["json"]["document"],
            {"id": "media1", "filename": "precios.pdf", "caption": "los dos"},
        )
        with self.assertRaisesRegex(UserError, "cannot take this message back"):
            prices.sudo()._delete_and_notify(message.sudo())
        self.assertTrue(prices.exists())

    def test_sent_message_cannot_be_edited_or_emptied(self):
        row = self.send("mañana a las 3")
        self.work()
        self.status(row, "read")
        message = row.message_id
        for body in ("mañana a las 4", ""):
            with (
                self.assertRaisesRegex(UserError, "cannot take this message back"),
                self.env.cr.savepoint(),
            ):
                self.edit(message, body, attachment_ids=[])
        self.assertIn("a las 3", message.body)
        self.assertIn("a las 3", message.gateway_message_id.body)
        self.assertEqual(self.notification(message)[:1].whatsapp_state, "read")

    def test_message_that_is_being_sent_cannot_be_edited(self):
        for state in ("processing", "uncertain"):
            row = self.send("mañana a las 3")
            row.write({"state": state})
            with self.subTest(state), self.assertRaisesRegex(UserError, "being sent"):
                self.edit(row.message_id, "mañana a las 4")

    def test_edit_that_whatsapp_would_refuse_is_refused(self):
        row = self.send("corto")
        with self.assertRaisesRegex(UserError, "4096"), self.env.cr.savepoint():
            self.edit(row.message_id, "x" * 5000)
        self.work()
        self.assertEqual(self.graph.texts, ["corto"])

    def test_failed_message_is_retried_as_it_was_edited(self):
        row = self.send("malo")
        self.graph.will(error(131026))
        self.work()
        self.assertEqual(row.state, "failed")
        self.edit(row.message_id, "bueno")
        row.with_user(self.adviser).action_retry_now()
        self.work()
        self.assertEqual(self.graph.texts, ["malo", "bueno"])

    def test_failed_message_that_was_emptied_is_not_retried(self):
        row = self.send("malo")
        self.graph.will(error(131026))
        self.work()
        self.edit(row.message_id, "", attachment_ids=[])
        self.assertEqual(row.state, "cancelled")

    def test_edit_in_the_leads_chatter_is_sent_as_well(self):
        row = self.send("mañana a las 3")
        mirror = row.message_id.gateway_message_id
        self.edit(mirror, "mañana a las 4", record=self.lead)
        self.assertIn("a las 4", row.message_id.body)
        self.work()
        self.assertEqual(self.graph.texts, ["mañana a las 4"])
        with self.assertRaisesRegex(UserError, "cannot take this message back"):
            self.edit(mirror, "mañana a las 5", record=self.lead)

    def test_waiting_template_is_not_edited(self):
        row = self.send("texto")
        row.write({"kind": "template"})
        with self.assertRaisesRegex(UserError, "as it was approved"):
            self.edit(row.message_id, "otro")
        self.edit(row.message_id, "", attachment_ids=[])
        self.assertEqual(row.state, "cancelled")
