from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine.decisions import Decisions, DecisionsError
from ..engine.findings import say
from .answers import DATE


class WhatsappMigrationQuestion(models.Model):
    """What only a person can decide before a run; its answer goes to the decisions."""

    _name = "whatsapp.migration.question"
    _description = "WhatsApp Migration Question"
    _rec_name = "source"
    _order = "sequence, id"

    run_id = fields.Many2one(
        "whatsapp.migration.run", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(readonly=True, help="Place in the plan.")
    code = fields.Char(readonly=True, help="Kind of question: one for each template.")
    path = fields.Json(required=True, readonly=True, help="Place in the decisions.")
    source = fields.Text(readonly=True, help="The question in English, values apart.")
    values = fields.Json(readonly=True)
    blocks = fields.Boolean(
        readonly=True, default=True, help="A run waits for the answer."
    )
    suggestion = fields.Char(
        string="Suggested Value", readonly=True, help="What most would answer."
    )
    words = fields.Text(string="Question", compute="_compute_words")
    choice_ids = fields.One2many(
        "whatsapp.migration.choice", "question_id", readonly=True
    )
    has_choices = fields.Boolean(compute="_compute_has_choices")
    choice_id = fields.Many2one(
        "whatsapp.migration.choice",
        string="Answer",
        domain="[('question_id', '=', id)]",
        ondelete="set null",
    )
    wants_text = fields.Boolean(compute="_compute_wants_text")
    text = fields.Char(string="Written Answer")
    answered = fields.Boolean(compute="_compute_answered")
    suggestion_words = fields.Char(
        string="Suggestion", compute="_compute_suggestion_words"
    )

    @api.depends("source", "values")
    @api.depends_context("lang")
    def _compute_words(self):
        for question in self:
            question.words = say(
                question.source or "", question.values or {}, self.env.lang or "en"
            )

    @api.depends("choice_ids")
    def _compute_has_choices(self):
        for question in self:
            question.has_choices = bool(question.choice_ids)

    @api.depends("choice_ids", "choice_id")
    def _compute_wants_text(self):
        for question in self:
            question.wants_text = (
                not question.choice_ids or question.choice_id.value == DATE
            )

    @api.depends("choice_id", "text")
    def _compute_answered(self):
        for question in self:
            question.answered = question._answer() is not None

    @api.depends("suggestion", "choice_ids")
    @api.depends_context("lang")
    def _compute_suggestion_words(self):
        for question in self:
            choice = question._choice(question.suggestion)
            question.suggestion_words = choice.display_name or question.suggestion

    def _answer(self):
        """The screen's value of the answer; None while the question is open."""
        self.ensure_one()
        if not self.wants_text:
            return self.choice_id.value or None
        return (self.text or "").strip() or None

    def _choice(self, value):
        """The choice of a value, empty when there is none."""
        self.ensure_one()
        return self.choice_ids.filtered(lambda choice: choice.value == value)[:1]

    def _take(self, value):
        """Answer with a value of the screen, which may be one that nobody offered."""
        self.ensure_one()
        if choice := self._choice(value):
            self.choice_id = choice
        elif not self.choice_ids:
            self.text = value
        elif dated := self._choice(DATE):
            self.write({"choice_id": dated.id, "text": value})

    def action_same_for_all(self):
        """Give this answer to every open question of the same kind."""
        self.ensure_one()
        self.check_access("write")
        value = self._answer()
        if value is None:
            raise UserError(self.env._("Answer this question first."))
        alike = self.run_id.question_ids.filtered(
            lambda other: other.code == self.code and not other.answered
        )
        for question in alike:
            question._take(value)

    @api.constrains("choice_id", "text")
    def _check_answer(self):
        for question in self:
            if question.choice_id and question.choice_id not in question.choice_ids:
                raise ValidationError(
                    self.env._("This answer belongs to another question.")
                )
        for run in self.run_id:
            try:
                Decisions.from_dict(run._decisions())
            except DecisionsError as error:
                raise ValidationError(
                    "\n".join(
                        problem.say(self.env.lang or "en") for problem in error.problems
                    )
                ) from error
