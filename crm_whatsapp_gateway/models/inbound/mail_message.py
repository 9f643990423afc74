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

    def _whatsapp_lock(self):
        """Lock these messages before their text is written.

        PostgreSQL logs the statement of whoever loses a race: this one, which comes
        first, holds no text.
        """
        self.env.cr.execute(
            "SELECT id FROM mail_message WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            (tuple(self.ids) or (0,),),
            log_exceptions=False,
        )
