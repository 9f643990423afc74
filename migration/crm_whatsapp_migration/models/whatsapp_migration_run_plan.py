"""The plan on the screen: what will happen, and what only a person can decide."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.findings import say
from ..engine.plan import make_plan
from ..terminal.place import legacy_on_path

# States in which the rest of a run, or all of it, is still to be done.
PLANNABLE = ("draft", "paused", "interrupted", "failed")


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    country_id = fields.Many2one(
        "res.country",
        string="Country of the Numbers",
        default=lambda self: self.env.company.country_id or self.env.ref("base.co"),
        help="A number without international prefix is read as one of this country.",
    )
    row_limit = fields.Integer(
        string="Most Messages", help="Move no more than this at once; 0 moves all."
    )
    planned = fields.Datetime(string="Looked At", readonly=True)
    plan_html = fields.Html(
        string="What Will Happen", compute="_compute_plan_html", sanitize=False
    )
    question_ids = fields.One2many("whatsapp.migration.question", "run_id")
    open_questions = fields.Integer(compute="_compute_open_questions")

    @api.depends("question_ids.choice_id", "question_ids.text")
    def _compute_open_questions(self):
        for run in self:
            run.open_questions = len(
                run.question_ids.filtered(
                    lambda question: question.blocks and not question.answered
                )
            )

    @api.depends("plan")
    @api.depends_context("lang")
    def _compute_plan_html(self):
        for run in self:
            run.plan_html = run._render_plan() if run.plan else False

    def _render_plan(self):
        lang = self.env.lang or "en"
        findings = {
            level: [
                (
                    say(found["words"], found["values"], lang),
                    "; ".join(str(sample) for sample in found["samples"]),
                )
                for found in self.plan.get(level, [])
            ]
            for level in ("blockers", "warnings", "notes")
        }
        return self.env["ir.qweb"]._render(
            "crm_whatsapp_migration.run_plan",
            {
                **findings,
                "lines": self._count_lines(self.plan.get("expected")),
                "thousands": self._thousands,
            },
        )

    def action_plan(self):
        """Look at the database and say what a run would do; changes nothing else."""
        self.ensure_one()
        self.check_access("write")
        run = self.sudo()
        if run.state not in PLANNABLE or run.at_work:
            raise UserError(
                self.env._("This run is at work or over. Make a new one to look again.")
            )
        run.decisions = run._decisions()
        plan = run._make_plan()
        run.write(
            {
                "plan": plan.as_dict(),
                "planned": fields.Datetime.now(),
            }
        )
        run._sync_questions(plan)

    def _make_plan(self):
        connection = self._connect()
        try:
            with connection.cursor() as cr:
                return make_plan(cr, self._options(), legacy_on_path())
        finally:
            connection.close()

    def _sync_questions(self, plan):
        """Ask what the plan asks; answers that were given stay."""
        asked = {question.path: question for question in plan.questions}
        known = {tuple(question.path): question for question in self.question_ids}
        for path, question in known.items():
            if path not in asked:
                question.unlink()
        for path, question in asked.items():
            if path in known:
                known[path].write(
                    {"source": question.words, "values": dict(question.values)}
                )
            else:
                self._ask(question)

    def _ask(self, question):
        asked = self.env["whatsapp.migration.question"].create(
            {
                "run_id": self.id,
                "path": list(question.path),
                "source": question.words,
                "values": dict(question.values),
                "blocks": question.blocks,
                "text": False if question.options else question.answer,
                "choice_ids": [
                    fields.Command.create({"value": value})
                    for value in question.options
                ],
            }
        )
        # An answer that came from a file, or from the run before.
        if question.options and question.answer is not None:
            asked.choice_id = asked.choice_ids.filtered(
                lambda choice: choice.value == str(question.answer)
            )

    def _decisions(self):
        """Decisions of the run with the answers on the screen, as in the file."""
        self.ensure_one()
        decisions = dict(self.decisions or {})
        for question in self.question_ids:
            _put(decisions, question.path, question._answer())
        corrected = self.env["whatsapp.migration.item"].sudo()._corrected_phones()
        if corrected:
            decisions["phones"] = dict(decisions.get("phones") or {}, **corrected)
        return decisions

    def _check_questions(self):
        """Hold a run back until it has been looked at and everything is decided."""
        self.ensure_one()
        self.check_access("write")
        run = self.sudo()
        run.action_plan()
        if run.open_questions:
            raise UserError(
                self.env._(
                    "%s questions are open. Answer them under “What Will Happen”,"
                    " then start again.",
                    run.open_questions,
                )
            )


def _put(decisions, path, value):
    """Set a value at a place, copying what is on the way: the old one is not ours."""
    first, *rest = path
    if not rest:
        decisions[first] = value
        return
    decisions[first] = dict(decisions.get(first) or {})
    _put(decisions[first], rest, value)
