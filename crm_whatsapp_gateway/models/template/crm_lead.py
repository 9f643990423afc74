from odoo import api, fields, models
from odoo.exceptions import UserError

from ...compat import number_fields


class CrmLead(models.Model):
    """Fields for variables of templates, and templates sent by automations.

    A variable is filled from one field path; name and number of a customer stand in
    several fields of a lead.
    """

    _inherit = "crm.lead"

    whatsapp_customer_name = fields.Char(
        string="Customer's Name for Templates",
        compute="_compute_whatsapp_customer_name",
        help="Name of the contact person, else of the customer.",
    )
    whatsapp_customer_phone = fields.Char(
        string="Customer's Number for Templates",
        compute="_compute_whatsapp_customer_phone",
        help="Telephone, else mobile number.",
    )

    @api.depends("contact_name", "partner_id.name")
    def _compute_whatsapp_customer_name(self):
        for lead in self:
            lead.whatsapp_customer_name = lead.contact_name or lead.partner_id.name

    @api.depends(lambda self: number_fields(self))
    def _compute_whatsapp_customer_phone(self):
        # "phone or mobile": the telephone first, where there are both.
        names = list(reversed(number_fields(self)))
        for lead in self:
            numbers = [lead[name] for name in names if lead[name]]
            lead.whatsapp_customer_phone = numbers[0] if numbers else False

    def _whatsapp_send_template(self, template):
        """Send a template to each lead; a refusal becomes a note on the lead.

        Nothing is raised for whoever moved the lead. Sent in the name of the lead's
        adviser.

        :param template: ``mail.whatsapp.template``
        :return: leads to which it was queued
        """
        done = self.browse()
        for lead in self:
            sender = lead.user_id or self.env.user
            lang = sender.lang or self.env.lang
            own = lead.with_context(lang=lang)
            try:
                with self.env.cr.savepoint():
                    own._whatsapp_post_template(
                        template.with_context(lang=lang), sender
                    )
                done |= lead
            except UserError as error:
                own._message_log(
                    body=own.env._(
                        "The WhatsApp template %(name)s was not sent: %(why)s",
                        name=template.name,
                        why=error,
                    )
                )
        return done

    def _whatsapp_post_template(self, template, sender):
        """Queue a template for this lead.

        :param sender: ``res.users`` in whose name it goes
        :raise UserError: why it cannot be sent
        """
        self.ensure_one()
        gateway = template.gateway_id
        if self.company_id and gateway.company_id not in (
            self.company_id,
            self.env["res.company"],
        ):
            raise UserError(self.env._("The gateway belongs to another company."))
        field_name = self._whatsapp_number_field() or number_fields(self)[0]
        # sudo: an administrator decided that this is sent, whoever moves the lead.
        lead = self.with_user(sender).sudo()
        channel = lead._whatsapp_get_channel(field_name, gateway)
        return template.with_env(lead.env)._whatsapp_post(channel, lead, sender=sender)
