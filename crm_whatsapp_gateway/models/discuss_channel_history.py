"""Past conversations: what was said elsewhere before, kept beside the one that lives.

Discuss reads by id, so messages that come later than younger ones cannot be put
before them. They stand in a conversation without number, which takes no messages.
"""

from odoo import fields, models
from odoo.exceptions import UserError


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    whatsapp_history_of_id = fields.Many2one(
        "discuss.channel",
        string="History of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="The conversation with this customer that goes on.",
    )
    whatsapp_history_ids = fields.One2many(
        "discuss.channel", "whatsapp_history_of_id", string="Past Conversations"
    )

    def _whatsapp_check_current(self):
        """Refuse to write where nobody would get it.

        :raise UserError: naming the conversation that goes on
        """
        self.ensure_one()
        current = self.sudo().whatsapp_history_of_id
        if current:
            raise UserError(
                self.env._(
                    "%(name)s holds past messages and takes no new ones. Write in"
                    " %(current)s.",
                    name=self.name,
                    current=current.name,
                )
            )
