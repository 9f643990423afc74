"""The webhook door: verify, store, acknowledge. The work is done later.

OCA's address stays (`/gateway/whatsapp/<key>/update`); other gateway types go to
OCA's own code untouched.
"""

import json
import logging

from odoo.http import request, route

from odoo.addons.mail_gateway.controllers.gateway import GatewayController

from ..compat import add_guest_to_context, read_limited_body
from ..tools.signature import is_signed_by
from ..tools.webhook import UnreadableBody, parse_body, read_body

_logger = logging.getLogger(__name__)

WHATSAPP = "whatsapp"
# Meta sends at most 3 MB in one body (webhooks overview); more is not Meta.
MAX_BODY_BYTES = 3 * 1024 * 1024


class WhatsappWebhookController(GatewayController):
    # The decorators of the inherited method do not travel with an override.
    @route()
    @add_guest_to_context
    def post_update(self, usage, token, *args, **kwargs):
        if usage != WHATSAPP:
            return super().post_update(usage, token, *args, **kwargs)
        gateway = request.env["mail.gateway"].sudo()._whatsapp_gateway_of_key(token)
        if not gateway:
            return self._whatsapp_refuse("key", 404)
        if request.httprequest.method == "GET":
            return self._whatsapp_handshake(gateway, **kwargs)
        return self._whatsapp_store(gateway)

    def _whatsapp_refuse(self, reason, status, gateway=None):
        """One line in the log and, at most once a minute, a row for the health line.

        Answered, not raised: what is raised would take that row along.
        """
        _logger.warning(
            "WhatsApp webhook refused: %s (gateway %s)",
            reason,
            gateway.id if gateway else "unknown",
        )
        request.env["whatsapp.webhook.refusal"].sudo()._record(reason, gateway)
        return request.make_response(
            json.dumps({}), [("Content-Type", "application/json")], status=status
        )

    def _whatsapp_handshake(self, gateway, **kwargs):
        """Answer Meta's challenge, also when the gateway is integrated already.

        Meta asks again whenever somebody edits the address or the word.
        """
        if not gateway._whatsapp_is_verify_token(kwargs.get("hub.verify_token")):
            return self._whatsapp_refuse("token", 403, gateway)
        if gateway.integrated_webhook_state != "integrated":
            gateway.integrated_webhook_state = "integrated"
        return request.make_response(
            kwargs.get("hub.challenge") or "", [("Content-Type", "text/plain")]
        )

    def _whatsapp_store(self, gateway):
        length = request.httprequest.content_length or 0
        if length > MAX_BODY_BYTES:
            return self._whatsapp_refuse("size", 400, gateway)
        body = read_limited_body(request.httprequest, MAX_BODY_BYTES)
        if body is None:
            return self._whatsapp_refuse("size", 400, gateway)
        header = request.httprequest.headers.get("X-Hub-Signature-256")
        if not is_signed_by(gateway.webhook_secret, body, header):
            return self._whatsapp_refuse("signature", 403, gateway)
        try:
            items = parse_body(read_body(body))
        except UnreadableBody:
            return self._whatsapp_refuse("body", 400, gateway)
        request.env["whatsapp.webhook.event"].sudo()._receive(gateway, items)
        return request.make_response(
            json.dumps({}), [("Content-Type", "application/json")]
        )
