"""The plan on the screen: what will happen, and what only a person can decide."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.plan import make_plan


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
    plan_words = fields.Html(
        string="What Will Happen", readonly=True, sanitize_attributes=True
    )
    question_ids = fields.One2many("whatsapp.migration.question", "run_id")
    open_questions = fields.Integer(compute="_compute_open_questions")

    @api.depends("question_ids.choice_id", "question_ids.text")
    def _compute_open_questions(self):
        for run in self:
            run.open_questions = len(
                run.question_ids.filtered(lambda question: not question.answered)
            )

    def action_plan(self):
        """Look at the database and say what a run would do; changes nothing else."""
        self.ensure_one()
        self.check_access("write")
        run = self.sudo()
        if run.state != "draft":
            raise UserError(
                self.env._("This run has begun. Make a new one to look again.")
            )
        run.decisions = run._decisions()
        plan = run._make_plan()
        run.write(
            {
                "plan": plan.as_dict(),
                "planned": fields.Datetime.now(),
                "plan_words": _as_list(plan.words(self._plan_language())),
            }
        )
        run._sync_questions(plan)

    def _make_plan(self):
        connection = self._connect()
        try:
            with connection.cursor() as cr:
                return make_plan(cr, self._options())
        finally:
            connection.close()

    def _plan_language(self):
        return (self.env.lang or "en_US").partition("_")[0]

    def _sync_questions(self, plan):
        """Ask what the plan asks; answers that were given stay."""
        asked = {question.path: question for question in plan.questions}
        known = {question.path: question for question in self.question_ids}
        for path, question in known.items():
            if path not in asked:
                question.unlink()
        self.env["whatsapp.migration.question"].create(
            [
                self._prepare_question_vals(question)
                for path, question in asked.items()
                if path not in known
            ]
        )
        for question in self.question_ids.filtered("choice_ids"):
            given = asked[question.path].answer
            if given is not None and not question.choice_id:
                question.choice_id = question.choice_ids.filtered(
                    lambda choice, given=given: choice.value == str(given)
                )

    def _prepare_question_vals(self, question):
        return {
            "run_id": self.id,
            "path": question.path,
            "words": question.words % question.values,
            "text": False if question.options else question.answer,
            "choice_ids": [
                fields.Command.create({"value": value, "name": value})
                for value in question.options
            ],
        }

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
        if run.state == "draft":
            run.action_plan()
        if run.open_questions:
            raise UserError(
                self.env._(
                    "%s questions are open. Answer them under “What Will Happen”,"
                    " then start again.",
                    run.open_questions,
                )
            )


def _as_list(lines):
    """Lines of the plan as HTML; what they quote from the database is escaped."""
    return Markup("<ul>%s</ul>") % Markup("").join(
        Markup("<li>%s</li>") % line for line in lines if line
    )


def _put(decisions, path, value):
    """Set a value at a dotted place, copying what is on the way."""
    first, _dot, rest = path.partition(".")
    if not rest:
        decisions[first] = value
        return
    inner = dict(decisions.get(first) or {})
    # A key may hold dots itself (a raw number does); an answer's name never does.
    middle, _dot, last = rest.rpartition(".")
    if middle and last.isidentifier():
        inner[middle] = dict(inner.get(middle) or {}, **{last: value})
    else:
        inner[rest] = value
    decisions[first] = inner
