from odoo import fields, models


class WhatsappMigrationRun(models.Model):
    """One call of the migration: what was asked for, how far it came, what it did.

    Written by the engine through SQL (``engine/ledger.py``), read by screen and
    report.
    """

    _name = "whatsapp.migration.run"
    _description = "WhatsApp Migration Run"
    _order = "id desc"
    _rec_name = "started"

    kind = fields.Selection(
        [("run", "Run"), ("dry", "Rehearsal"), ("rollback", "Rollback")],
        required=True,
        readonly=True,
        default="run",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("interrupted", "Interrupted"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("rolled_back", "Rolled Back"),
        ],
        required=True,
        readonly=True,
        default="draft",
    )
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", string="Started by", readonly=True)
    options = fields.Json(readonly=True, help="Country, batch, limit.")
    decisions = fields.Json(readonly=True, help="What the administrator decided.")
    plan = fields.Json(readonly=True, help="What the plan expected before the run.")
    before = fields.Json(readonly=True, help="Figures of the database before it.")
    after = fields.Json(readonly=True, help="The same figures after it.")
    position = fields.Json(
        readonly=True,
        help="Step and key of the last finished batch: where a resumed run goes on.",
    )
    counts = fields.Json(readonly=True, help="Per noun: moved, existing, skipped.")
    checks = fields.Json(readonly=True, help="What verification found, kept.")
    error = fields.Text(readonly=True)
