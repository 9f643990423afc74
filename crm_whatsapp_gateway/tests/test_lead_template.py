from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestLeadTemplate(TransactionCase):
    """A13: what templates say of a customer."""

    def _lead(self, **vals):
        return self.env["crm.lead"].create({"name": "Lead", **vals})

    def test_the_contact_person_comes_before_the_customer(self):
        partner = self.env["res.partner"].create({"name": "Acme"})
        lead = self._lead(partner_id=partner.id, contact_name=False)
        self.assertEqual(lead.whatsapp_customer_name, "Acme")

        lead.contact_name = "Ana"
        self.assertEqual(lead.whatsapp_customer_name, "Ana")

    def test_nobody_is_named_where_nobody_is_known(self):
        self.assertFalse(self._lead().whatsapp_customer_name)

    def test_a_telephone_is_enough(self):
        lead = self._lead(phone="+573012345678")
        self.assertEqual(lead.whatsapp_customer_phone, "+573012345678")
        self.assertFalse(self._lead().whatsapp_customer_phone)

    def test_a_template_can_name_the_fields(self):
        gateway = self.env["mail.gateway"].create(
            {"name": "G", "gateway_type": "whatsapp", "token": "t"}
        )
        template = self.env["mail.whatsapp.template"].create(
            {
                "name": "Welcome",
                "body": "Hello {{1}}, {{2}}",
                "category": "marketing",
                "language": "es",
                "gateway_id": gateway.id,
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "variable_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "{{1}}",
                            "line_type": "body",
                            "field_name": "whatsapp_customer_name",
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "name": "{{2}}",
                            "line_type": "body",
                            "field_name": "whatsapp_customer_phone",
                        },
                    ),
                ],
            }
        )
        lead = self._lead(contact_name="Ana", phone="+573012345678")

        words = template.with_context(
            default_res_model="crm.lead", default_res_ids=[lead.id]
        ).render_body_message()
        self.assertEqual(words, "Hello Ana, +573012345678")
