from odoo import models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ...tools.phone import to_e164


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _whatsapp_get_channel(self, field_name, gateway):
        """Return the conversation with the number of a record; made if there is none.

        OCA's makes it as the user, who may write none of its fields.

        :raise AccessError: when the conversation is not the user's
        :raise UserError: without a number that can be read
        """
        if gateway.sudo().gateway_type != "whatsapp":
            return super()._whatsapp_get_channel(field_name, gateway)
        self.check_access("read")
        gateway.check_access("read")
        number = to_e164(self[field_name], gateway.sudo()._whatsapp_countries())
        if not number:
            raise UserError(
                self.env._(
                    "The number of %(name)s cannot be read. Write it with its"
                    " country code, for instance +57 301 234 5678.",
                    name=self.display_name,
                )
            )
        channel = self._whatsapp_service()._whatsapp_find_channel(
            gateway.sudo(), number.lstrip("+")
        )
        if channel:
            channel.with_env(self.env)._whatsapp_check_reach()
        else:
            partner = self._whatsapp_get_partner()
            name = (partner or self).display_name
            channel = self._whatsapp_create_channel(number.lstrip("+"), gateway, name)
        return channel.with_env(self.env)

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
