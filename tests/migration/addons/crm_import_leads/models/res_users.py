from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    is_commercial_director = fields.Boolean()
