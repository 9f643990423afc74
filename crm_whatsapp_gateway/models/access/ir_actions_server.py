from odoo import models

from ...tools.own_code import OWN_CODE, OWN_CODE_KEY


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _run_action_whatsapp_multi(self, eval_context=None):
        """An administrator decided to whom it goes, whoever sets it off."""
        own = self.sudo().with_context(**{OWN_CODE_KEY: OWN_CODE})
        return super(IrActionsServer, own)._run_action_whatsapp_multi(
            eval_context=eval_context
        )
