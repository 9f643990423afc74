"""The rows that a run could not move: to be looked at and decided one by one."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..engine.options import DEFAULT_COUNTRY
from ..engine.phones import NumberReader
from ..engine.reasons import REASONS
from ..engine.report import spanish

EXCERPT = 200
DECIDED = "decided_skip"
# Old rows that a person may leave behind; of the others a question decides.
DECIDABLE = ("whatsapp_message", "discuss_channel")


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
    old_text = fields.Text(string="Text", compute="_compute_old")
    old_excerpt = fields.Char(string="Beginning of the Text", compute="_compute_old")
    old_lead_id = fields.Many2one("crm.lead", string="Lead", compute="_compute_old")
    correct_phone = fields.Char(
        string="Correct Number",
        help="The next run reads this instead, in every row with the same number.",
    )
    note = fields.Char(help="Why this row stays behind.")
    decidable = fields.Boolean(compute="_compute_decidable")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_words(self):
        words = self._reason_words()
        for item in self:
            item.reason_words = words.get(item.reason, item.reason)

    def _reason_words(self):
        """Sentence of each reason, in the reader's language. Hook."""
        in_spanish = (self.env.lang or "").startswith("es")
        return {
            code: spanish.reason(code, reason.sentence)
            if in_spanish
            else reason.sentence
            for code, reason in REASONS.items()
        }

    @api.depends("source_table", "state")
    def _compute_decidable(self):
        for item in self:
            item.decidable = item.state == "rejected" and item.source_table in DECIDABLE

    @api.depends("source_table", "source_id")
    def _compute_old(self):
        rows = self._old_rows()
        for item in self:
            found = rows.get((item.source_table, item.source_id)) or (False,) * 5
            item.old_phone, item.old_date, item.old_direction = found[:3]
            item.old_text, item.old_lead_id = found[3:]
            item.old_excerpt = (found[3] or "")[:EXCERPT] or False

    def _old_rows(self):
        """{(table, id): phone, date, direction, text, lead} of the old rows meant."""
        found = {}
        for table, query in _OLD.items():
            ids = self.filtered(lambda item, table=table: item.source_table == table)
            if not ids or not self._has_table(table):
                continue
            self.env.cr.execute(SQL(query, tuple(ids.mapped("source_id"))))
            found |= {(table, row[0]): row[1:] for row in self.env.cr.fetchall()}
        return found

    def _has_table(self, table):
        self.env.cr.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        return self.env.cr.fetchone()[0]

    # ------------------------------------------------------------- decisions
    @api.constrains("correct_phone")
    def _check_correct_phone(self):
        for item in self.filtered("correct_phone"):
            country = item.run_id.country_id.code or DEFAULT_COUNTRY
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
        if self.filtered(lambda item: not item.decidable):
            raise UserError(
                self.env._(
                    "Only rejected messages and conversations can be left behind here;"
                    " of gateways and templates the questions of a run decide."
                )
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


# What an old row says, by its table: id, phone, date, direction, text, lead.
_OLD = {
    "whatsapp_message": """
        SELECT old.id, old.phone, coalesce(old.sent_date, old.create_date),
               CASE WHEN old.direction IN ('incoming', 'outgoing')
                    THEN old.direction END,
               old.message, lead.id
          FROM whatsapp_message old
     LEFT JOIN crm_lead lead ON lead.id = old.lead_id
         WHERE old.id IN %s
    """,
    "whatsapp_gateway": """
        SELECT id, phone_number, create_date, NULL, name, NULL
          FROM whatsapp_gateway WHERE id IN %s
    """,
    "whatsapp_template": """
        SELECT id, NULL, create_date, NULL, name, NULL
          FROM whatsapp_template WHERE id IN %s
    """,
    "discuss_channel": """
        SELECT id, gateway_channel_token, create_date, NULL, name, NULL
          FROM discuss_channel WHERE id IN %s
    """,
    "mail_message": """
        SELECT id, NULL, date, NULL,
               regexp_replace(coalesce(body, ''), '<[^>]*>', ' ', 'g'), NULL
          FROM mail_message WHERE id IN %s
    """,
}
