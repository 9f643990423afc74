from odoo import fields, models

from ..indexes import create_indexes


class MailMessage(models.Model):
    _inherit = "mail.message"

    whatsapp_wamid = fields.Char(
        string="WhatsApp Message Id",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="wamid that Meta gave to a message of a customer.",
    )

    def init(self):
        create_indexes(self)
