from odoo import fields, models


class WhatsappMigrationEffect(models.Model):
    """What a run made or changed beside the targets that stand in the ledger.

    Rows that follow from the ledger (a message's notification, its links to files)
    have none: ``engine/effects.py`` says which those are.
    """

    _name = "whatsapp.migration.effect"
    _description = "WhatsApp Migration Side Effect"
    _rec_name = "table_name"
    _order = "id"
    _log_access = False

    run_id = fields.Many2one(
        "whatsapp.migration.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    operation = fields.Selection(
        [("insert", "Made"), ("update", "Changed")], required=True, readonly=True
    )
    table_name = fields.Char(required=True, readonly=True)
    row_id = fields.Integer(required=True, readonly=True)
    before = fields.Json(readonly=True, help="Changed columns as they were before.")
    # Rollback restores a column that still holds this; another value is somebody's
    # later change, of which it asks.
    after = fields.Json(readonly=True, help="The same columns as the run left them.")

    def init(self):
        # A row is changed by several batches; its oldest values are kept.
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS whatsapp_migration_effect_row_uniq
                ON whatsapp_migration_effect (table_name, row_id, run_id)
            """
        )
