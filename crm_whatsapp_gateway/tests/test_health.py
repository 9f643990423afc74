from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import VERIFY_TOKEN, WhatsappCase
from .common_outbound import answer, error

HEALTH = "odoo.addons.crm_whatsapp_gateway.models.gateway.mail_gateway.requests.get"
CONTROLLER = "odoo.addons.crm_whatsapp_gateway.controllers.webhook"


@tagged("post_install", "-at_install")
class TestHealth(WhatsappCase):
    """A2, A17: what an administrator reads when nothing arrives."""

    def _health(self):
        self.env.invalidate_all()
        return self.gateway.whatsapp_health

    def test_a_gateway_that_works_says_when_it_heard_last(self):
        self.assertIn("No webhook has come yet", self._health())
        self.receive(self._message())
        self.assertIn("Last webhook:", self._health())
        self.assertTrue(self.gateway.whatsapp_healthy)

    @mute_logger(CONTROLLER)
    def test_a_refused_call_is_told_and_many_are_one_row_a_minute(self):
        for _knock in range(3):
            self.post(self._body(self._message()), secret="wrong")
        refusals = self.env["whatsapp.webhook.refusal"].search(
            [("gateway_id", "=", self.gateway.id)]
        )
        self.assertEqual(refusals.mapped("reason"), ["signature"])
        self.assertIn("refused today: Wrong signature", self._health())
        self.assertFalse(self.gateway.whatsapp_healthy)

    @mute_logger(CONTROLLER)
    def test_an_unknown_key_is_recorded_without_gateway(self):
        self.post(self._body(self._message()), key="nobody")
        refusal = self.env["whatsapp.webhook.refusal"].search([], limit=1)
        self.assertEqual((refusal.reason, refusal.gateway_id.id), ("key", False))

    def test_failed_and_late_items_are_told(self):
        self.post(self._body(self._message(), self._message()))
        one, two = self.events()
        one.state = "failed"
        self.env.flush_all()
        self.cr.execute(
            "UPDATE whatsapp_webhook_event"
            " SET create_date = create_date - interval '1 hour' WHERE id = %s",
            (two.id,),
        )
        health = self._health()
        self.assertIn("1 items failed", health)
        self.assertIn("1 items wait for over 10 minutes", health)

    def test_what_is_not_set_up_is_told(self):
        self.gateway.write({"webhook_secret": False, "integrated_webhook_state": False})
        health = self._health()
        self.assertIn("no webhook secret", health)
        self.assertIn("has not verified", health)

    def test_the_connection_is_tested_with_token_and_number(self):
        reply = answer(
            200, {"verified_name": "Andina", "display_phone_number": "+57 300"}
        )
        with patch(HEALTH, return_value=reply) as get:
            action = self.gateway.action_whatsapp_test_connection()
        self.assertIn("Andina, +57 300", action["params"]["message"])
        (url,), options = get.call_args
        self.assertTrue(url.endswith(f"/{self.gateway.whatsapp_from_phone}"))
        self.assertEqual(options["headers"]["Authorization"], "Bearer test-token")
        self.assertFalse(options["allow_redirects"])

    def test_what_meta_refuses_is_told_in_words(self):
        with (
            patch(HEALTH, return_value=error(190, 401)),
            self.assertRaisesRegex(UserError, "190.*token"),
        ):
            self.gateway.action_whatsapp_test_connection()

    def test_what_cannot_be_reached_is_told_without_the_token(self):
        with (
            patch(HEALTH, side_effect=requests.ConnectionError("test-token")),
            self.assertRaises(UserError) as caught,
        ):
            self.gateway.action_whatsapp_test_connection()
        self.assertIn("cannot be reached", str(caught.exception))
        self.assertNotIn("test-token", str(caught.exception))

    def test_advisers_neither_read_health_nor_test(self):
        gateway = self.gateway.with_user(self.advisers[0].user_id)
        with self.assertRaises(AccessError):
            gateway.read(["whatsapp_health"])
        with self.assertRaises(AccessError):
            gateway.action_whatsapp_test_connection()

    def test_a_handshake_with_the_right_word_is_no_refusal(self):
        self.url_open(
            f"/gateway/whatsapp/test-key/update?hub.challenge=1"
            f"&hub.verify_token={VERIFY_TOKEN}"
        )
        self.assertFalse(
            self.env["whatsapp.webhook.refusal"].search(
                [("create_date", ">", fields.Datetime.now())]
            )
        )
        self.assertNotIn("refused", self._health())
