"""The plan on the screen: what will happen, and what only a person can decide."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_whatsapp_gateway.processing.transaction import in_transaction

from ..engine.findings import say
from ..engine.plan import make_plan
from ..terminal.place import legacy_files, legacy_on_path, module_copies
from . import answers
from .optional_questions import may_be_answered

# States in which the rest of a run, or all of it, is still to be done.
PLANNABLE = ("draft", "paused", "interrupted", "failed")
# A database without the old module's tables.
NO_HISTORY = "no_history"


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
    planned = fields.Datetime(string="Looked At", readonly=True, copy=False)
    plan_html = fields.Html(
        string="What Will Happen", compute="_compute_plan", sanitize=False
    )
    blocked = fields.Boolean(
        compute="_compute_plan", help="Something must be mended before a run."
    )
    nothing = fields.Boolean(
        compute="_compute_plan", help="The database holds no old history."
    )
    question_ids = fields.One2many("whatsapp.migration.question", "run_id")
    open_questions = fields.Integer(compute="_compute_open_questions")
    suggestions = fields.Integer(
        compute="_compute_open_questions", help="Open questions with a suggestion."
    )

    @api.depends("question_ids.choice_id", "question_ids.text")
    def _compute_open_questions(self):
        for run in self:
            still = run.question_ids.filtered(
                lambda question: question.blocks and not question.answered
            )
            run.open_questions = len(still)
            run.suggestions = len(still.filtered("suggestion"))

    @api.depends("plan")
    @api.depends_context("lang")
    def _compute_plan(self):
        for run in self:
            blockers = (run.plan or {}).get("blockers", [])
            run.blocked = bool(blockers)
            run.nothing = any(found["code"] == NO_HISTORY for found in blockers)
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
                "estimate": self.plan.get("estimate") or {},
                "thousands": self._thousands,
            },
        )

    # ------------------------------------------------------------- buttons
    def action_plan(self):
        """Have the database looked at in the background; nothing else is changed."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in PLANNABLE:
            raise UserError(self.env._("This run is over. Make a new one to look."))
        self._give("plan")

    def action_take_suggestions(self):
        """Answer every open question as most would."""
        self.ensure_one()
        self.check_access("write")
        for question in self.question_ids:
            if question.suggestion and not question.answered:
                question._take(question.suggestion)

    # ------------------------------------------------------------- the worker
    def _work_plan(self, _part):
        decisions = self._decisions()
        connection = self._connect()
        try:
            with connection.cursor() as cr:
                plan = make_plan(
                    cr,
                    self._options(decisions),
                    legacy_on_path(),
                    legacy_files(),
                    module_copies(),
                )
        finally:
            connection.close()
        run_id = self.id

        def keep(env):
            run = env[self._name].browse(run_id)
            run.write(
                {
                    "plan": plan.as_dict(),
                    "planned": fields.Datetime.now(),
                    "decisions": decisions,
                }
            )
            run._sync_questions(plan)

        in_transaction(self.sudo().env, keep)
        return True

    def _sync_questions(self, plan):
        """Ask what the plan asks; answers that were given stay."""
        asked = {
            question.path: question
            for question in (*plan.questions, *may_be_answered(plan))
        }
        known = {tuple(question.path): question for question in self.question_ids}
        for path, question in known.items():
            # What needs no answer is asked of no more once it has one.
            if path not in asked and (question.blocks or not question.answered):
                question.unlink()
        for place, (path, asked_one) in enumerate(asked.items()):
            vals = {
                "sequence": place,
                "code": asked_one.code,
                "source": asked_one.words,
                "values": dict(asked_one.values),
                "suggestion": asked_one.suggestion and str(asked_one.suggestion),
            }
            question = known.get(path)
            if question:
                question.write(vals)
            else:
                question = self.env["whatsapp.migration.question"].create(
                    {
                        **vals,
                        "run_id": self.id,
                        "path": list(path),
                        "blocks": asked_one in plan.questions,
                    }
                )
            self._sync_answer(question, asked_one, plan)

    def _sync_answer(self, question, asked, plan):
        """Offer what can be answered; take an answer of a file or of the run before."""
        offered = self._offered(asked, plan)
        given = answers.get(self.decisions or {}, asked.path)
        if given is None and asked.answer is not None:
            # By a key that stands for several, as '*' of the templates.
            given = str(asked.answer)
        unusable = question.blocks and asked.open
        if given and offered and given not in offered and answers.DATE not in offered:
            offered |= {} if unusable else {given: False}
        there = {choice.value: choice for choice in question.choice_ids}
        for value, choice in there.items():
            if value not in offered:
                choice.unlink()
        self.env["whatsapp.migration.choice"].create(
            [
                {"question_id": question.id, "value": value, "label": label}
                for value, label in offered.items()
                if value not in there
            ]
        )
        if unusable:
            question.write({"choice_id": False, "text": False})
        elif given and not question.answered:
            question._take(given)

    def _offered(self, asked, plan):
        """{value: label or False} of what the screen offers for a question."""
        gateways = self.env["mail.gateway"].search([("gateway_type", "=", "whatsapp")])
        today = {str(gateway.id): gateway.name for gateway in gateways}
        if answers.is_gateway(asked.path):
            return self._offered_of_gateway(asked, today)
        if answers.is_gateway_of_template(asked.path):
            return today | {
                f"old:{found.values['id']}": found.values["name"]
                for found in plan.remarks
                if found.code == "gateway_create"
            }
        if asked.path[0] == "templates" and asked.path[-1] == "language":
            return self._languages()
        return {
            answers.DATE if answers.is_date(option) else option: False
            for option in asked.options
        }

    def _offered_of_gateway(self, asked, today):
        offered = {}
        for option in asked.options:
            if option == answers.MAP:
                offered |= {f"map:{id_}": name for id_, name in today.items()}
            elif option == answers.JOIN:
                other = asked.values.get("other")
                offered |= {f"join:{other}": False} if other else {}
            else:
                offered[option] = False
        return offered

    def _languages(self):
        """Languages that Meta knows, as OCA's templates have them."""
        field = self.env["mail.whatsapp.template"]._fields["language"]
        return dict(field._description_selection(self.env))
