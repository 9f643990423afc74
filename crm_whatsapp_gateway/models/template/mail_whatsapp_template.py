from odoo import models


class MailWhatsappTemplate(models.Model):
    _inherit = "mail.whatsapp.template"

    # OCA asks ir.model for the name of the template's model, which only
    # administrators may read. Read here with sudo it is in the cache; the record's
    # own fields are still read as the user.
    def _whatsapp_know_model(self):
        self.sudo().model_id.mapped("model")

    def prepare_value_to_send(self):
        self._whatsapp_know_model()
        return super().prepare_value_to_send()

    def render_body_message(self):
        self._whatsapp_know_model()
        return super().render_body_message()
