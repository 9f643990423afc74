from odoo import api, fields, models

from odoo.addons.crm_whatsapp_gateway.processing.transaction import in_transaction

from ..engine.runner import LOCK

# First number of the lock that a worker holds while it has a run in hand; the second
# is the run. Like the connection that holds it, it is gone with a killed worker.
SLICE_LOCK = 778_2026
TASKS = [
    ("plan", "Look at the Database"),
    ("run", "Migration"),
    ("dry", "Rehearsal"),
    ("verify", "Verification"),
    ("rollback", "Rollback"),
]


class WhatsappMigrationBeat(models.Model):
    """What the background work on a run is, and how far.

    Apart from the run: the engine holds the run's row locked while a batch is open,
    and whoever looks or pauses must not wait for it.
    """

    _name = "whatsapp.migration.beat"
    _description = "WhatsApp Migration Progress"
    _rec_name = "task"
    _log_access = False

    run_id = fields.Many2one(
        "whatsapp.migration.run", required=True, ondelete="cascade"
    )
    task = fields.Selection(TASKS, required=True)
    state = fields.Selection(
        [
            ("work", "At Work"),
            ("ended", "Ended"),
            ("paused", "Paused"),
            ("interrupted", "Interrupted"),
            ("failed", "Failed"),
        ],
        required=True,
        default="work",
    )
    in_hand = fields.Boolean(help="A worker began a slice and has not ended it.")
    pause_asked = fields.Boolean()
    force = fields.Char(help="Rollback: what becomes of what people use.")
    noun = fields.Char()
    done = fields.Integer()
    total = fields.Integer()
    rate = fields.Float(help="Rows per second.")
    eta = fields.Float(help="Seconds left for this step; 0 while unknown.")
    at = fields.Datetime()

    def init(self):
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS whatsapp_migration_beat_run_uniq
                ON whatsapp_migration_beat (run_id)
            """
        )

    # ------------------------------------------------------------- the worker
    @api.model
    def _take(self, run_id) -> bool:
        """Take the run in hand for as long as this cursor's connection lives.

        :return: False when another worker has it
        """
        self.env.cr.execute("SELECT pg_try_advisory_lock(%s, %s)", [SLICE_LOCK, run_id])
        return self.env.cr.fetchone()[0]

    @api.model
    def _release(self, run_id):
        self.env.cr.execute("SELECT pg_advisory_unlock(%s, %s)", [SLICE_LOCK, run_id])

    @api.model
    def _is_engine_at_work(self) -> bool:
        """Whether any run or rollback is, of the screen or of the command line."""
        self.env.cr.execute(
            """
            SELECT pg_is_in_recovery() OR count(*) > 0 FROM pg_locks
             WHERE locktype = 'advisory' AND classid = 0 AND objid = %s
               AND objsubid = 1 AND granted
               AND database = (SELECT oid FROM pg_database
                                WHERE datname = current_database())
            """,
            [LOCK],
        )
        return self.env.cr.fetchone()[0]

    def _abandoned(self):
        """Beats whose worker began a slice and is no more."""
        begun = self.filtered(lambda beat: beat.state == "work" and beat.in_hand)
        self.env.cr.execute("SELECT pg_is_in_recovery()")
        # A replica for reading knows nothing of the locks.
        if not begun or self.env.cr.fetchone()[0]:
            return begun.browse()
        self.env.cr.execute(
            """
            SELECT objid FROM pg_locks
             WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
               AND database = (SELECT oid FROM pg_database
                                WHERE datname = current_database())
            """,
            [SLICE_LOCK],
        )
        held = {row[0] for row in self.env.cr.fetchall()}
        return begun.filtered(lambda beat: beat.run_id.id not in held)

    def _write_now(self, vals):
        """Write in a transaction of its own: it is to be seen at once."""
        ids = self.ids
        in_transaction(
            self.sudo().env, lambda env: env[self._name].browse(ids).write(vals)
        )
        self.invalidate_recordset()

    def _read_now(self, name):
        """A field as it is this moment, whatever this transaction saw before."""
        ids = self.ids
        return in_transaction(
            self.sudo().env, lambda env: env[self._name].browse(ids)[name]
        )
