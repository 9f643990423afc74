from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.decisions import Decisions, DecisionsError
from ..engine.findings import say


class WhatsappMigrationQuestion(models.Model):
    """What only a person can decide before a run; its answer goes to the decisions."""

    _name = "whatsapp.migration.question"
    _description = "WhatsApp Migration Question"
    _rec_name = "source"
    _order = "id"

    run_id = fields.Many2one(
        "whatsapp.migration.run", required=True, ondelete="cascade"
    )
    path = fields.Json(required=True, readonly=True, help="Place in the decisions.")
    source = fields.Text(readonly=True, help="The question in English, values apart.")
    values = fields.Json(readonly=True)
    blocks = fields.Boolean(readonly=True, help="A run waits for the answer.")
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
    text = fields.Char(string="Answer in Words")
    answered = fields.Boolean(compute="_compute_answered")

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

    @api.depends("choice_id", "text")
    def _compute_answered(self):
        for question in self:
            question.answered = question._answer() is not None

    def _answer(self):
        """Value for the decisions file; None while the question is open."""
        self.ensure_one()
        if self.choice_ids:
            return self.choice_id.value or None
        text = (self.text or "").strip()
        # Ids of gateways are numbers in the file.
        return (int(text) if text.isdigit() and len(text) < 10 else text) or None

    @api.constrains("choice_id", "text")
    def _check_answer(self):
        for run in self.run_id:
            try:
                Decisions.from_dict(run._decisions())
            except DecisionsError as error:
                raise ValidationError("\n".join(error.problems)) from error
