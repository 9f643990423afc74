"""What the screen shows of a run: its figures, what it left, its files."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.ledger import UNFINISHED, find_newest
from ..engine.report import build, spanish
from ..engine.rollback import hanging
from ..engine.words import say

NOUNS_AS_TABLE = ("moved", "existing", "skipped", "rejected")


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    rejected_count = fields.Integer(compute="_compute_left")
    skipped_count = fields.Integer(compute="_compute_left")
    newest = fields.Boolean(
        compute="_compute_newest", help="No later run stands on this one."
    )
    result_html = fields.Html(
        string="Result", compute="_compute_result_html", sanitize=False
    )
    rehearsal = fields.Json(readonly=True, help="What a rehearsal would have moved.")

    @api.depends("started", "kind", "state")
    @api.depends_context("lang")
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

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        """The paper trail stays; what was never begun may go."""
        if any(run.started or run.state != "draft" for run in self):
            raise UserError(
                self.env._("A run that has begun is evidence and cannot be deleted.")
            )

    # --------------------------------------------------------------- result
    def _compute_left(self):
        counts = {
            state: self.env["whatsapp.migration.item"].search_count(
                [("state", "=", state)]
            )
            for state in ("rejected", "skipped")
        }
        for run in self:
            run.rejected_count = counts["rejected"]
            run.skipped_count = counts["skipped"]

    @api.depends("state")
    def _compute_newest(self):
        self.env.flush_all()
        last = find_newest(self.env.cr)
        for run in self:
            run.newest = run.id == last

    @api.depends("state", "counts", "checks", "rehearsal")
    @api.depends_context("lang")
    def _compute_result_html(self):
        for run in self:
            run.result_html = run._render_result() if run.id else False

    def _render_result(self):
        # Once the run has begun, its own figures are the ones that count.
        rehearsal = self.rehearsal if self.state == "draft" else None
        return self.env["ir.qweb"]._render(
            "crm_whatsapp_migration.run_result",
            {
                "run": self,
                "lines": self._count_lines(self.counts),
                "rehearsal": self._count_lines(rehearsal),
                "reasons": self._reason_lines(self.counts or rehearsal),
                "failed": self._failed_checks(),
                "thousands": self._thousands,
            },
        )

    def _count_lines(self, counts):
        """[{noun, moved, existing, skipped, rejected}] of a run's counts."""
        names = self._noun_words()
        undone = self._undone_words()
        return [
            {"noun": names.get(noun, noun)}
            | {state: _total(count.get(state)) for state in NOUNS_AS_TABLE}
            if "removed" not in count
            else {"noun": undone.get(noun, noun), "removed": count["removed"]}
            for noun, count in (counts or {}).items()
        ]

    def _reason_lines(self, counts):
        """[{words, count, rejected}]: why messages were not moved."""
        words = self.env["whatsapp.migration.item"]._reason_words()
        messages = (counts or {}).get("whatsapp_message") or {}
        return [
            {
                "words": words.get(reason, reason),
                "count": count,
                "rejected": state == "rejected",
            }
            for state in ("rejected", "skipped")
            for reason, count in (messages.get(state) or {}).items()
        ]

    def _failed_checks(self):
        lang = self.env.lang or "en"
        return [
            {
                "name": spanish.check_name(check["name"])
                if lang.startswith("es")
                else check["name"],
                "words": say(check["words"], {}, lang),
                "expected": spanish.shown(check["expected"]),
                "got": spanish.shown(check["got"]),
            }
            for check in self.checks or []
            if not check["ok"]
        ]

    # ------------------------------------------------------------- elsewhere
    def action_open_rejected(self):
        return self._open_items("rejected")

    def action_open_skipped(self):
        return self._open_items("skipped")

    def _open_items(self, state):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_whatsapp_migration.whatsapp_migration_item_action"
        )
        return dict(action, context={f"search_default_{state}": 1})

    def action_report(self):
        """Open the report in a tab of its own."""
        return self._open_file("report.html", "new")

    def action_download_json(self):
        return self._open_file("report.json", "download")

    def action_download_rows(self):
        """Every line of the ledger, for a spreadsheet."""
        return self._open_file("rows.csv", "download")

    def action_download_decisions(self):
        """The answers as a file, for the command line or another database."""
        return self._open_file("decisiones.json", "download")

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
        run = self.create(
            {"country_id": self.country_id.id, "decisions": self._decisions()}
        )
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

    def _used_since(self):
        """What people have done with the run since, a line each; False for nothing."""
        self.ensure_one()
        self.check_access("write")
        self.env.flush_all()
        lang = self.env.lang or "en"
        return "\n".join(hanging(self.env.cr, self.id, lang)) or False

    def _other_unfinished(self):
        """A run that must end first: the engine goes on with the newest."""
        return self.sudo().search(
            [("kind", "=", "run"), ("state", "in", UNFINISHED), ("id", "!=", self.id)],
            limit=1,
        )


def _total(count):
    return sum(count.values()) if isinstance(count, dict) else count or 0
