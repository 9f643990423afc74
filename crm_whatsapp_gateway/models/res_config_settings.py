from odoo import fields, models
from odoo.exceptions import ValidationError

from ..tools import const

PARAM = "crm_whatsapp_gateway."


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    whatsapp_inbound_mode = fields.Selection(
        [
            (const.BY_WORKER, "In the background"),
            (const.IN_REQUEST, "Within the webhook's request"),
        ],
        string="Incoming WhatsApp Messages",
        default=const.BY_WORKER,
        config_parameter=const.INBOUND_MODE,
    )
    whatsapp_outbound_mode = fields.Selection(
        [
            (const.BY_QUEUE, "In the background"),
            (const.AT_ONCE, "At once, when saved"),
        ],
        string="Outgoing WhatsApp Messages",
        default=const.BY_QUEUE,
        config_parameter=const.OUTBOUND_MODE,
    )
    whatsapp_retry_waits = fields.Char(
        default="60,300,900", config_parameter=PARAM + "retry_waits"
    )
    whatsapp_team_id = fields.Many2one(
        "crm.team",
        string="Team of WhatsApp Leads",
        config_parameter=PARAM + "team_id",
    )
    whatsapp_country_id = fields.Many2one(
        "res.country",
        string="Country of WhatsApp Numbers",
        config_parameter=PARAM + "country_id",
    )
    whatsapp_working_hours = fields.Boolean(config_parameter=PARAM + "working_hours")
    whatsapp_outside_hours = fields.Selection(
        [
            (const.WAIT, "It waits until somebody begins work"),
            (const.ANYWAY, "It is assigned all the same"),
        ],
        string="WhatsApp Leads Out of Hours",
        default=const.WAIT,
        config_parameter=const.OUTSIDE_HOURS,
    )
    whatsapp_adviser_capacity = fields.Integer(
        config_parameter=PARAM + "adviser_capacity"
    )
    # Stored as text: Odoo keeps no false boolean parameter, and the first one is
    # true unless somebody said no.
    whatsapp_reopen_lost = fields.Boolean()
    whatsapp_reuse_won = fields.Boolean()

    def get_values(self):
        values = super().get_values()
        Lead = self.env["crm.lead"]
        values["whatsapp_reopen_lost"] = (
            Lead._whatsapp_param("reopen_lost", "True") == "True"
        )
        values["whatsapp_reuse_won"] = (
            Lead._whatsapp_param("reuse_won", "False") == "True"
        )
        return values

    def set_values(self):
        self._check_whatsapp_retry_waits()
        gateways = self.env["mail.gateway"]
        country = gateways._whatsapp_country_of_settings()
        res = super().set_values()
        if gateways._whatsapp_country_of_settings() != country:
            # Every number that was written without prefix is read anew.
            self.env["whatsapp.number"]._rebuild()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param(PARAM + "reopen_lost", str(self.whatsapp_reopen_lost))
        parameters.set_param(PARAM + "reuse_won", str(self.whatsapp_reuse_won))
        return res

    def _check_whatsapp_retry_waits(self):
        waits = (self.whatsapp_retry_waits or "").split(",")
        if not all(wait.strip().isdigit() and int(wait) > 0 for wait in waits):
            raise ValidationError(
                self.env._(
                    "The waits “%(waits)s” cannot be read."
                    " Write seconds separated by commas, such as 60,300,900.",
                    waits=self.whatsapp_retry_waits,
                )
            )
