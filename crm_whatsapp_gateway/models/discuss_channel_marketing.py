"""Who stopped marketing gets no marketing templates; everything else goes on.

The person says so on the phone, and Meta tells us: webhook field
``user_preferences``, or error 131050 of a message that it did not deliver.
"""

from odoo import fields, models
from odoo.exceptions import UserError

MARKETING = "marketing"


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    whatsapp_marketing_stopped_at = fields.Datetime(
        string="Marketing Stopped",
        readonly=True,
        copy=False,
        help="Since when this person does not want marketing templates.",
    )
    whatsapp_marketing_wish_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the person last decided about marketing: an older wish that"
        " arrives later changes nothing.",
    )

    def _whatsapp_wish_marketing(self, wanted, at):
        """The person wants marketing, or wants none any more.

        :param at: when the person said so (UTC, naive)
        """
        for channel in self.sudo():
            last = channel.whatsapp_marketing_wish_at
            if last and at < last:
                continue
            channel.whatsapp_marketing_wish_at = at
            if wanted != bool(channel.whatsapp_marketing_stopped_at):
                continue
            channel.whatsapp_marketing_stopped_at = False if wanted else at
            if wanted:
                channel._whatsapp_tell(
                    self.env._("The customer wants marketing messages again.")
                )
            else:
                channel._whatsapp_marketing_rows()._cancel_unsent()
                channel._whatsapp_tell(
                    self.env._(
                        "The customer stopped marketing messages. Marketing templates"
                        " are blocked; everything else can be sent."
                    )
                )

    def _whatsapp_marketing_rows(self):
        """Marketing templates that wait in the queue for this person."""
        self.ensure_one()
        rows = self.env["whatsapp.message.queue"].search(
            [
                ("channel_id", "=", self.id),
                ("state", "=", "pending"),
                ("kind", "=", "template"),
            ]
        )
        templates = self.env["mail.whatsapp.template"].search(
            [("gateway_id", "=", self.gateway_id.id), ("category", "=", MARKETING)]
        )
        names = set(templates.mapped("template_name"))
        return rows.filtered(lambda row: row.payload["template"]["name"] in names)

    def _whatsapp_check_marketing(self, template):
        """Refuse a marketing template for who stopped marketing.

        :param template: ``mail.whatsapp.template``, may be empty
        :raise UserError: what can be sent instead
        """
        self.ensure_one()
        if self.whatsapp_marketing_stopped_at and template.category == MARKETING:
            raise UserError(
                self.env._(
                    "%(name)s stopped marketing messages. Choose a template of"
                    " another category, or write when they have written.",
                    name=self.name,
                )
            )
