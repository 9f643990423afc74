from odoo import fields, models


class WhatsappMigrationItem(models.Model):
    """The ledger: what became of each legacy row.

    A row is written in the transaction that moves its legacy row, so ledger and
    tables cannot disagree. A rehearsal leaves none.
    """

    _name = "whatsapp.migration.item"
    _description = "WhatsApp Migration Ledger"
    _rec_name = "source_table"
    _order = "id"
    # A million rows are written by SQL; who and when stand on the run.
    _log_access = False

    run_id = fields.Many2one(
        "whatsapp.migration.run", required=True, readonly=True, ondelete="cascade"
    )
    source_table = fields.Char(required=True, readonly=True)
    source_id = fields.Integer(required=True, readonly=True)
    state = fields.Selection(
        [
            ("moved", "Moved"),
            ("existing", "Already There"),
            ("skipped", "Skipped"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True, help="Code of engine/reasons.py.")
    target_table = fields.Char(readonly=True)
    target_id = fields.Integer(readonly=True)
    detail = fields.Json(readonly=True)

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS whatsapp_migration_item_source_uniq
                ON whatsapp_migration_item (source_table, source_id);
            CREATE INDEX IF NOT EXISTS whatsapp_migration_item_state_idx
                ON whatsapp_migration_item (run_id, state);
            CREATE INDEX IF NOT EXISTS whatsapp_migration_item_target_idx
                ON whatsapp_migration_item (target_table, target_id)
            """
        )
