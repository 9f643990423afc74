from odoo import models
from odoo.exceptions import UserError

from ...tools.own_code import OWN_CODE, OWN_CODE_KEY


class MailMessageGatewayLink(models.TransientModel):
    """OCA's wizard that copies a message of a conversation to a document."""

    _inherit = "mail.message.gateway.link"

    def link_message(self):
        message = self.message_id
        message.check_access("read")
        self.resource_ref.check_access("write")
        if message.sudo().gateway_message_id:
            raise UserError(self.env._("This message is linked already."))
        own = self.with_context(**{OWN_CODE_KEY: OWN_CODE})
        return super(MailMessageGatewayLink, own).link_message()
