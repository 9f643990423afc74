from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common_outbound import OutboundCase, down

URL = "https://ejemplo.co/plan?a=1&b=2"


@tagged("post_install", "-at_install")
class TestOutboundText(OutboundCase):
    """A26: what an adviser writes arrives as written."""

    def sent(self):
        """Texts as Meta got them."""
        self.work()
        bodies = [call["json"] for call in self.graph.calls if call["json"]]
        return [body["text"] for body in bodies if body["type"] == "text"]

    def post(self, html):
        return self.send(Markup(html))

    def test_marks_lists_and_links(self):
        self.post(
            "<p>Hola <b>Ana </b>,</p><ul><li>Lote 12</li><li><i>Lote 14</i></ul>"
            '<p>Ver <a href="https://lukr.co/l/12">la ficha</a> o https://lukr.co</p>'
        )
        self.assertEqual(
            self.sent(),
            [
                {
                    "preview_url": True,
                    "body": "Hola *Ana* ,\n\n- Lote 12\n- _Lote 14_\n\n"
                    "Ver la ficha (https://lukr.co/l/12) o https://lukr.co",
                }
            ],
        )

    def test_link_written_in_discuss_arrives_once(self):
        """R01: the customer got "[1]" and a footnote."""
        shown = URL.replace("&", "&amp;")
        self.post(f'Mira <a href="{shown}" target="_blank">{shown}</a> y me cuentas')
        self.post('<a href="https://x.co"><span>Plan</span></a>')
        self.assertEqual(
            self.sent(),
            [
                {"preview_url": True, "body": f"Mira {URL} y me cuentas"},
                {"preview_url": True, "body": "Plan (https://x.co)"},
            ],
        )

    def test_link_written_in_the_wizard_arrives_once(self):
        action = self.lead.with_user(self.adviser).action_whatsapp_compose()
        form = Form(
            self.env["whatsapp.composer"]
            .with_user(self.adviser)
            .with_context(**action["context"])
        )
        form.body = f"Mira {URL}\ny me cuentas"
        form.save().action_send_whatsapp()
        self.assertEqual(
            self.sent(), [{"preview_url": True, "body": f"Mira {URL}\ny me cuentas"}]
        )

    def test_preview_of_links_can_be_switched_off(self):
        settings = self.env["res.config.settings"].create(
            {"whatsapp_link_preview": False}
        )
        settings.execute()
        self.post(f"Mira {URL}")
        self.assertEqual(self.sent(), [{"preview_url": False, "body": f"Mira {URL}"}])

    def test_mention_arrives_without_address(self):
        self.post(
            'Le escribe <a href="https://odoo.co/odoo/res.partner/7"'
            ' class="o_mail_redirect" data-oe-id="7" data-oe-model="res.partner"'
            ' target="_blank">@Sara</a>'
        )
        self.assertEqual(
            self.sent(), [{"preview_url": False, "body": "Le escribe @Sara"}]
        )

    def test_long_text_is_a_row_for_each_part_in_order(self):
        first, second = "palabra " * 400, "otra " * 360
        rows = self.post(f"<p>{first}</p><p>{second}</p>")
        self.assertEqual(rows.mapped("kind"), ["text", "text"])
        self.assertEqual(rows.mapped("sequence"), [0, 1])
        sent = [text["body"] for text in self.sent()]
        self.assertEqual(sent, [first.strip(), second.strip()])

    def test_second_part_waits_for_the_first(self):
        rows = self.post("palabra " * 600)
        self.graph.will(down)
        self.work()
        self.assertEqual(len(self.graph.calls), 1)
        self.assertEqual(rows.mapped("state"), ["pending", "pending"])

    def test_text_for_more_than_ten_messages_is_refused(self):
        with self.assertRaisesRegex(UserError, "10 parts.*attach it as a file"):
            self.post("palabra " * 6000)

    def test_message_without_text_or_file_sends_nothing(self):
        for html in ("<p><br></p>", "<p>&nbsp;</p>", "<img src='/x.png'/>"):
            with self.subTest(html=html):
                self.assertFalse(self.post(html))

    # -------------------------------------------------------------- captions
    def test_short_text_is_the_caption_of_a_single_file(self):
        quote = self.attachment("Cotización S00042.pdf")
        rows = self.send(
            Markup("Ana, aquí va la <b>cotización</b>."), attachment_ids=quote.ids
        )
        self.assertEqual(rows.mapped("kind"), ["document"])
        self.work()
        self.assertEqual(self.graph.paths, ["media", "messages"])
        self.assertEqual(
            self.graph.calls[1]["json"]["document"],
            {
                "id": "media1",
                "filename": "Cotización S00042.pdf",
                "caption": "Ana, aquí va la *cotización*.",
            },
        )

    def test_text_is_no_caption_where_whatsapp_takes_none(self):
        long_text = "palabra " * 129
        two = self.attachment() + self.attachment("planos.pdf")
        for text, files, kinds in (
            (long_text, self.attachment(), ["document", "text"]),
            ("hola", two, ["document", "document", "text"]),
            ("hola", self.audio(), ["audio", "text"]),
        ):
            with self.subTest(kinds=kinds):
                rows = self.send(text, attachment_ids=files.ids)
                self.assertEqual(rows.mapped("kind"), kinds)

    def test_answer_with_a_caption_quotes(self):
        quoted = self.send("antes")
        self.work()
        rows = self.send(
            "mire", attachment_ids=self.attachment().ids, parent_id=quoted.message_id.id
        )
        self.assertEqual(rows.payload["context"], {"message_id": quoted.wamid})
        self.assertEqual(rows.payload["document"]["caption"], "mire")

    # --------------------------------------------------------------- inbound
    def test_customers_marks_are_shown(self):
        html = self.env["mail.gateway.whatsapp"]._whatsapp_to_html(
            "> ayer dijiste\n*sí*\n`SKU_1_A` http://x.co/a_b_c <b>"
        )
        message = self.conversation.message_post(body=html, message_type="comment")
        for part in (
            "<blockquote",
            "<strong>sí</strong>",
            "<code>SKU_1_A</code>",
            'href="http://x.co/a_b_c"',
            "&lt;b&gt;",
        ):
            self.assertIn(part, message.body)
        preview = self.conversation._whatsapp_preview_of(message)
        self.assertEqual(preview, "ayer dijiste sí SKU_1_A http://x.co/a_b_c <b>")
