from odoo import fields
from odoo.tests import tagged

from .common_media import MediaCase

CUSTOMER = "573012345678"


@tagged("post_install", "-at_install")
class TestInboundTypes(MediaCase):
    """A20, RULINGS 12: every type is kept and shown, nothing raises."""

    def _text(self, channel):
        return channel.message_ids.sorted("id")[-1:].body.striptags("\n")

    def _shown(self, **message):
        channel = self.receive(self._message(**message))
        self.assertFalse(self.events().filtered("error"))
        newest = channel.message_ids.filtered(lambda m: m.message_type == "comment")
        return newest.sorted("id")[-1:]

    def _lines(self, record):
        return record.message_ids.filtered(lambda m: m.message_type == "notification")

    def _echo(self, text="Desde el teléfono", to=CUSTOMER, **vals):
        echo = self._message(person="573000000009", text=text, **vals)
        echo["to"] = to
        body = self._body()
        change = body["entry"][0]["changes"][0]
        change["field"] = "smb_message_echoes"
        change["value"]["message_echoes"] = [echo]
        self.assertEqual(self.post(body).status_code, 200)
        self.process()
        return echo

    # ---------------------------------------------------------------- words
    def test_our_own_words_are_in_the_language_of_the_adviser(self):
        self.env["res.lang"]._activate_lang("es_419")
        channel = self.receive(self._message())
        channel.lead_id.user_id.lang = "es_419"
        place = {"latitude": 4.65, "longitude": -74.05}
        shown = self._shown(type="location", location=place)
        self.assertIn("Ubicaci\u00f3n", shown.body)

    def test_a_location_is_a_map_link_with_name_and_address(self):
        place = {
            "latitude": 4.65,
            "longitude": -74.05,
            "name": "Sede Norte",
            "address": "Calle 100",
        }
        message = self._shown(type="location", location=place)

        self.assertIn("Sede Norte, Calle 100", message.body)
        self.assertIn('href="https://www.google.com/maps/search/', message.body)
        self.assertIn("4.65,-74.05", message.body)
        self.assertEqual(message.gateway_message_id.body, message.body)

    def test_contacts_are_vcards_and_a_line(self):
        contacts = [
            {
                "name": {"formatted_name": "Luis, Gómez", "last_name": "Gómez"},
                "phones": [{"phone": "+57 311 222 3344"}],
                "emails": [{"email": "luis@example.com"}],
            },
            {"name": {"formatted_name": "Eva"}, "vcard": "BEGIN:VCARD\r\nFN:Eva"},
        ]
        message = self._shown(type="contacts", contacts=contacts)

        self.assertIn("Luis, Gómez +57 311 222 3344", message.body)
        files = message.attachment_ids.sorted("id")
        self.assertEqual(files.mapped("name"), ["Luis Gómez.vcf", "Eva.vcf"])
        card = files[0].raw.decode()
        for line in (
            "N:Gómez;;;;",
            "FN:Luis\\, Gómez",
            "TEL:+57 311 222 3344",
            "EMAIL:luis@example.com",
        ):
            self.assertIn(f"{line}\r\n", card)
        self.assertEqual(files[1].raw, b"BEGIN:VCARD\r\nFN:Eva")
        self.assertEqual(message.gateway_message_id.attachment_ids, files)

    def test_replies_to_buttons_and_lists_show_what_was_chosen(self):
        first = self._message(text="menú")
        self.receive(first)
        context = {"from": "573000000009", "id": first["id"]}
        reply = {"id": "1", "title": "Apartamento", "description": "Dos alcobas"}
        chosen = self._shown(
            type="interactive",
            interactive={"type": "list_reply", "list_reply": reply},
            context=context,
        )
        self.assertIn("Apartamento", chosen.body)
        self.assertIn("Dos alcobas", chosen.body)
        self.assertEqual(chosen.parent_id.whatsapp_wamid, first["id"])

        pressed = self._shown(
            type="button", button={"payload": "YES", "text": "Sí"}, context=context
        )
        self.assertEqual(pressed.body.striptags(), "Sí")
        self.assertEqual(pressed.parent_id.whatsapp_wamid, first["id"])

    def test_a_form_shows_its_answers(self):
        form = {
            "name": "flow",
            "body": "Sent",
            "response_json": '{"flow_token": "secret", "ciudad": "Bogotá"}',
        }
        message = self._shown(
            type="interactive", interactive={"type": "nfm_reply", "nfm_reply": form}
        )
        self.assertIn("ciudad: Bogotá", message.body)
        self.assertNotIn("secret", message.body)

    def test_an_order_is_readable(self):
        item = {"product_retailer_id": "A-1", "quantity": 2, "item_price": 10.5}
        order = {
            "catalog_id": "1",
            "text": "para hoy",
            "product_items": [dict(item, currency="COP")],
        }
        message = self._shown(type="order", order=order)
        for part in ("2 x A-1 (10.5 COP)", "Total: 21.00 COP", "para hoy"):
            self.assertIn(part, message.body)

    def test_a_product_somebody_asks_about_is_named(self):
        product = {"catalog_id": "1", "product_retailer_id": "A-1"}
        message = self._shown(text="¿Precio?", context={"referred_product": product})
        self.assertIn("A-1", message.body)
        self.assertIn("¿Precio?", message.body)

    def test_other_types_are_a_line(self):
        error = {"code": 131051, "title": "Message type is not currently supported"}
        for vals, words in (
            ({"type": "request_welcome"}, "Opened the chat"),
            ({"type": "unsupported", "errors": [error]}, "not currently supported"),
            ({"type": "unsupported", "unsupported": {"type": "poll"}}, "poll"),
            ({"type": "image"}, "image"),
            ({"type": "location", "location": {}}, "location"),
            ({"type": "system", "system": {"body": "Something"}}, "Something"),
            ({"type": "interactive", "interactive": {"type": "x"}}, "interactive"),
            ({"type": "order", "order": None}, "order"),
            ({"type": "of_tomorrow"}, "of_tomorrow"),
        ):
            with self.subTest(words=words):
                self.assertIn(words, self._shown(**vals).body)

    # ------------------------------------------------------------- reactions
    def _react(self, target, emoji):
        node = {"message_id": target}
        if emoji is not None:
            node["emoji"] = emoji
        self.receive(self._message(type="reaction", reaction=node))

    def test_a_reaction_is_on_its_message_in_conversation_and_lead(self):
        first = self._message()
        channel = self.receive(first)
        message = channel.message_ids

        self._react(first["id"], "\u2764")
        for shown in message | message.gateway_message_id:
            self.assertEqual(shown.reaction_ids.content, "\u2764")
            self.assertEqual(shown.reaction_ids.guest_id, message.author_guest_id)
        self._react(first["id"], "\u2600")
        self.assertEqual(message.reaction_ids.mapped("content"), ["\u2600"])
        self.assertEqual(self.events()[-1].message_id, message)
        self.assertEqual(len(channel.message_ids), 1)

        for nothing in ("", None):
            self._react(first["id"], "\u2764")
            self._react(first["id"], nothing)
            self.assertFalse(message.reaction_ids)
            self.assertFalse(message.gateway_message_id.reaction_ids)

    def test_a_reaction_of_a_partner_is_the_partners(self):
        partner = self.env["res.partner"].create({"name": "Ana", "phone": "3012345678"})
        first = self._message()
        channel = self.receive(first)
        self._react(first["id"], "\u2764")
        self.assertEqual(channel.message_ids.reaction_ids.partner_id, partner)

    def test_a_reaction_opens_the_window(self):
        first = self._message()
        channel = self.receive(first)
        channel.whatsapp_last_inbound_at = False
        self._react(first["id"], "\u2764")
        self.assertTrue(channel.whatsapp_last_inbound_at)

    def test_a_reaction_to_nothing_known_is_a_line(self):
        channel = self.receive(self._message())
        self._react("wamid.ELSEWHERE", "\u2764")
        self.assertIn("\u2764", channel.message_ids.sorted("id")[-1].body)

    # ------------------------------------------------------ edits and revokes
    def test_an_edit_shows_the_new_words_and_keeps_the_old_in_a_line(self):
        first = self._message(text="a las 3")
        channel = self.receive(first)
        message = channel.message_ids
        new = {"type": "text", "text": {"body": "a las 4"}}
        edit = {"original_message_id": first["id"], "message": new}
        self.receive(self._message(type="edit", edit=edit))

        for shown in message | message.gateway_message_id:
            self.assertIn("a las 4", shown.body)
            self.assertNotIn("a las 3", shown.body)
            self.assertIn("o-mail-Message-edited", shown.body)
        for record in (channel, channel.lead_id):
            lines = [line for line in self._lines(record) if "a las 3" in line.body]
            self.assertEqual(len(lines), 1)

    def test_a_deleted_message_is_shown_as_such(self):
        first = self._message(text="perdón")
        channel = self.receive(first)
        revoke = {"original_message_id": first["id"]}
        self.receive(self._message(type="revoke", revoke=revoke))

        message = channel.message_ids
        self.assertEqual(len(message), 1)
        for shown in message | message.gateway_message_id:
            self.assertIn("<s>perdón</s>", shown.body)
            self.assertIn("Deleted", shown.body)

    def test_edits_and_revokes_of_unknown_messages_are_lines(self):
        new = {"type": "text", "text": {"body": "a las 4"}}
        edit = {"original_message_id": "wamid.X", "message": new}
        self.assertIn("a las 4", self._shown(type="edit", edit=edit).body)
        revoke = {"original_message_id": "wamid.X"}
        self.assertIn("Deleted", self._shown(type="revoke", revoke=revoke).body)

    # ------------------------------------------------ the business's own phone
    def test_an_echo_is_ours_in_conversation_and_lead_and_never_sent(self):
        channel = self.receive(self._message())
        echo = self._echo()

        ours = channel.message_ids.sorted("id")[-1]
        self.assertEqual(ours.body.striptags(), "Desde el teléfono")
        self.assertEqual(ours.author_id, self.company.partner_id)
        self.assertEqual(ours.whatsapp_wamid, echo["id"])
        self.assertEqual(
            self.lead_messages(channel.lead_id), ["Hola", "Desde el teléfono"]
        )
        self.assertEqual(
            (channel.whatsapp_state, channel.whatsapp_unread), ("customer", 0)
        )
        self.assertFalse(
            self.env["whatsapp.message.queue"].search(
                [("gateway_id", "=", self.gateway.id)]
            )
        )
        answer = self._message(context={"from": "1", "id": echo["id"]})
        self.receive(answer)
        self.assertEqual(channel.message_ids.sorted("id")[-1].parent_id, ours)

    def test_an_echo_delivered_twice_is_shown_once(self):
        self.receive(self._message())
        echo = self._echo()
        self._echo(id=echo["id"])
        self.assertEqual(len(self.channel().message_ids), 2)

    def test_an_echo_to_a_stranger_makes_a_conversation_and_no_lead(self):
        self._echo()
        channel = self.channel()
        self.assertEqual(len(channel.message_ids), 1)
        self.assertFalse(channel.lead_id)

        self.receive(self._message())
        self.assertEqual(self.lead_messages(channel.lead_id), ["Hola"])

    def test_an_echo_to_a_known_lead_is_linked_to_it(self):
        lead = self.env["crm.lead"].create({"name": "Ana", "phone": "301 234 5678"})
        self._echo()
        self.assertEqual(self.channel().lead_id, lead)

    def test_a_file_of_the_phone_is_fetched_too(self):
        node = {"id": "900", "mime_type": "image/png"}
        self._echo(type="image", image=node)
        self.assertEqual(self.channel().message_ids.attachment_ids.raw, self.content)

    def test_an_edit_and_a_reaction_of_the_phone_change_the_message(self):
        channel = self.receive(self._message())
        echo = self._echo(text="a las 3")
        new = {"type": "text", "text": {"body": "a las 4"}}
        edit = {"original_message_id": echo["id"], "message": new}
        self._echo(type="edit", edit=edit)
        ours = channel.message_ids.filtered(lambda m: m.whatsapp_wamid == echo["id"])
        self.assertIn("a las 4", ours.body)

        theirs = channel.message_ids.sorted("id")[0]
        node = {"message_id": theirs.whatsapp_wamid, "emoji": "\u2764"}
        self._echo(type="reaction", reaction=node)
        self.assertEqual(theirs.reaction_ids.partner_id, self.company.partner_id)

    # ---------------------------------------------------------------- others
    def test_a_group_message_is_one_line_and_makes_no_lead(self):
        self.receive(self._message(group_id="G1"))
        self.assertFalse(self.channel())
        self.assertEqual(self.events().state, "done")

        channel = self.receive(self._message())
        self.receive(self._message(text="en el grupo", group_id="G1"))
        self.assertEqual(len(self._lines(channel)), 1)
        self.assertEqual(self.lead_messages(channel.lead_id), ["Hola"])

    def test_an_advertisement_is_named_and_kept_on_the_lead(self):
        campaign = self.env["utm.campaign"].create({"name": "Casas_2026"})
        medium = self.env["utm.medium"].create({"name": "ad"})
        referral = {
            "source_url": "https://fb.me/x?utm_campaign=casas_2026",
            "source_id": "120",
            "source_type": "ad",
            "headline": "Casas nuevas",
            "ctwa_clid": "CLID",
        }
        lead = self.receive(self._message(referral=referral)).lead_id

        self.assertRecordValues(
            lead,
            [
                {
                    "whatsapp_ad_headline": "Casas nuevas",
                    "whatsapp_ad_url": referral["source_url"],
                    "whatsapp_ad_id": "120",
                    "whatsapp_ctwa_clid": "CLID",
                    "campaign_id": campaign.id,
                    "medium_id": medium.id,
                }
            ],
        )
        for record in (self.channel(), lead):
            line = [one for one in self._lines(record) if "Casas nuevas" in one.body]
            self.assertIn(f'href="{referral["source_url"]}"', line[0].body)

        self.receive(self._message(referral=dict(referral, ctwa_clid="SECOND")))
        self.assertEqual(lead.whatsapp_ctwa_clid, "CLID")

    def test_no_campaign_is_made_up(self):
        count = self.env["utm.campaign"].search_count([])
        referral = {"headline": "Casas_%", "source_url": "javascript:alert(1)"}
        lead = self.receive(self._message(referral=referral)).lead_id
        self.assertFalse(lead.campaign_id)
        self.assertEqual(self.env["utm.campaign"].search_count([]), count)
        bodies = "".join(self._lines(self.channel()).mapped("body"))
        self.assertNotIn("javascript:", bodies)

    def test_the_window_is_open_after_the_first_tap(self):
        now = int(fields.Datetime.now().timestamp())
        channel = self.receive(
            self._message(type="request_welcome", timestamp=str(now))
        )
        self.assertTrue(channel.whatsapp_window_open)
