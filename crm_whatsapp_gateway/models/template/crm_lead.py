from odoo import api, fields, models

from ...compat import number_fields


class CrmLead(models.Model):
    """What a template says of a customer and no one field of a lead holds.

    A template's variable is filled from one field path.
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
