import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DIRECTOR_GROUP, WhatsappCase


@tagged("post_install", "-at_install")
class TestWrittenStays(WhatsappCase):
    """S6: what was written on WhatsApp stays as it was written."""

    def setUp(self):
        super().setUp()
        self.channel_ = self.receive(self._message(text="Confirmo la compra"))
        self.lead = self.channel_.lead_id
        self.adviser = self.lead.user_id
        self.message = self.channel_.message_ids.filtered("whatsapp_wamid")
        self.copy = self.message.gateway_message_id
        self.file = self.env["ir.attachment"].create(
            {
                "name": "cedula.jpg",
                "raw": b"jpeg",
                "res_model": "discuss.channel",
                "res_id": self.channel_.id,
            }
        )
        (self.message | self.copy).attachment_ids = self.file
        self.users = (
            self.adviser,
            new_test_user(self.env, "director_w", groups=DIRECTOR_GROUP),
            new_test_user(
                self.env, "system_w", groups="base.group_user,base.group_system"
            ),
        )

    def _assert_stays(self):
        self.env.invalidate_all()
        self.assertIn("Confirmo la compra", self.message.body)
        self.assertIn("Confirmo la compra", self.copy.body)
        self.assertEqual(self.message.attachment_ids, self.file)
        self.assertEqual(self.file.raw, b"jpeg")
        self.assertFalse(self.message.author_id)

    def test_nobody_edits_or_deletes_a_customer_s_message_or_its_copy(self):
        for user in self.users:
            for message in (self.message, self.copy):
                own = message.with_user(user)
                for action in (
                    lambda own=own: own.write({"body": "Cancelo"}),
                    lambda own=own: own.write({"attachment_ids": [(5,)]}),
                    lambda own=own, user=user: own.write(
                        {"author_id": user.partner_id.id}
                    ),
                    lambda own=own: own.unlink(),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        action()
        self._assert_stays()

    def test_nobody_changes_or_deletes_a_customer_s_file(self):
        for user in self.users:
            own = self.file.with_user(user)
            for action in (
                lambda own=own: own.write({"raw": b"other"}),
                lambda own=own: own.write({"public": True}),
                lambda own=own: own.unlink(),
                # As Discuss' controller does.
                lambda own=own: own.sudo()._delete_and_notify(),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    action()
        self._assert_stays()

    def test_an_administrator_does_not_edit_it_in_discuss(self):
        self.authenticate("system_w", "system_w")
        for message in (self.message, self.copy):
            params = {"message_id": message.id, "attachment_ids": []}
            params |= {"body": "Cancelo"}
            params["update_data"] = {"body": "Cancelo", "attachment_ids": []}
            response = self.url_open(
                "/mail/message/update_content",
                data=json.dumps({"params": params}),
                headers={"Content-Type": "application/json"},
            )
            self.assertIn("error", response.json())
        self._assert_stays()

    def test_nobody_makes_a_message_of_the_customer_up(self):
        guest = self.message.author_guest_id
        channel = self.channel_.with_user(self.adviser)
        for action in (
            lambda: channel.env["mail.message"].create(
                {
                    "model": "discuss.channel",
                    "res_id": channel.id,
                    "body": "Acepto",
                    "author_guest_id": guest.id,
                }
            ),
            lambda: channel.message_post(body="Acepto", author_guest_id=guest.id),
            lambda: channel.message_post(
                body="Acepto", author_id=self.env.ref("base.partner_root").id
            ),
            lambda: channel.message_post(body="Acepto", date="2020-01-01 00:00:00"),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                action()

    def test_what_is_shown_as_sent_is_sent(self):
        self.channel_.whatsapp_last_inbound_at = fields.Datetime.now()
        message = (
            self.channel_.with_user(self.adviser)
            .with_context(no_gateway_notification=True)
            .message_post(
                body="Enviado",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        )
        self.assertTrue(message.sudo()._whatsapp_rows())

    def test_stars_and_reading_are_no_changes(self):
        own = self.message.with_user(self.adviser)
        own.toggle_message_starred()
        own.set_message_done()
        self.assertTrue(own.starred)

    def test_a_director_s_erasure_is_the_way(self):
        director = self.users[1]
        wizard = self.env["whatsapp.erase.person"].with_user(director)
        wizard.create({"channel_id": self.channel_.id}).action_erase()
        self.assertFalse((self.message | self.copy).exists())
        self.assertFalse(self.file.exists())
