from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.discuss_channel_optout import plain_word
from .common import DIRECTOR_GROUP, SUPERVISOR_GROUP, WhatsappCase


@tagged("post_install", "-at_install")
class TestPrivacy(WhatsappCase):
    """A22: who does not want messages gets none; a person can be erased."""

    def _conversation(self, text="Hola"):
        now = str(int(fields.Datetime.now().timestamp()))
        return self.receive(self._message(text=text, timestamp=now))

    def _write(self, channel, text="Buenos días"):
        adviser = channel.lead_id.user_id
        return channel.with_user(adviser).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def test_words_are_compared_without_accents_capitals_and_marks(self):
        for text in ("stop", " Stop. ", "¡STOP!", "Stóp"):
            self.assertEqual(plain_word(text), "STOP")

    def test_stop_blocks_sending_and_cancels_what_waits(self):
        channel = self._conversation()
        self._write(channel)
        row = self.env["whatsapp.message.queue"].search(
            [("channel_id", "=", channel.id)]
        )
        self._conversation("Baja")

        self.assertTrue(channel.whatsapp_opted_out_at)
        self.assertEqual(row.state, "cancelled")
        with self.assertRaisesRegex(UserError, "not to be written to"):
            self._write(channel)
        lines = channel.message_ids.filtered(lambda m: "Sending is blocked" in m.body)
        self.assertEqual(lines.message_type, "notification")
        self.assertEqual(
            len(
                channel.lead_id.message_ids.filtered(
                    lambda m: "Sending is blocked" in m.body
                )
            ),
            1,
        )

    def test_the_word_inside_a_sentence_is_no_wish(self):
        channel = self._conversation("No quiero darme de baja, gracias")
        self.assertFalse(channel.whatsapp_opted_out_at)

    def test_start_allows_it_again(self):
        channel = self._conversation("STOP")
        self._conversation("Alta")
        self.assertFalse(channel.whatsapp_opted_out_at)
        self.assertTrue(self._write(channel))

    def test_a_supervisor_may_allow_it_again_and_an_adviser_not(self):
        channel = self._conversation("STOP")
        with self.assertRaises(AccessError):
            channel.with_user(channel.lead_id.user_id).action_whatsapp_allow_again()
        supervisor = new_test_user(self.env, "supervisor_x", groups=SUPERVISOR_GROUP)
        self.team.user_id = supervisor
        channel.with_user(supervisor).action_whatsapp_allow_again()
        self.assertFalse(channel.whatsapp_opted_out_at)

    def test_the_words_are_a_setting(self):
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.optout_words", "basta"
        )
        self.assertFalse(self._conversation("STOP").whatsapp_opted_out_at)
        self.assertTrue(self._conversation("Basta").whatsapp_opted_out_at)

    # ---------------------------------------------------------------- erasure
    def _erase(self, channel, user):
        wizard = self.env["whatsapp.erase.person"].with_user(user)
        return wizard.create({"channel_id": channel.id}).action_erase()

    def test_an_erased_person_is_nowhere(self):
        channel = self._conversation("mi secreto")
        self._write(channel, "nuestra respuesta")
        lead, guest = channel.lead_id, channel.channel_member_ids.guest_id
        director = new_test_user(self.env, "director_y", groups=DIRECTOR_GROUP)

        self._erase(channel, director)

        self.assertFalse(channel.exists())
        self.assertFalse(guest.exists())
        self.assertFalse(self.events())
        for model, domain in (
            ("whatsapp.message.queue", [("recipient", "=", "573012345678")]),
            ("whatsapp.number", [("number", "=", "573012345678")]),
            ("mail.message", [("body", "like", "mi secreto")]),
            ("mail.message", [("body", "like", "nuestra respuesta")]),
        ):
            with self.subTest(model=model):
                self.assertFalse(self.env[model].search(domain))
        self.assertEqual(lead.name, "Erased person")
        self.assertFalse(lead[self.number_field])
        self.assertFalse(lead.contact_name)
        self.assertIn(director.name, "".join(lead.message_ids.mapped("body")))

    def test_another_person_stays(self):
        channel = self._conversation()
        other = self.receive(self._message("573112223344"))
        director = new_test_user(self.env, "director_y", groups=DIRECTOR_GROUP)

        self._erase(channel, director)

        self.assertTrue(other.exists())
        self.assertEqual(self.events().mapped("person"), ["573112223344"])

    def test_an_adviser_cannot_erase(self):
        channel = self._conversation()
        with self.assertRaises(AccessError):
            self._erase(channel, channel.lead_id.user_id)
