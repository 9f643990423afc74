"""Documents whose number a user writes to.

A model of its own and not part of ``mail.thread``: extending that one makes Odoo bring
every table with a chatter up to date on install, those of the legacy module included,
whose foreign keys may not hold.
"""

from odoo import models
from odoo.tools import clean_context


class WhatsappRecipient(models.AbstractModel):
    """Mixin: makes conversations for users, who may write none of their fields."""

    _name = "whatsapp.recipient"
    _description = "Document with a WhatsApp Number"

    def _whatsapp_service(self):
        """Return the service that makes conversations; gateways are administrators'.

        Defaults that a caller puts into the context are not the conversation's.
        """
        context = clean_context(self.env.context)
        # pylint: disable-next=context-overridden
        return self.env["mail.gateway.whatsapp"].with_context(context).sudo()

    def _whatsapp_create_channel(self, token, gateway, name):
        service = self._whatsapp_service()
        return service._get_channel(
            gateway.with_env(service.env),
            token,
            {
                "contacts": [{"wa_id": token, "profile": {"name": name}}],
                "messages": [{"from": token}],
            },
            force_create=True,
        )
