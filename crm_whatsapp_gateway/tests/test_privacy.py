from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..tools.opt_out import plain_word
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

    def _director(self):
        return new_test_user(self.env, "director_y", groups=DIRECTOR_GROUP)

    def _everywhere(self, *words):
        """Tables in which one of these words still stands, as text of a row."""
        self.env.flush_all()
        tables = (
            *("crm_lead", "discuss_channel", "mail_guest", "mail_message"),
            *("mail_tracking_value", "whatsapp_message_queue", "whatsapp_number"),
            *("whatsapp_message_queue_attempt", "whatsapp_media"),
            *("whatsapp_webhook_event", "res_partner_gateway_channel"),
        )
        found = []
        for table in tables:
            self.cr.execute(
                SQL(
                    "SELECT count(*) FROM %s one WHERE one::text LIKE ANY(%s)",
                    SQL.identifier(table),
                    [f"%{word}%" for word in words],
                )
            )
            if self.cr.fetchone()[0]:
                found.append(table)
        return found

    def test_nothing_tells_of_a_person_by_any_name_or_number(self):
        now = str(int(fields.Datetime.now().timestamp()))
        old, new, user_id = "573012345678", "573157654321", "CO.13491208655302741918"
        referral = {"headline": "Casas en Cali", "ctwa_clid": "CLICK-1"}
        message = self._message(old, "secreto uno", timestamp=now, referral=referral)
        channel = self.receive(message, name="Fulana")
        lead = channel.lead_id
        lead.write({"street": "Calle Escondida 1", "description": "vive con su tía"})
        self._write(channel, "respuesta a ella")
        system = {"type": "user_changed_number", "wa_id": new, "user_id": user_id}
        self.receive(
            self._message(old, None, type="system", system=system, timestamp=now)
        )
        self.receive(self._message(new, "secreto dos", timestamp=now), name="Fulana")
        edit = {"original_message_id": message["id"], "message": {"type": "text"}}
        edit["message"]["text"] = {"body": "corregido"}
        self.receive(self._message(new, None, type="edit", edit=edit, timestamp=now))
        body = self._body()
        change = body["entry"][0]["changes"][0]
        change["field"] = "user_id_update"
        change["value"]["user_id_update"] = [
            {"previous_user_id": user_id, "user_id": "CO.2"}
        ]
        self.post(body)
        self.process()
        # The old number is somebody else's by now.
        other = self.receive(self._message(old, "otra persona", timestamp=now))
        lost = self.env["crm.lead"].create({"name": "Fulana", "phone": f"+{new}"})
        lost.action_set_lost()
        channel = self.channel(new)
        self.assertEqual(channel.lead_id, lead)
        self.env.flush_all()
        self.cr.precommit.run()
        words = ("secreto", "Fulana", "respuesta a ella", "corregido", new, user_id)
        words += ("CO.2", "CLICK-1", "Casas en Cali", "Escondida", "tía", message["id"])
        self.assertTrue(self._everywhere(*words))

        self._erase(channel, self._director())

        self.env.flush_all()
        self.cr.precommit.run()
        for word in words:
            with self.subTest(word=word):
                self.assertEqual(self._everywhere(word), [])
        self.assertTrue(other.exists())
        self.assertTrue(self.events().filtered(lambda event: event.person == old))
        self.assertTrue((lead | lost).exists())

    def test_every_gateway_of_the_company_forgets_a_person(self):
        second = self._create_gateway(webhook_key="second", whatsapp_from_phone="42")
        channel = self._conversation()
        self.post(self._body(self._message(), number_id="42"), key="second")
        self.process()
        conversation = [("gateway_id", "=", second.id)]
        self.assertTrue(self.env["discuss.channel"].search(conversation))

        self._erase(channel, self._director())

        self.assertFalse(self.env["discuss.channel"].search(conversation))

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
