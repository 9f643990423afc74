from odoo import fields, models

from ...compat import NotificationStore
from ..indexes import create_indexes


class MailNotification(NotificationStore, models.Model):
    _inherit = "mail.notification"

    whatsapp_state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("read", "Read"),
            ("failed", "Failed"),
        ],
        string="WhatsApp",
        readonly=True,
    )
    whatsapp_sent_at = fields.Datetime(readonly=True)
    whatsapp_delivered_at = fields.Datetime(readonly=True)
    whatsapp_read_at = fields.Datetime(readonly=True)
    whatsapp_failed_at = fields.Datetime(readonly=True)
    whatsapp_failure = fields.Text(
        readonly=True, help="Why it failed or waits, and what to do."
    )

    # What the browser gets of a notification besides OCA's fields.
    _whatsapp_store_fields = (
        "whatsapp_state",
        "whatsapp_sent_at",
        "whatsapp_delivered_at",
        "whatsapp_read_at",
        "whatsapp_failed_at",
        "whatsapp_failure",
    )

    def init(self):
        create_indexes(self)

    def _whatsapp_write(self, vals):
        """Write the state of a WhatsApp message, OCA's and Odoo's fields in step.

        :param vals: values of the ``whatsapp_`` fields and ``notification_status``
        :return: whether anything changed
        """
        failed = vals.get("notification_status") == "exception"
        reason = vals.get("whatsapp_failure")
        vals = dict(
            vals,
            failure_type="unknown" if failed else False,
            failure_reason=reason if failed else False,
            gateway_failure_reason=reason if failed else False,
        )
        if vals.get("whatsapp_state") == "read":
            vals["is_read"] = True
        changed = self.browse()
        for notification in self.sudo():
            new = {
                name: value
                for name, value in vals.items()
                if (notification[name] or False) != (value or False)
            }
            if new:
                notification.write(new)
                changed |= notification
        return bool(changed)
