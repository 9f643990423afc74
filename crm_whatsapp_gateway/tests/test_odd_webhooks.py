from calendar import timegm
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_media import MediaCase
from .common_outbound import OutboundCase

CUSTOMER = "573012345678"
USER = "CO.10927000000000025"


@tagged("post_install", "-at_install")
class TestOddWebhooks(MediaCase):
    """S3, S11, S13, R12, R13, R23, R25, B3: what is odd ends as a shown message or as
    a stored reason, at once."""

    def _deliver(self, body):
        self.assertEqual(self.post(body).status_code, 200)
        self.process()

    def _value(self, body):
        return body["entry"][0]["changes"][0]["value"]

    def _texts(self, record):
        comments = record.message_ids.filtered(lambda m: m.message_type == "comment")
        return comments.sorted("id").mapped(lambda m: m.body.striptags())

    def _states(self):
        return self.events().mapped("state")

    # ------------------------------------------------------------- neighbours
    def test_an_odd_part_takes_no_message_along(self):
        message = self._message()
        for odd in ("change", "message", "contact", "entry"):
            with self.subTest(odd=odd):
                body = self._body(message := self._message(text=odd))
                if odd == "change":
                    change = {"field": "security", "value": None}
                    body["entry"][0]["changes"].append(change)
                elif odd == "entry":
                    body["entry"].append(None)
                elif odd == "message":
                    self._value(body)["messages"].append(None)
                else:
                    self._value(body)["contacts"].append(None)
                self._deliver(body)

                self.assertEqual(self._texts(self.channel())[-1], odd)
                good, marked = self.events()[-2:]
                self.assertEqual(
                    (good.external_id, good.state), (message["id"], "done")
                )
                self.assertEqual((marked.kind, marked.state), ("change", "failed"))
                self.assertIn("something else", marked.error)
                self.assertEqual(marked.attempts, 0)

    # ----------------------------------------------------------------- people
    def test_a_number_in_another_notation_is_the_same_conversation(self):
        for text, number in (
            ("uno", f"+{CUSTOMER}"),
            ("dos", "57 301 234 5678"),
            ("tres", CUSTOMER),
        ):
            self._deliver(self._body(self._message(number, text)))

        self.assertEqual(self._states(), ["done"] * 3)
        channel = self.channel(CUSTOMER)
        self.assertEqual(self._texts(channel), ["uno", "dos", "tres"])
        self.assertEqual(channel.lead_id[self.number_field], f"+{CUSTOMER}")

    def test_an_id_of_any_length_is_refused_at_once_and_kept(self):
        good = self._message(text="cabe")
        self._deliver(
            self._body(
                self._message(id="wamid." + "x" * 10000),
                self._message("5" * 4000),
                good,
            )
        )

        self.assertEqual(self._states(), ["failed", "failed", "done"])
        for event in self.events()[:2]:
            self.assertIn("250", event.error)
            self.assertEqual(event.attempts, 0)
            self.assertGreater(len(event.payload_text), 4000)
        self.assertEqual(self._texts(self.channel()), ["cabe"])

    def test_a_message_of_nobody_is_refused_at_once_and_kept(self):
        message = self._message()
        del message["from"]
        self._deliver(self._body(message))
        self.assertEqual(self._states(), ["failed"])
        self.assertIn("nobody", self.events().error)

    def test_a_user_name_is_shown_and_found(self):
        for contact, shown in (
            ({"profile": {"username": "ana.prueba"}}, "ana.prueba"),
            ({"profile": {"name": "Eva", "username": "eva.otra"}}, "Eva"),
            ({"profile": {}}, None),
        ):
            with self.subTest(shown=shown):
                user_id = f"{USER}{shown or ''}".replace(".", "").replace(
                    "CO", "CO.", 1
                )
                message = self._message(person=None, from_user_id=user_id)
                body = self._body(message)
                self._value(body)["contacts"] = [{"user_id": user_id, **contact}]
                self._deliver(body)

                channel = self.channel(user_id)
                self.assertEqual(channel.name, shown or user_id)
                self.assertIn(shown or user_id, channel.lead_id.name)
                self.assertEqual(
                    channel.message_ids.author_guest_id.name, shown or user_id
                )
                self.assertEqual(
                    channel.whatsapp_username, contact["profile"].get("username", False)
                )

    def test_a_name_that_cannot_be_seen_is_none(self):
        for number, name in (
            ("573012345601", "\u3164\u200e"),
            ("573012345602", "\u2800"),
            ("573012345603", "\u202e\u200b"),
        ):
            with self.subTest(name=name):
                self._deliver(self._body(self._message(number), name=name))
                channel = self.channel(number)
                self.assertEqual(channel.name, f"+{number}")
                self.assertEqual(channel.lead_id.name, f"WhatsApp - +{number}")
                self.assertFalse(channel.lead_id.contact_name)

    # ------------------------------------------------------------------- time
    def test_a_time_out_of_range_is_now(self):
        for given in ("0", "-1", 0, "253402300800", "x", "", None, {}, "4000000000"):
            with self.subTest(timestamp=given):
                before = fields.Datetime.now()
                self._deliver(self._body(self._message(timestamp=given)))
                self.assertEqual(self.events()[-1].state, "done")
                channel = self.channel()
                message = channel.message_ids.sorted("id")[-1:]
                self.assertTrue(before <= message.date <= fields.Datetime.now())
                self.assertTrue(channel.whatsapp_window_open)

    def test_what_was_written_on_the_phone_long_ago_answers_nothing(self):
        now = fields.Datetime.now()
        at = str(timegm(now.timetuple()))
        channel = self.receive(self._message(text="¿Sigue ahí?", timestamp=at))
        long_ago = now - timedelta(hours=25)
        echo = self._message(text="Claro", timestamp=str(timegm(long_ago.timetuple())))
        body = self._body()
        body["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
        self._value(body)["message_echoes"] = [{**echo, "to": CUSTOMER}]
        self._deliver(body)

        self.assertEqual(self._texts(channel), ["¿Sigue ahí?", "Claro"])
        self.assertEqual(channel.whatsapp_last_outbound_at, long_ago)
        self.assertEqual((channel.whatsapp_state, channel.whatsapp_unread), ("us", 1))
        self.assertEqual(channel.whatsapp_preview, "¿Sigue ahí?")

    # ---------------------------------------------------------------- content
    def test_null_characters_and_halves_of_characters_are_stored(self):
        form = {
            "body": "a\x00b",
            "response_json": '{"nota": "c\\u0000d", "otra": "\\ud800"}',
        }
        interactive = {"type": "nfm_reply", "nfm_reply": form}
        self._deliver(
            self._body(
                self._message(text="uno\x00dos"),
                self._message(type="interactive", interactive=interactive),
                name="An\x00a",
            )
        )
        self.assertEqual(self._states(), ["done"] * 2)
        self.assertEqual(
            self._texts(self.channel())[0],
            "uno\ufffddos",
        )

    def test_answers_of_a_form_are_in_the_language_of_the_adviser(self):
        self.env["res.lang"]._activate_lang("es_419")
        channel = self.receive(self._message())
        channel.lead_id.user_id.lang = "es_419"
        form = {
            "body": "Enviado",
            "response_json": '{"intereses": ["diseño", "fotografía"], "acepta": true,'
            ' "direccion": {"ciudad": "Cali"}, "fotos": [{"file_name": "a.jpg"}]}',
        }
        interactive = {"type": "nfm_reply", "nfm_reply": form}
        self.receive(self._message(type="interactive", interactive=interactive))
        shown = self._texts(channel)[-1]
        for line in ("intereses: diseño, fotografía", "acepta: sí", "a.jpg", "Cali"):
            self.assertIn(line, shown)

    def test_errors_beside_a_message_are_shown_with_it(self):
        message = self._message(type="unsupported", unsupported={"type": "poll"})
        body = self._body(message)
        self._value(body)["errors"] = [{"code": 131051, "title": "Not supported"}]
        self._deliver(body)
        shown = self._texts(self.channel())[-1]
        self.assertIn("poll", shown)
        self.assertIn("Not supported", shown)
        self.assertIn("131051", self.events().payload_text)

    def test_a_caption_counts_as_text_and_a_contact_does_not(self):
        card = {"name": {"formatted_name": "Baja"}}
        channel = self.receive(self._message(type="contacts", contacts=[card]))
        self.assertFalse(channel.whatsapp_opted_out_at)
        self.receive(self.media(caption="baja"))
        self.assertTrue(channel.whatsapp_opted_out_at)

    # --------------------------------------------------------- advertisements
    def test_the_first_message_of_an_advertisement_without_text(self):
        referral = {
            "source_type": "ad",
            "source_id": "120200000000000013",
            "ctwa_clid": "clid-13",
        }
        for mode in ("worker", "request"):
            with self.subTest(mode=mode):
                self.env["ir.config_parameter"].set_param(
                    "crm_whatsapp_gateway.inbound_mode", mode
                )
                number = {"worker": "573005550113", "request": "573005550114"}[mode]
                channel = self.receive(self._message(number, "", referral=referral))
                lead = channel.lead_id
                self.assertEqual(lead.whatsapp_ad_id, "120200000000000013")
                self.assertEqual(lead.whatsapp_ctwa_clid, "clid-13")
                self.assertEqual(self._texts(channel), ["Message without text"])
                [line] = [m for m in channel.message_ids if "advertisement" in m.body]
                self.assertIn("120200000000000013", line.body)

    def test_odd_values_of_an_advertisement_make_a_lead_all_the_same(self):
        for number, referral in (
            ("573005550115", {"headline": {}, "source_url": 5}),
            ("573005550116", {"headline": [1], "source_id": {"a": 1}}),
            ("573005550117", "x"),
            ("573005550118", {"source_url": "http://[", "ctwa_clid": 7}),
        ):
            with self.subTest(referral=referral):
                channel = self.receive(self._message(number, referral=referral))
                self.assertTrue(channel.lead_id)
                self.assertEqual(self.events()[-1].state, "done")
                for message in channel.message_ids | channel.lead_id.message_ids:
                    self.assertNotRegex(message.body or "", r": *(<[^>]*>)*\s*$")


@tagged("post_install", "-at_install")
class TestButtons(OutboundCase):
    """R14: a button answers our own question; WhatsApp's own stops marketing only."""

    def _press(self, title, kind="button"):
        if kind == "button":
            vals = {"type": kind, "button": {"text": title, "payload": "cita-99-no"}}
        else:
            reply = {"id": "cita-99-no", "title": title}
            node = {"type": "button_reply", "button_reply": reply}
            vals = {"type": kind, "interactive": node}
        vals["timestamp"] = str(timegm(self.now.timetuple()))
        self.receive(self._message(CUSTOMER, **vals))
        self.assertEqual(set(self.events().mapped("state")), {"done"})

    def test_a_button_is_no_opt_out(self):
        for kind in ("button", "interactive"):
            for title in ("Cancelar", "STOP", "Baja"):
                with self.subTest(kind=kind, title=title):
                    self._press(title, kind)
                    self.assertFalse(self.conversation.whatsapp_opted_out_at)
                    self.assertFalse(self.conversation.whatsapp_marketing_stopped_at)
        self.assertTrue(self.send("¿Otro día?"))

    def test_a_button_is_no_opt_in(self):
        self.receive(self._message(CUSTOMER, "baja"))
        self.assertTrue(self.conversation.whatsapp_opted_out_at)
        self._press("Alta")
        self.assertTrue(self.conversation.whatsapp_opted_out_at)

    def test_whatsapps_own_button_stops_marketing_only(self):
        for title in ("Detener promociones", "Stop promotions", "Parar promoções"):
            with self.subTest(title=title):
                self._press(title)
                self.assertTrue(self.conversation.whatsapp_marketing_stopped_at)
                self.assertFalse(self.conversation.whatsapp_opted_out_at)
                self.conversation.whatsapp_marketing_stopped_at = False
                self.conversation.whatsapp_marketing_consent_at = False


@tagged("post_install", "-at_install")
class TestNumbersOfLeads(MediaCase):
    """R17: the lead is found, whatever people write into its number."""

    def test_the_lead_is_found_by_a_number_in_any_notation(self):
        for index, written in enumerate(
            (
                "+57 301 555 01{0} ext. 12",
                "30155501{0} - 3105550118",
                "30155501{0}\n3105550118",
                "30155501{0} y 3105550118",
                "+57 (0)301 55501{0}",
                "30155501{0}.0",
                "+57+5730155501{0}",
            )
        ):
            with self.subTest(written=written):
                number = 10 + index
                lead = self.env["crm.lead"].create(
                    {"name": "Ana", self.number_field: written.format(number)}
                )
                channel = self.receive(self._message(f"5730155501{number}"))
                self.assertEqual(channel.lead_id, lead)
