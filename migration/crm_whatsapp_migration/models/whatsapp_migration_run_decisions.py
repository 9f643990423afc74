"""What was decided: the answers of the screen, and the file of the command line."""

import base64
import json

from odoo import fields, models
from odoo.exceptions import UserError

from ..engine.decisions import Decisions, DecisionsError
from . import answers


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    decisions_file = fields.Binary(
        compute="_compute_decisions_file",
        inverse="_inverse_decisions_file",
        help="Answers that were given elsewhere, as on a copy of this database; they"
        " take the place of the ones below.",
    )
    decisions_name = fields.Char(store=False)

    def _compute_decisions_file(self):
        # It is read once and kept as answers.
        self.decisions_file = False

    def _inverse_decisions_file(self):
        for run in self.filtered("decisions_file"):
            run._read_decisions(base64.b64decode(run.decisions_file))

    def _read_decisions(self, content):
        """Take the answers of a file; the database is to be looked at again."""
        self.ensure_one()
        self.check_access("write")
        strange = UserError(
            self.env._(
                "This is no decisions file. It is the JSON that “plan” writes, or that"
                " the button “Decisions” of another run gives."
            )
        )
        try:
            values = json.loads(content)
        except ValueError as error:
            raise strange from error
        if not isinstance(values, dict):
            raise strange
        try:
            decisions = Decisions.from_dict(values)
        except DecisionsError as error:
            raise UserError(
                "\n".join(
                    problem.say(self.env.lang or "en") for problem in error.problems
                )
            ) from error
        run = self.sudo()
        run.question_ids.unlink()
        run.write({"decisions": decisions.as_dict(), "planned": False, "plan": False})

    def _decisions_as_file(self):
        """The decisions as the command line reads them."""
        return Decisions.from_dict(self._decisions()).as_dict()

    def _decisions(self):
        """Decisions of the run with the answers on the screen, as in the file."""
        self.ensure_one()
        decisions = dict(self.decisions or {})
        for question in self.question_ids:
            answers.put(decisions, question.path, question._answer())
        corrected = self.env["whatsapp.migration.item"].sudo()._corrected_phones()
        if corrected:
            decisions["phones"] = dict(decisions.get("phones") or {}, **corrected)
        return decisions

    def _check_questions(self):
        """Hold a run back until it has been looked at and everything is decided."""
        self.ensure_one()
        self.check_access("write")
        if self.nothing:
            raise UserError(self.env._("There is nothing to migrate in this database."))
        if not (self.planned or self.started):
            raise UserError(self.env._("Look at the database first."))
        if self.blocked:
            raise UserError(
                self.env._(
                    "Something must be mended first: see “What Will Happen”. Then look"
                    " at the database again."
                )
            )
        if self.open_questions:
            raise UserError(
                self.env._(
                    "%s questions are open. Answer them under “What Will Happen”,"
                    " then start again.",
                    self.open_questions,
                )
            )
        self.sudo().decisions = self._decisions()
