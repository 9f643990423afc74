"""Messages that change after they were posted: files, edits, reactions."""

from odoo import models

from ..compat import send_content


class MailMessage(models.Model):
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "mail.message"

    def _whatsapp_push_content(self):
        """Show new text and files of these messages in browsers that are open."""
        for message in self.sudo().filtered("model"):
            record = self.env[message.model].sudo().browse(message.res_id).exists()
            if not record:
                continue
            if record._name == "discuss.channel":
                targets = record
            else:
                targets = message._whatsapp_watchers(record)
            for target in targets:
                send_content(message, target)
