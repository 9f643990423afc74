from datetime import timedelta

from odoo import api, fields, models

# A stranger who knocks all night makes one row a minute, not one per knock.
QUIET = timedelta(minutes=1)
KEPT = timedelta(days=30)


class WhatsappWebhookRefusal(models.Model):
    """Calls of the webhook that were turned away: append-only and rate-limited."""

    _name = "whatsapp.webhook.refusal"
    _description = "Refused WhatsApp Webhook Call"
    _order = "id desc"

    gateway_id = fields.Many2one("mail.gateway", readonly=True, ondelete="cascade")
    reason = fields.Selection(
        [
            ("key", "Unknown webhook key"),
            ("token", "Wrong verify token"),
            ("signature", "Wrong signature"),
            ("body", "Unreadable body"),
            ("size", "Body too large"),
        ],
        required=True,
        readonly=True,
    )

    def init(self):
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS whatsapp_webhook_refusal_last_idx
                ON whatsapp_webhook_refusal (gateway_id, reason, create_date)
            """
        )

    @api.model
    def _record(self, reason, gateway=None):
        """Keep a refusal, unless one of its kind was kept a moment ago."""
        gateway_id = gateway.id if gateway else False
        recent = self.search_count(
            [
                ("gateway_id", "=", gateway_id),
                ("reason", "=", reason),
                ("create_date", ">", fields.Datetime.now() - QUIET),
            ],
            limit=1,
        )
        if not recent:
            self.create({"gateway_id": gateway_id, "reason": reason})

    def _get_reason_text(self):
        self.ensure_one()
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        return reasons[self.reason]

    @api.autovacuum
    def _gc_old(self):
        self.search([("create_date", "<", fields.Datetime.now() - KEPT)]).unlink()
