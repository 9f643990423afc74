from odoo import models

from ...processing.transaction_cache import CHANNELS, TransactionCache
from ...tools.phone import key_of, variants


class MailGatewayAbstract(models.AbstractModel):
    # 19.0 makes channels through this model whatever the gateway's type, so the
    # guard against a second channel of one person stands here.
    _inherit = "mail.gateway.abstract"

    def _get_channel(self, gateway, token, update, force_create=False):
        """One conversation per person and gateway, whatever the notation.

        The channel answers to the id that wrote last.
        """
        if gateway.gateway_type != "whatsapp":
            return super()._get_channel(
                gateway, token, update, force_create=force_create
            )
        token = str(token)
        channel = self._whatsapp_find_channel(gateway, token)
        if channel:
            inbound = self.env.context.get("whatsapp_event")
            if inbound and channel.gateway_channel_token != token:
                channel.gateway_channel_token = token
            return channel
        return super()._get_channel(gateway, token, update, force_create=force_create)

    def _whatsapp_find_channel(self, gateway, token):
        """Channel of a person on a gateway, empty when there is none."""
        forms = variants(token)
        cache = TransactionCache(self.env, CHANNELS)
        key = (gateway.id, key_of(token))
        Channel = gateway.env["discuss.channel"]
        ids = cache.get(key)
        if ids is None:
            ids = Channel.search(
                [
                    ("channel_type", "=", "gateway"),
                    ("gateway_id", "=", gateway.id),
                    ("gateway_channel_token", "in", forms),
                ],
                order="id",
            ).ids
            cache.set(key, ids)
        channels = Channel.browse(ids)
        exact = channels.filtered(lambda c: c.gateway_channel_token == token)
        return (exact or channels)[:1]
