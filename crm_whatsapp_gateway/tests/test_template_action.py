from odoo.tests import new_test_user, tagged

from .common import DIRECTOR_GROUP
from .common_template import TemplateCase, meta_template


@tagged("post_install", "-at_install")
class TestTemplateAction(TemplateCase):
    """A25: automations send templates; refusals are notes on the lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage = cls.env["crm.stage"].create({"name": "Visita agendada"})
        cls.seller = new_test_user(
            cls.env, "template_seller", "sales_team.group_sale_salesman_all_leads"
        )

    def automate(self, template):
        """Reaching the stage sends a template."""
        model = self.env["ir.model"]._get("crm.lead")
        action = self.env["ir.actions.server"].create(
            {
                "name": "Enviar plantilla",
                "model_id": model.id,
                "state": "whatsapp",
                "whatsapp_template_id": template.id,
            }
        )
        self.env["base.automation"].create(
            {
                "name": "Visita",
                "model_id": model.id,
                "trigger": "on_stage_set",
                "trg_field_ref": self.stage.id,
                "filter_domain": [("stage_id", "=", self.stage.id)],
                "action_server_ids": [(6, 0, action.ids)],
            }
        )
        return action

    def move(self, leads):
        leads.with_user(self.seller).write({"stage_id": self.stage.id})
        self.work()

    def notes(self, lead):
        return [
            message.body.striptags()
            for message in lead.message_ids.sorted("id")
            if message.message_type == "notification" and "was not sent" in message.body
        ]

    def test_a_stage_sends_a_template_in_the_advisers_name(self):
        self.adviser.name = "Sara Gómez"
        template = self.bring(
            meta_template(body="Hola {{1}}, soy {{2}}, hasta pronto"),
            body_1="name",
            body_2={"source": "user_name"},
        )
        self.automate(template)
        self.move(self.lead)
        self.assertEqual(
            [one["text"] for one in self.sent()["components"][0]["parameters"]],
            ["Ana", "Sara Gómez"],
        )
        [row] = self.queue.search([("kind", "=", "template")])
        self.assertEqual(row.state, "success")
        self.assertEqual(row.message_id.author_id, self.adviser.partner_id)
        self.assertEqual(self.notes(self.lead), [])

    def test_a_lead_without_partner_or_conversation_gets_one(self):
        template = self.bring(meta_template())
        self.automate(template)
        lead = self._create_lead(
            "Nueva", self.adviser, **{self.number_field: "301 999 8877"}
        )
        self.move(lead)
        self.assertEqual(self.graph.calls[-1]["json"]["to"], "573019998877")
        self.assertEqual(lead.gateway_channel_id.gateway_channel_token, "573019998877")

    def test_one_that_is_refused_stops_nobody(self):
        template = self.bring(
            meta_template(body="Hola {{1}}, bien", category="MARKETING"),
            body_1="partner_id.city",
        )
        self.automate(template)
        city = self.env["res.partner"].create({"name": "Eva", "city": "Cali"})
        good = self.other_conversation().lead_id
        good.partner_id = city
        empty = self._create_lead("Sin numero", self.adviser, partner_id=city.id)
        stopped = self.other_conversation("573150001111").lead_id
        stopped.partner_id = city
        stopped.gateway_channel_id.whatsapp_marketing_stopped_at = self.now
        self.move(self.lead | good | empty | stopped)

        self.assertEqual(
            set((self.lead | good | empty | stopped).mapped("stage_id")),
            set(self.stage),
        )
        sent = [call["json"]["to"] for call in self.graph.calls if call["json"]]
        self.assertEqual(sent, [good.gateway_channel_id.gateway_channel_token])
        self.assertEqual(
            self.notes(self.lead),
            [
                "The WhatsApp template Saludo was not sent: The value of {{1}} (City)"
                " is missing."
            ],
        )
        self.assertIn("cannot be read", self.notes(empty)[0])
        self.assertIn("stopped marketing", self.notes(stopped)[0])
        self.assertEqual(self.notes(good), [])

    def test_a_template_that_is_withdrawn_is_a_note(self):
        template = self.bring(meta_template())
        self.automate(template)
        self.sync()
        self.move(self.lead)
        self.assertIn("Deleted", self.notes(self.lead)[0])
        self.assertFalse(self.queue.search_count([("kind", "=", "template")]))

    def test_another_companys_number_is_not_used(self):
        template = self.bring(meta_template())
        self.gateway.company_id = self.company
        other = self.env["res.company"].create({"name": "Otra"})
        self.lead.write({"company_id": other.id, "team_id": False, "user_id": False})
        self.lead._whatsapp_send_template(template)
        self.assertIn("another company", self.notes(self.lead)[0])
        self.assertFalse(self.queue.search_count([("kind", "=", "template")]))

    def test_without_adviser_the_acting_user_writes(self):
        template = self.bring(
            meta_template(body="Hola, soy {{1}}, bien"), body_1={"source": "user_name"}
        )
        self.lead.user_id = False
        director = new_test_user(self.env, "template_director", DIRECTOR_GROUP)
        self.lead.with_user(director)._whatsapp_send_template(
            template.with_user(director)
        )
        self.work()
        [body] = self.sent()["components"]
        self.assertEqual(body["parameters"][0]["text"], director.name)

    def test_who_is_not_in_charge_of_the_conversation_sends_nothing(self):
        template = self.bring(meta_template(body="Hola"))
        self.lead.user_id = False
        self.lead.with_user(self.seller)._whatsapp_send_template(
            template.with_user(self.seller)
        )
        self.assertFalse(self.queue.search_count([("kind", "=", "template")]))
        self.assertIn("was not sent", self.notes(self.lead)[0])
