"""A server action that sends a template to leads."""

from odoo import fields, models


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    state = fields.Selection(
        selection_add=[("whatsapp", "Send WhatsApp Template")],
        ondelete={"whatsapp": "cascade"},
    )

    def _run_action_whatsapp_multi(self, eval_context=None):
        """OCA's, but for leads: they need no partner, and one that cannot be written
        to stops neither the others nor whoever moved it.
        """
        if self.model_name != "crm.lead":
            return super()._run_action_whatsapp_multi(eval_context)
        context = self.env.context
        lead_ids = context.get("active_ids") or [context.get("active_id")]
        leads = self.env["crm.lead"].browse(filter(None, lead_ids)).exists()
        if self.whatsapp_template_id and not self._is_recompute():
            leads._whatsapp_send_template(self.whatsapp_template_id)
        return False
