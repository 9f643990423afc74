from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    whatsapp_wamid = fields.Char(
        string="WhatsApp Message Id",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="wamid that Meta gave to a message of a customer.",
    )
