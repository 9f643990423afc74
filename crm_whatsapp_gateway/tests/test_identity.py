from odoo.tests import new_test_user, tagged

from .common import DIRECTOR_GROUP, WhatsappCase

USER = "CO.13491208655302741918"
PHONE = "573012345678"
NEW_PHONE = "573112223344"


@tagged("post_install", "-at_install")
class TestIdentity(WhatsappCase):
    """A3, A21, RULINGS 9 and 10: one person, one conversation."""

    def _from(self, phone=None, user_id=None, **vals):
        message = self._message(person=phone, from_user_id=user_id, **vals)
        body = self._body(message)
        contact = {"profile": {"name": "Ana"}, "wa_id": phone, "user_id": user_id}
        own = {key: value for key, value in contact.items() if value}
        body["entry"][0]["changes"][0]["value"]["contacts"] = [own]
        self.assertEqual(self.post(body).status_code, 200)
        self.process()
        self.assertFalse(self.events().filtered("error"))
        return message

    def _body(self, *messages, **vals):
        # A person who hides the number has no "from".
        return super()._body(*messages, **vals)

    def _channels(self):
        return self.env["discuss.channel"].search(
            [("gateway_id", "=", self.gateway.id)]
        )

    def _system(self, kind, person=PHONE, **node):
        system = {"body": "changed", "type": kind, **node}
        message = self._message(person=person, type="system", system=system)
        body = self._body(message)
        del body["entry"][0]["changes"][0]["value"]["contacts"]
        self.assertEqual(self.post(body).status_code, 200)
        self.process()
        self.assertFalse(self.events().filtered("error"))

    def _texts(self, record):
        comments = record.message_ids.filtered(lambda m: m.message_type == "comment")
        return comments.sorted("id").mapped(lambda m: m.body.striptags())

    # ------------------------------------------------- business-scoped ids
    def test_a_number_that_appears_later_is_the_same_person(self):
        self._from(user_id=USER, text="uno")
        channel = self._channels()
        self.assertEqual(channel.gateway_channel_token, USER)
        author = channel.message_ids.author_guest_id

        self._from(PHONE, USER, text="dos")

        self.assertEqual(self._channels(), channel)
        self.assertEqual(channel.gateway_channel_token, PHONE)
        self.assertEqual(self._texts(channel), ["uno", "dos"])
        comments = channel.message_ids.filtered("author_guest_id")
        self.assertEqual(comments.author_guest_id, author)
        self.assertEqual(channel.lead_id[self.number_field], f"+{PHONE}")

    def test_a_number_that_is_hidden_later_is_the_same_person(self):
        self._from(PHONE, USER, text="uno")
        self._from(user_id=USER, text="dos")

        channel = self._channels()
        self.assertEqual(len(channel), 1)
        self.assertEqual(channel.gateway_channel_token, PHONE)
        self.assertEqual(self._texts(channel.lead_id), ["uno", "dos"])

    def test_two_conversations_of_one_person_become_one(self):
        self._from(PHONE, text="por número")
        self._from(user_id=USER, text="sin número")
        self.assertEqual(len(self._channels()), 2)
        hidden = self._channels().filtered(lambda c: c.gateway_channel_token == USER)
        second = hidden.lead_id

        self._from(PHONE, USER, text="los dos")

        channel = self._channels()
        self.assertEqual(len(channel), 1)
        self.assertFalse(hidden.active)
        self.assertEqual(self._texts(channel), ["por número", "sin número", "los dos"])
        self.assertEqual(channel.lead_id.whatsapp_other_lead_ids, second)
        self.assertEqual(second.gateway_channel_id, channel)

    # -------------------------------------------------------- new numbers
    def test_conversation_and_lead_follow_a_new_number(self):
        for key in ("wa_id", "new_wa_id"):
            with self.subTest(key=key), self.cr.savepoint() as point:
                channel = self.receive(self._message(text="uno"))
                self._system("user_changed_number", **{key: NEW_PHONE})
                self.receive(self._message(NEW_PHONE, "dos"))

                self.assertEqual(self._channels(), channel)
                self.assertEqual(channel.gateway_channel_token, NEW_PHONE)
                lead = channel.lead_id
                self.assertEqual(lead[self.number_field], f"+{NEW_PHONE}")
                self.assertEqual(self._texts(lead), ["uno", "dos"])
                authors = channel.message_ids.author_guest_id
                self.assertEqual(len(authors), 1)
                told = [m for m in channel.message_ids if f"+{PHONE}" in m.body]
                self.assertEqual(len(told), 1)
                point.rollback()
                self.env.invalidate_all()

    def test_a_new_number_of_a_stranger_makes_nothing(self):
        self._system("user_changed_number", wa_id=NEW_PHONE)
        self.assertFalse(self._channels())

    def test_a_new_number_somebody_wrote_from_already(self):
        self.receive(self._message(text="viejo"))
        self.receive(self._message(NEW_PHONE, "nuevo"))
        self._system("user_changed_number", wa_id=NEW_PHONE)

        channel = self._channels()
        self.assertEqual(channel.gateway_channel_token, NEW_PHONE)
        self.assertEqual(self._texts(channel), ["viejo", "nuevo"])

    def test_a_new_business_scoped_id_is_followed(self):
        self._from(user_id=USER, text="uno")
        channel = self._channels()
        value = {"user_id_update": [{"previous_user_id": USER, "user_id": "CO.2"}]}
        body = self._body()
        body["entry"][0]["changes"][0] = {"field": "user_id_update", "value": value}
        self.post(body)
        self.process()
        self._from(user_id="CO.2", text="dos")
        self.assertEqual(self._channels(), channel)

        self._system("user_changed_user_id", person="CO.2", user_id="CO.3")
        self._from(user_id="CO.3", text="tres")

        self.assertEqual(self._channels(), channel)
        self.assertEqual(self._texts(channel), ["uno", "dos", "tres"])

    # ------------------------------------------------------------- contacts
    def test_the_guest_becomes_the_contact_of_the_lead(self):
        first = self._message(text="uno")
        channel = self.receive(first)
        node = {"message_id": first["id"], "emoji": "\u2764"}
        self.receive(self._message(type="reaction", reaction=node))
        lead, guest = channel.lead_id, channel.message_ids.author_guest_id
        partner = self.env["res.partner"].create({"name": "Ana Pérez"})

        lead.with_user(lead.user_id).partner_id = partner
        self.assertEqual(channel.message_ids.author_id, partner)
        self.receive(self._message(text="dos"))

        for record in (channel, lead):
            comments = record.message_ids.filtered(
                lambda m: m.message_type == "comment"
            )
            self.assertEqual(len(comments), 2)
            self.assertEqual(comments.author_id, partner)
            self.assertFalse(comments.author_guest_id)
        self.assertIn(partner, channel.channel_member_ids.partner_id)
        self.assertFalse(channel.channel_member_ids.guest_id)
        self.assertEqual(channel.message_ids.reaction_ids.partner_id, partner)
        self.assertEqual(channel.whatsapp_partner_id, partner)
        link = partner.gateway_channel_ids
        self.assertEqual((link.gateway_id, link.gateway_token), (self.gateway, PHONE))
        self.assertFalse(guest.exists())

    def test_a_contact_with_a_second_number_stays_one_contact(self):
        partner = self.env["res.partner"].create({"name": "Ana Pérez"})
        for phone in (PHONE, NEW_PHONE):
            self.receive(self._message(phone)).lead_id.partner_id = partner
        for phone in (PHONE, NEW_PHONE):
            channel = self.receive(self._message(phone, "más"))
            newest = channel.message_ids.sorted("id")[-1]
            self.assertEqual(newest.author_id, partner)

    def test_a_lead_of_a_contact_makes_its_person_the_contact(self):
        partner = self.env["res.partner"].create({"name": "Ana Pérez"})
        lead = self.env["crm.lead"].create({"name": "Ana", "phone": "301 234 5678"})
        lead.partner_id = partner
        lead.phone = "301 234 5678"
        partner.phone = False
        channel = self.receive(self._message())
        self.assertEqual(channel.lead_id, lead)
        self.assertEqual(channel.message_ids.author_id, partner)

    # ------------------------------------------------------------ ambiguity
    def test_several_contacts_with_the_number_are_shown(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "Ana Uno", "phone": "+57 301 234 5678"},
                {"name": "Ana Dos", "phone": "3012345678"},
            ]
        )
        channel = self.receive(self._message())

        self.assertEqual(channel.whatsapp_same_number_partner_ids, partners)
        for record in (channel, channel.lead_id):
            told = [m for m in record.message_ids if "Ana Dos" in m.body]
            self.assertEqual(len(told), 1)
        self.receive(self._message())
        told = [m for m in channel.message_ids if "Ana Dos" in m.body]
        self.assertEqual(len(told), 1)

    def test_one_contact_is_no_ambiguity(self):
        self.env["res.partner"].create({"name": "Ana Uno", "phone": "3012345678"})
        channel = self.receive(self._message())
        self.assertFalse(channel.whatsapp_same_number_partner_ids)
        self.assertEqual(len(channel.message_ids), 1)

    def test_other_leads_with_the_number_are_listed(self):
        older = self.env["crm.lead"].create({"name": "Old", "phone": "301 234 5678"})
        newer = self.env["crm.lead"].create({"name": "New", "phone": "3012345678"})
        lost = self.env["crm.lead"].create({"name": "Lost", "phone": "3012345678"})
        lost.action_set_lost()
        channel = self.receive(self._message())
        director = new_test_user(self.env, "director_i", groups=DIRECTOR_GROUP)

        self.assertEqual(channel.lead_id, newer)
        seen = channel.with_user(director)
        self.assertEqual(seen.whatsapp_other_lead_ids, older | lost)
        self.assertEqual(older.whatsapp_other_lead_ids, newer | lost)
