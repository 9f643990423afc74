"""What the screen shows of a run."""

from odoo import api, fields, models

from ..engine.report import build

NOUNS_AS_TABLE = ("moved", "existing", "skipped", "rejected")


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    task = fields.Selection(
        [
            ("run", "Migration"),
            ("dry", "Rehearsal"),
            ("verify", "Verification"),
            ("rollback", "Rollback"),
        ],
        compute="_compute_progress",
    )
    shown_state = fields.Selection(
        selection=lambda self: self._fields["state"].selection,
        string="Stands",
        compute="_compute_progress",
    )
    at_work = fields.Boolean(compute="_compute_progress")
    pausing = fields.Boolean(compute="_compute_progress")
    stopped = fields.Boolean(
        compute="_compute_progress", help="There is work that can be gone on with."
    )
    died = fields.Boolean(
        compute="_compute_progress", help="Its worker is no more; a person goes on."
    )
    progress = fields.Float(compute="_compute_progress")
    progress_words = fields.Char(compute="_compute_progress")
    rejected_count = fields.Integer(compute="_compute_rejected_count")
    result_html = fields.Html(
        string="Result", compute="_compute_result_html", sanitize=False
    )
    rehearsal = fields.Json(readonly=True, help="What a rehearsal would have moved.")

    @api.depends("started", "kind", "state")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = f"{kinds[run.kind]} {run.id or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        """A new run begins with what was decided for the one before."""
        last = self.sudo().search([("kind", "=", "run")], limit=1)
        for vals in vals_list:
            if last and "decisions" not in vals:
                vals["decisions"] = last.decisions
        return super().create(vals_list)

    # ------------------------------------------------------------- progress
    @api.depends("state", "beat_ids")
    def _compute_progress(self):
        beats = self.sudo().beat_ids
        abandoned = beats._abandoned()
        for run in self:
            beat = run.sudo().beat_ids
            died = bool(beat & abandoned)
            run.task = beat.task
            run.died = died or beat.state == "interrupted"
            run.at_work = beat.state == "work" and not died
            run.pausing = run.at_work and beat.pause_asked
            run.stopped = died or beat.state in ("interrupted", "paused", "failed")
            run.shown_state = (
                "interrupted" if died and beat.task == "run" else run.state
            )
            run.progress = 100 * beat.done / beat.total if beat.total else 0
            run.progress_words = run._progress_words(beat)

    def _progress_words(self, beat):
        if not beat.noun:
            return self.env._("Waiting for the worker…") if beat else False
        words = self.env._(
            "%(noun)s: %(done)s of %(total)s",
            noun=self._noun_words().get(beat.noun, beat.noun),
            done=self._thousands(beat.done),
            total=self._thousands(beat.total),
        )
        if beat.rate:
            rate = self._thousands(round(beat.rate))
            words += self.env._(", %s per second", rate)
        if beat.eta:
            words += self.env._(", %s left", self._duration(round(beat.eta)))
        return words

    def _noun_words(self):
        """Names of steps and old tables, in the reader's language. Hook."""
        return {
            "whatsapp_gateway": self.env._("Gateways"),
            "whatsapp_template": self.env._("Templates"),
            "whatsapp_message": self.env._("Messages"),
            "discuss_channel": self.env._("Duplicate conversations"),
            "mail_message": self.env._("Messages of duplicate conversations"),
            "gateways": self.env._("Gateways"),
            "templates": self.env._("Templates"),
            "people": self.env._("People"),
            "conversations": self.env._("Conversations"),
            "messages": self.env._("Messages"),
            "states": self.env._("States"),
            "attachments": self.env._("Attachments"),
            "leads": self.env._("Leads"),
            "strays": self.env._("Duplicate conversations"),
            "positions": self.env._("Read positions"),
            "chatter": self.env._("Notes on old messages"),
            "checks": self.env._("Checks"),
        }

    def _thousands(self, number):
        return self.env["ir.qweb.field.integer"].value_to_html(number, {})

    def _duration(self, seconds):
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"

    # --------------------------------------------------------------- result
    def _compute_rejected_count(self):
        rejected = self.env["whatsapp.migration.item"].search_count(
            [("state", "=", "rejected")]
        )
        for run in self:
            run.rejected_count = rejected

    @api.depends("state", "counts", "checks", "rehearsal")
    @api.depends_context("lang")
    def _compute_result_html(self):
        for run in self:
            run.result_html = run._render_result() if run.id else False

    def _render_result(self):
        return self.env["ir.qweb"]._render(
            "crm_whatsapp_migration.run_result",
            {
                "run": self,
                "lines": self._count_lines(self.counts),
                "rehearsal": self._count_lines(self.rehearsal),
                "failed": [check for check in self.checks or [] if not check["ok"]],
                "thousands": self._thousands,
            },
        )

    def _count_lines(self, counts):
        """[{noun, moved, existing, skipped, rejected}] of a run's counts."""
        names = self._noun_words()
        return [
            {"noun": names.get(noun, noun)}
            | {state: _total(count.get(state)) for state in NOUNS_AS_TABLE}
            for noun, count in (counts or {}).items()
        ]

    # ------------------------------------------------------------- elsewhere
    def action_open_rejected(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_migration.whatsapp_migration_item_action"
        )
        return dict(action, context={"search_default_rejected": 1})

    def action_report(self):
        """Open the report in a tab of its own."""
        return self._open_file("report.html", "new")

    def action_download_rows(self):
        """Every line of the ledger, for a spreadsheet."""
        return self._open_file("rows.csv", "download")

    def _open_file(self, name, target):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/whatsapp_migration/{self.id}/{name}",
            "target": target,
        }

    def action_new_run(self):
        """A run that takes what is left, with what was decided."""
        self.check_access("write")
        run = self.create({"country_id": self.country_id.id})
        run.action_plan()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    def _report_data(self):
        self.env.flush_all()
        return build(self.env.cr, self.id)


def _total(count):
    return sum(count.values()) if isinstance(count, dict) else count or 0
