import hashlib
import hmac
import json
import logging
from unittest.mock import Mock, patch

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..compat import read_limited_body
from .common import APP_SECRET, VERIFY_TOKEN, WhatsappCase

CONTROLLER = "odoo.addons.crm_whatsapp_gateway.controllers.webhook"
GATEWAY = "odoo.addons.crm_whatsapp_gateway.models.outbound.mail_gateway"


@tagged("post_install", "-at_install")
class TestWebhook(WhatsappCase):
    """A2: verify, store, acknowledge."""

    def _handshake(self, word=VERIFY_TOKEN, key="test-key"):
        return self.url_open(
            f"/gateway/whatsapp/{key}/update?hub.mode=subscribe"
            f"&hub.challenge=4711&hub.verify_token={word}"
        )

    def test_handshake_answers_the_bare_challenge_and_integrates(self):
        self.gateway.integrated_webhook_state = "pending"

        response = self._handshake()

        self.assertEqual((response.status_code, response.text), (200, "4711"))
        self.env.invalidate_all()
        self.assertEqual(self.gateway.integrated_webhook_state, "integrated")

    def test_the_access_log_holds_neither_verify_token_nor_webhook_key(self):
        request = (
            f"GET /gateway/whatsapp/test-key/update?hub.challenge=4711"
            f"&hub.verify_token={VERIFY_TOKEN} HTTP/1.1"
        )
        logger = logging.getLogger("werkzeug")
        record = logger.makeRecord(
            "werkzeug", logging.INFO, "", 0, '"%s" %s', (request, 200), None
        )

        logger.filter(record)

        self.assertIn("hub.challenge=4711", record.getMessage())
        self.assertNotIn(VERIFY_TOKEN, record.getMessage())
        self.assertNotIn("test-key", record.getMessage())

    def test_an_integrated_gateway_is_verified_again(self):
        self.assertEqual(self._handshake().text, "4711")

    @mute_logger(CONTROLLER)
    def test_a_wrong_verify_token_is_refused_and_three_messages_still_arrive(self):
        self.env.registry.clear_cache()

        self.assertEqual(self._handshake(word="wrong").status_code, 403)
        channel = self.receive(*[self._message(text=str(n)) for n in range(3)])

        self.assertEqual(len(channel.message_ids), 3)

    def test_the_map_of_gateways_does_not_mix_states(self):
        """Fails where the map is cached without its arguments (OCA 18.0)."""
        self.env.registry.clear_cache()
        gateways = self.env["mail.gateway"]
        gateways._get_gateway_map(state="pending", gateway_type="whatsapp")

        integrated = gateways._get_gateway_map(
            state="integrated", gateway_type="whatsapp"
        )

        self.assertIn("test-key", integrated)

    def test_a_new_gateway_is_found_whatever_the_cache_says(self):
        """A request that ran meanwhile may have put back what was there before."""
        gateways = type(self.env["mail.gateway"])
        with patch.object(gateways, "_get_gateway_map", return_value={}):
            response = self.post(self._body(self._message()))
        self.assertEqual(response.status_code, 200)
        self.assertEqual(len(self.events()), 1)

    @mute_logger(CONTROLLER)
    def test_a_former_key_is_404_whatever_the_cache_says(self):
        former = {"former-key": {"id": self.gateway.id}}
        gone = self._create_gateway(webhook_key="gone-key", whatsapp_from_phone="1")
        former["gone-key"] = {"id": gone.id}
        gone.unlink()
        gateways = type(self.env["mail.gateway"])
        with patch.object(gateways, "_get_gateway_map", return_value=former):
            for key in former:
                response = self.post(self._body(self._message()), key=key)
                self.assertEqual(response.status_code, 404)

    @mute_logger(CONTROLLER)
    def test_an_unknown_key_is_404(self):
        self.assertEqual(self._handshake(key="nobody").status_code, 404)
        response = self.post(self._body(self._message()), key="nobody")
        self.assertEqual(response.status_code, 404)

    @mute_logger(CONTROLLER)
    def test_a_wrong_signature_is_403_and_stores_nothing(self):
        for signature in ("sha256=" + "0" * 64, "sha256=", "x"):
            with self.subTest(signature=signature):
                response = self.post(self._body(self._message()), signature=signature)
                self.assertEqual(response.status_code, 403)
        self.assertFalse(self.events())

    @mute_logger(CONTROLLER)
    def test_a_gateway_without_secret_lets_nobody_in(self):
        self.gateway.webhook_secret = False
        response = self.post(self._body(self._message()), secret="")
        self.assertEqual(response.status_code, 403)

    @mute_logger(CONTROLLER)
    def test_an_unreadable_body_is_400(self):
        for body in (b"no json", b"[]", b'{"entry": 1}', b"\xff\xfe"):
            with self.subTest(body=body):
                self.assertEqual(self.post(body).status_code, 400)

    def _post_chunks(self, chunks, signature=""):
        """POST a body that names no length; None when the server hung up on us."""
        self.env.flush_all()
        headers = {"X-Hub-Signature-256": f"sha256={signature}"}
        headers["Content-Type"] = "application/json"
        try:
            response = self.url_open(
                "/gateway/whatsapp/test-key/update", data=chunks, headers=headers
            )
        except requests.ConnectionError:
            return None
        finally:
            self.env.invalidate_all()
        return response.status_code

    @mute_logger(CONTROLLER)
    def test_a_body_without_length_is_refused_when_it_is_too_long(self):
        chunks = (b"x" * 1024 * 1024 for _number in range(4))
        self.assertIn(self._post_chunks(chunks), (400, None))
        refusal = self.env["whatsapp.webhook.refusal"].search([], limit=1)
        self.assertEqual(refusal.reason, "size")

    def test_no_more_of_a_body_is_read_than_the_limit(self):
        endless = Mock()
        endless.read.side_effect = lambda size: b"x" * min(size, 1000)
        request = Mock(_HTTPRequest__wrapped=Mock(stream=endless))
        self.assertIsNone(read_limited_body(request, 64_000))
        self.assertEqual(len(endless.read.mock_calls), 65)

    def test_a_body_of_meta_without_length_is_stored(self):
        body = json.dumps(self._body(self._message())).encode()
        signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        chunks = iter([body[:40], body[40:]])
        self.assertEqual(self._post_chunks(chunks, signature), 200)
        self.assertEqual(len(self.events()), 1)

    @mute_logger(CONTROLLER)
    def test_a_body_above_the_limit_is_refused_by_its_length(self):
        self.assertEqual(self.post(b"x" * (3 * 1024 * 1024 + 1)).status_code, 400)

    def test_an_odd_number_of_a_webhook_is_not_in_the_log(self):
        number = "43\nHola, mi clave es 1234"
        self.post(self._body(self._message(), number_id=number))
        with self.assertLogs(GATEWAY, "WARNING") as logged:
            self.process()
        self.assertNotIn("clave", "".join(logged.output))

    def test_the_body_is_acknowledged_before_it_is_worked(self):
        self.assertEqual(self.post(self._body(self._message())).status_code, 200)
        self.assertEqual(self.events().mapped("state"), ["pending"])
        self.assertFalse(self.channel())

    def test_an_item_goes_to_the_gateway_of_its_number(self):
        other = self._create_gateway(
            name="Second", webhook_key="second-key", whatsapp_from_phone="42"
        )
        self.post(self._body(self._message(), number_id="42"))

        self.assertEqual(
            self.env["whatsapp.webhook.event"]
            .search([("phone_number_id", "=", "42")])
            .gateway_id,
            other,
        )

    @mute_logger("odoo.addons.crm_whatsapp_gateway.models.outbound.mail_gateway")
    def test_an_unknown_number_is_kept_as_failed_and_told_once(self):
        for number_id in ("43", "43", "44"):
            self.post(self._body(self._message(), number_id=number_id))
            self.process()

        events = self.events()
        self.assertEqual(events.mapped("state"), ["failed"] * 3)
        self.assertIn("43", events[0].error)
        self.assertFalse(self.channel())
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("subject", "like", "a number without gateway"),
            ],
            order="id",
        )
        self.assertEqual(["43" in one.body for one in told], [True, False])
        action = self.env.ref("crm_whatsapp_gateway.whatsapp_webhook_event_action")
        self.assertIn(f"/odoo/action-{action.id}", told[0].body)

        other = self._create_gateway(webhook_key="other", whatsapp_from_phone="43")
        events.filtered(lambda one: one.phone_number_id == "43").action_process_again()
        self.process()
        self.assertEqual(
            self.env["discuss.channel"]
            .search([("gateway_id", "=", other.id)])
            .mapped("whatsapp_unread"),
            [2],
        )
