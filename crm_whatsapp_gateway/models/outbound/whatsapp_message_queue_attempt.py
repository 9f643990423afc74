from odoo import fields, models


class WhatsappMessageQueueAttempt(models.Model):
    _name = "whatsapp.message.queue.attempt"
    _description = "WhatsApp Sending Attempt"
    _order = "id"

    queue_id = fields.Many2one(
        "whatsapp.message.queue", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="queue_id.company_id")
    date = fields.Datetime(required=True)
    step = fields.Selection(
        [
            ("media", "File upload"),
            ("message", "Message"),
            ("status", "Status webhook"),
            ("recovery", "After a crash"),
            ("decision", "Decision"),
            ("expiry", "Given up"),
        ],
        required=True,
    )
    outcome = fields.Selection(
        [
            ("accepted", "Accepted"),
            ("transient", "Failed, tried again"),
            ("rate", "Too fast, withheld"),
            ("later", "Refused for a while, withheld"),
            ("authentication", "Token refused, withheld"),
            ("permanent", "Failed for good"),
            ("uncertain", "Outcome unknown"),
            ("again", "Send again"),
            ("sent", "It was sent"),
        ],
        required=True,
    )
    outage = fields.Boolean(help="The API itself was down.")
    http_status = fields.Integer()
    meta_code = fields.Char(string="Code")
    reason = fields.Char()
    next_retry = fields.Datetime()
    wamid = fields.Char(string="WhatsApp Message Id", index="btree_not_null")
