from odoo import api, fields, models
from odoo.exceptions import UserError


class WhatsappMigrationRollback(models.TransientModel):
    """Asks before a run is undone, and says what people have done with it since."""

    _name = "whatsapp.migration.rollback"
    _description = "Roll Back a WhatsApp Migration"

    run_id = fields.Many2one("whatsapp.migration.run", required=True, readonly=True)
    found = fields.Text(
        string="In Use Since", readonly=True, help="What hangs on the run."
    )
    force = fields.Selection(
        [
            ("keep", "Keep what is in use, undo the rest"),
            ("drop", "Undo everything, and lose what was written since"),
        ],
        string="What Is in Use",
    )
    sure = fields.Boolean(string="There is a backup of this database")

    @api.model_create_multi
    def create(self, vals_list):
        """Looked for once: a large run takes a while."""
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard.found = wizard.run_id._used_since()
        return wizards

    @api.model
    def default_get(self, fields_list):
        vals = super().default_get(fields_list)
        if vals.get("run_id"):
            run = self.env["whatsapp.migration.run"].browse(vals["run_id"])
            vals["found"] = run._used_since()
        return vals

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
