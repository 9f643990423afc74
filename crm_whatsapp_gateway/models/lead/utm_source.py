from odoo import api, models
from odoo.exceptions import AccessError


class UtmSource(models.Model):
    """The source of WhatsApp leads is locked on the lead; renamed, it would lie."""

    _inherit = "utm.source"

    def write(self, vals):
        if "name" in vals:
            self.filtered(
                lambda source: source.name != vals["name"]
            )._whatsapp_check_locked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_whatsapp(self):
        self._whatsapp_check_locked()

    def _whatsapp_check_locked(self):
        """Refuse to change what tells where a WhatsApp lead came from.

        :raise AccessError: for all but directors
        """
        if not self or self.env["crm.lead"]._whatsapp_is_director():
            return
        locked = self._whatsapp_sources() & self
        if locked:
            raise AccessError(
                self.env._(
                    "“%(name)s” is the source of WhatsApp leads. Ask a director to"
                    " rename or delete it.",
                    name=locked[0].name,
                )
            )

    @api.model
    def _whatsapp_sources(self):
        """Sources that gateways give to new leads, and the one of this module."""
        gateways = self.env["mail.gateway"].sudo().with_context(active_test=False)
        used = gateways.search([("whatsapp_source_id", "!=", False)])
        own = self.env.ref(
            "crm_whatsapp_gateway.utm_source_whatsapp", raise_if_not_found=False
        )
        return used.whatsapp_source_id.with_env(self.env) | (own or self.browse())
