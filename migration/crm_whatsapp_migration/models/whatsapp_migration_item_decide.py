"""The rows that a run could not move: to be looked at and decided one by one."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine.findings import say
from ..engine.phones import NumberReader
from ..engine.reasons import REASONS

EXCERPT = 200
DECIDED = "decided_skip"


class WhatsappMigrationItem(models.Model):
    _inherit = "whatsapp.migration.item"

    reason_words = fields.Char(string="Why", compute="_compute_reason_words")
    old_phone = fields.Char(string="Number as It Was", compute="_compute_old")
    old_date = fields.Datetime(string="Date", compute="_compute_old")
    old_direction = fields.Selection(
        [("incoming", "Received"), ("outgoing", "Sent")],
        string="Direction",
        compute="_compute_old",
    )
    old_text = fields.Char(string="Beginning of the Text", compute="_compute_old")
    old_lead_id = fields.Many2one("crm.lead", string="Lead", compute="_compute_old")
    correct_phone = fields.Char(
        string="Correct Number",
        help="The next run reads this instead, in every row with the same number.",
    )
    note = fields.Char(help="Why this row stays behind.")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_words(self):
        words = self._reason_words()
        for item in self:
            item.reason_words = words.get(item.reason, item.reason)

    def _reason_words(self):
        """Sentence of each reason, in the reader's language. Hook."""
        lang = self.env.lang or "en"
        return {
            code: say(reason.sentence, {}, lang) for code, reason in REASONS.items()
        }

    @api.depends("source_table", "source_id")
    def _compute_old(self):
        rows = self._old_rows()
        for item in self:
            row = rows.get(item.source_id) if self._is_message(item) else None
            phone, date, direction, text, lead = row or (False,) * 5
            item.old_phone = phone
            item.old_date = date
            item.old_direction = direction
            item.old_text = text
            item.old_lead_id = lead

    def _is_message(self, item):
        return item.source_table == "whatsapp_message"

    def _old_rows(self):
        """{id: phone, date, direction, text, lead} of the old messages meant."""
        ids = self.filtered(self._is_message).mapped("source_id")
        self.env.cr.execute("SELECT to_regclass('whatsapp_message') IS NOT NULL")
        if not ids or not self.env.cr.fetchone()[0]:
            return {}
        self.env.cr.execute(
            SQL(
                """
                SELECT old.id, old.phone, coalesce(old.sent_date, old.create_date),
                       CASE WHEN old.direction IN ('incoming', 'outgoing')
                            THEN old.direction END,
                       left(old.message, %s), lead.id
                  FROM whatsapp_message old
             LEFT JOIN crm_lead lead ON lead.id = old.lead_id
                 WHERE old.id IN %s
                """,
                EXCERPT,
                tuple(ids),
            )
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    # ------------------------------------------------------------- decisions
    @api.constrains("correct_phone")
    def _check_correct_phone(self):
        for item in self.filtered("correct_phone"):
            country = item.run_id.country_id.code or "CO"
            if not NumberReader(country).read(item.correct_phone).wa_id:
                raise ValidationError(
                    self.env._(
                        "%s is no telephone number. Write it with its international"
                        " prefix, as +57 301 234 5678.",
                        item.correct_phone,
                    )
                )

    def action_skip(self):
        """Leave rows behind for good, with a reason in words."""
        self.check_access("write")
        wrong = self.filtered(lambda item: item.state != "rejected")
        if wrong:
            raise UserError(
                self.env._("Only rejected rows can be skipped; reload the list.")
            )
        if without := self.filtered(lambda item: not (item.note or "").strip()):
            raise UserError(
                self.env._(
                    "Write a note for each row that stays behind (%s are without):"
                    " somebody will ask.",
                    len(without),
                )
            )
        for item in self:
            item.write(
                {
                    "state": "skipped",
                    "reason": DECIDED,
                    "detail": dict(item.detail or {}, rejected=item.reason),
                }
            )

    def action_take_back(self):
        """Undo ``action_skip``: the row is rejected again."""
        self.check_access("write")
        for item in self.filtered(lambda item: item.reason == DECIDED):
            detail = dict(item.detail or {})
            item.write(
                {
                    "state": "rejected",
                    "reason": detail.pop("rejected", False),
                    "detail": detail or False,
                }
            )

    @api.model
    def _corrected_phones(self):
        """{number as it was: correct number} of all rejected rows."""
        corrected = self.search(
            [("state", "=", "rejected"), ("correct_phone", "!=", False)]
        )
        return {
            item.old_phone: item.correct_phone for item in corrected if item.old_phone
        }
