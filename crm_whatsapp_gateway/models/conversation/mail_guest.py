from odoo import models

from ..indexes import create_indexes


class MailGuest(models.Model):
    _inherit = "mail.guest"

    def init(self):
        create_indexes(self)
