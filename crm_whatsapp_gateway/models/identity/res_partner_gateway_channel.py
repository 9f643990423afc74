from odoo import models

from ..indexes import create_indexes


class ResPartnerGatewayChannel(models.Model):
    _inherit = "res.partner.gateway.channel"

    def init(self):
        create_indexes(self)
