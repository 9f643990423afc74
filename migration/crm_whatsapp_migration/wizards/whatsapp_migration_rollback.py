from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.rollback import hanging


class WhatsappMigrationRollback(models.TransientModel):
    """Asks before a run is undone, and says what people have done with it since."""

    _name = "whatsapp.migration.rollback"
    _description = "Roll Back a WhatsApp Migration"

    run_id = fields.Many2one("whatsapp.migration.run", required=True, readonly=True)
    found = fields.Text(
        string="In Use Since", compute="_compute_found", help="What hangs on the run."
    )
    force = fields.Selection(
        [
            ("keep", "Keep what is in use, undo the rest"),
            ("drop", "Undo everything, and lose what was written since"),
        ],
        string="What Is in Use",
    )
    sure = fields.Boolean(string="There is a backup of this database")

    @api.depends("run_id")
    def _compute_found(self):
        for wizard in self:
            wizard.found = "\n".join(hanging(self.env.cr, wizard.run_id.id))

    def action_roll_back(self):
        self.ensure_one()
        if not self.sure:
            raise UserError(
                self.env._("Make a backup of the database first, and confirm it here.")
            )
        if self.found and not self.force:
            raise UserError(
                self.env._("Say what shall become of what is in use since the run.")
            )
        self.run_id._give("rollback", force=self.force)
        return {"type": "ir.actions.act_window_close"}
