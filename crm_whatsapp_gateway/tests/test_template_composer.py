import base64

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common_template import TemplateCase, meta_template, url_button


@tagged("post_install", "-at_install")
class TestTemplateComposer(TemplateCase):
    """A25: choose a template, fill in what is missing, see it, send it."""

    def open(self, template=None):
        lead = self.lead.with_user(self.adviser)
        action = lead.action_whatsapp_compose()
        context = action["context"]
        form = Form(lead.env["whatsapp.composer"].with_context(**context))
        if template:
            form.template_id = template
        return form

    def lines(self, form):
        return [
            form.value_ids.edit(number).label for number in range(len(form.value_ids))
        ]

    def fill(self, form, *texts):
        for number, text in enumerate(texts):
            with form.value_ids.edit(number) as line:
                line.value = text

    def texts(self):
        [body] = self.sent()["components"]
        return [parameter["text"] for parameter in body["parameters"]]

    def test_only_what_nobody_knows_is_asked(self):
        self.adviser.name = "Sara Gómez"
        self.lead.contact_name = "Ana"
        template = self.bring(
            meta_template(
                body="Hola {{1}}, soy {{2}} de {{3}}: {{4}}. Vivo en {{5}} x"
            ),
            body_1="whatsapp_customer_name",
            body_2={"source": "user_name"},
            body_3={"source": "fixed", "fixed_value": "Luker"},
            body_5="partner_id.city",
        )
        form = self.open(template)
        self.assertEqual(self.lines(form), ["{{4}}", "{{5}} (City)"])
        self.assertIn("Hola Ana, soy Sara Gómez de Luker", form.preview)
        self.assertIn("<mark>{{4}}</mark>", form.preview)
        self.fill(form, "te  espero\tmañana", "Cali")
        self.assertIn("te espero mañana. Vivo en Cali", form.preview)
        form.save().action_send_whatsapp()
        self.work()
        self.assertEqual(
            self.texts(),
            ["Ana", "Sara Gómez", "Luker", "te espero mañana", "Cali"],
        )
        self.assertIn(
            "te espero mañana. Vivo en Cali", self.lead_messages(self.lead)[-1]
        )

    def test_the_preview_has_every_part(self):
        template = self.bring(
            meta_template(
                header={"format": "IMAGE"},
                body="*Hola* <b>x</b> {{1}} fin",
                footer="Luker",
                buttons=[url_button(text="Ver lote")],
            )
        )
        form = self.open(template)
        for part in (
            "Image",
            "Luker",
            "Ver lote",
            "<strong>Hola</strong>",
            "&lt;b&gt;",
        ):
            self.assertIn(part, form.preview)

    def test_a_value_that_is_left_empty_is_named(self):
        template = self.bring(meta_template(body="Hola {{1}}, bien"))
        wizard = (
            self.env["whatsapp.composer"]
            .with_user(self.adviser)
            .create(
                {
                    "res_model": "crm.lead",
                    "res_id": self.lead.id,
                    "number_field_name": self.number_field,
                    "gateway_id": self.gateway.id,
                    "template_id": template.id,
                }
            )
        )
        with self.assertRaisesRegex(UserError, r"\{\{1\}\} is missing"):
            wizard.action_send_whatsapp()
        self.assertFalse(self.queue.search_count([("kind", "=", "template")]))

    def test_another_template_asks_for_its_own(self):
        first = self.bring(meta_template("uno", body="Hola {{1}}, bien"))
        self.sync(
            meta_template("uno", body="Hola {{1}}, bien"),
            meta_template("dos", body="a {{nombre}} b", parameter_format="NAMED"),
        )
        form = self.open(first)
        self.fill(form, "x")
        form.template_id = self.by_name("dos")
        self.assertEqual(self.lines(form), ["Nombre"])
        self.assertFalse(form.value_ids.edit(0).value)

    def test_a_file_for_the_header(self):
        template = self.bring(meta_template(header={"format": "DOCUMENT"}))
        form = self.open(template)
        self.assertTrue(form.needs_header_file)
        form.header_file = base64.b64encode(b"%PDF-1.4 x").decode()
        wizard = form.save()
        # The browser writes it with the file; a test's form cannot.
        wizard.header_file_name = "Cotización.pdf"
        self.assertIn("Cotización.pdf", wizard.preview)
        wizard.action_send_whatsapp()
        self.work()
        [header] = self.sent()["components"]
        document = header["parameters"][0]["document"]
        self.assertEqual(document["filename"], "Cotización.pdf")

    def test_only_what_can_be_sent_from_here_is_offered(self):
        self.sync(
            meta_template("buena"),
            meta_template("pausada", status="PAUSED"),
            meta_template("rara", language="xx_YY"),
            meta_template("otra"),
        )
        self.by_name("otra").model_id = self.env["ir.model"]._get("res.partner")
        form = self.open()
        domain = safe_eval(
            form._view["fields"]["template_id"]["domain"],
            {"gateway_id": form.gateway_id.id, "res_model": "crm.lead"},
        )
        found = self.env["mail.whatsapp.template"].search(domain)
        self.assertEqual(found, self.by_name("buena"))

    def test_a_template_is_found_by_its_text(self):
        template = self.bring(
            meta_template("recordatorio", body="Su cita {{1}} está lista")
        )
        Template = self.env["mail.whatsapp.template"].with_user(self.adviser)
        for text in ("cita", "recordatorio"):
            [(found, name)] = Template.with_context(
                whatsapp_template_details=True
            ).name_search(text)
            self.assertEqual(found, template.id)
            self.assertEqual(name, "Recordatorio (es · Utility · values to fill in: 1)")
