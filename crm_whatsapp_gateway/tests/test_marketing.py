from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_outbound import CUSTOMER, OutboundCase, error


@tagged("post_install", "-at_install")
class TestMarketing(OutboundCase):
    """A22: who stopped marketing gets none, and everything else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"language": "es", "state": "approved", "is_supported": True}
        cls.promotion, cls.reminder = cls.env["mail.whatsapp.template"].create(
            [
                {
                    "name": category,
                    "body": f"Texto de {category}",
                    "category": category,
                    "gateway_id": cls.gateway.id,
                    "model_id": cls.env["ir.model"]._get_id("crm.lead"),
                    **values,
                }
                for category in ("marketing", "utility")
            ]
        )

    def _wish(self, value, timestamp, **vals):
        wish = {
            "wa_id": CUSTOMER,
            "detail": "User requested to stop marketing messages",
            "category": "marketing_messages",
            "value": value,
            "timestamp": timestamp,
            **vals,
        }
        body = self._body()
        change = body["entry"][0]["changes"][0]
        change["field"] = "user_preferences"
        change["value"]["contacts"] = [{"wa_id": CUSTOMER, "profile": {"name": "Ana"}}]
        change["value"]["user_preferences"] = [wish]
        self.assertEqual(self.post(body).status_code, 200)
        self.process()
        self.assertEqual(set(self.events().mapped("state")), {"done"})

    def _send_template(self, template):
        context = {"whatsapp_template_id": template.id, "res_id": self.lead.id}
        channel = self.conversation.with_user(self.adviser).with_context(**context)
        message = channel.message_post(
            body=template.body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        return message.sudo()._whatsapp_rows()

    def _lines(self, words):
        found = self.conversation.message_ids | self.lead.message_ids
        return found.filtered(lambda message: words in (message.body or ""))

    def test_marketing_is_blocked_and_everything_else_goes(self):
        waiting = self._send_template(self.promotion)
        other = self._send_template(self.reminder)

        self._wish("stop", 1760000000)

        self.assertTrue(self.conversation.whatsapp_marketing_stopped_at)
        self.assertEqual((waiting.state, other.state), ("cancelled", "pending"))
        with self.assertRaisesRegex(UserError, "stopped marketing messages"):
            self._send_template(self.promotion)
        self.assertTrue(self._send_template(self.reminder))
        self.assertTrue(self.send("Le respondo a su pregunta"))
        self.assertEqual(len(self._lines("stopped marketing messages")), 2)
        self.assertTrue(self.conversation.whatsapp_panel()["marketing_stopped"])

    def test_who_wants_marketing_again_gets_it(self):
        self._wish("stop", 1760000000)
        self._wish("resume", 1760000500)
        self.assertFalse(self.conversation.whatsapp_marketing_stopped_at)
        self.assertTrue(self._send_template(self.promotion))

    def test_an_older_wish_that_comes_later_changes_nothing(self):
        self._wish("stop", 1760000500)
        self._wish("resume", 1760000000)
        self.assertTrue(self.conversation.whatsapp_marketing_stopped_at)

    def test_what_is_no_wish_about_marketing_is_left_alone(self):
        self._wish("stop", 1760000000, category="something_new")
        self._wish("perhaps", 1760000001)
        self._wish("stop", 1760000002, wa_id="573000000000")
        self.assertFalse(self.conversation.whatsapp_marketing_stopped_at)

    def test_meta_s_refusal_tells_it_too(self):
        self.graph.will(error(131050))
        self._send_template(self.promotion)
        self.work()
        self.assertTrue(self.conversation.whatsapp_marketing_stopped_at)
