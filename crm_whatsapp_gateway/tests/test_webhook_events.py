from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools import webhook_events as events
from ..tools.event_text import event_text
from ..tools.webhook import UnreadableBody, parse_body, parse_event, read_body

NOW = datetime.fromisoformat("2026-11-30")
PHONE = "573005550101"
USER = "CO.10927000000000025"


def plain(source, **values):
    return source % values if values else source


def envelope(field="messages", **value):
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "2", "changes": [{"field": field, "value": value}]}],
    }


def message(kind="text", node=None, **vals):
    return {
        "from": PHONE,
        "id": "wamid.1",
        "timestamp": "1760000000",
        "type": kind,
        kind: {"body": "Hola"} if kind == "text" and node is None else node,
        **vals,
    }


class EventCase(BaseCase):
    def parse(self, **value):
        return parse_body(envelope(**value))

    def parse_one(self, *messages, **value):
        [event] = self.parse(messages=list(messages), **value)
        return event

    def text(self, *messages, **value):
        return event_text(self.parse_one(*messages, **value), plain)


@tagged("post_install", "-at_install")
class TestEnvelope(EventCase):
    """A2, R23: a body becomes events; what is odd takes nothing along."""

    def test_each_event_holds_one_message_and_its_own_contact(self):
        value = {
            "metadata": {"phone_number_id": "1"},
            "contacts": [
                {"wa_id": "57301", "profile": {"name": "Ana"}},
                {"wa_id": "57302", "profile": {"name": "Luis"}},
            ],
            "messages": [
                message(id="a", **{"from": "57301"}),
                message(id="b", **{"from": "57302"}),
            ],
            "statuses": [{"id": "c", "status": "sent", "recipient_id": "57301"}],
        }
        found = self.parse(**value)
        self.assertEqual(
            [(one.kind, one.external_id, one.status, one.person) for one in found],
            [
                ("message", "a", "", "57301"),
                ("message", "b", "", "57302"),
                ("status", "c", "sent", "57301"),
            ],
        )
        self.assertEqual(found[1].sender.name, "Luis")
        [change] = found[1].body["entry"][0]["changes"]
        self.assertEqual(len(change["value"]["messages"]), 1)
        self.assertEqual(change["value"]["contacts"], value["contacts"][1:])

    def test_an_event_is_the_same_when_its_body_is_parsed_again(self):
        for event in self.parse(
            contacts=[{"wa_id": PHONE, "profile": {"name": "Ana"}}, None],
            messages=[message(referral={"source_id": "1"}), None],
            statuses=[{"id": "c", "status": "sent"}],
            errors=[{"code": 1}],
            user_actions=[{}],
        ):
            with self.subTest(event=event):
                self.assertEqual(parse_event(event.body), event)

    def test_an_odd_part_takes_nothing_along(self):
        good = {"field": "messages", "value": {"messages": [message()]}}
        odd_changes = (
            {"field": "security", "value": None},
            {"field": "messages", "value": "x"},
            {"field": "messages", "value": {"messages": {"id": "1"}}},
            {"field": "messages", "value": {"messages": [None]}},
            {"field": "messages", "value": {"statuses": ["x"]}},
            {"field": "messages", "value": {"contacts": [None]}},
            {},
            None,
            "x",
        )
        for odd in odd_changes:
            with self.subTest(odd=odd):
                body = envelope()
                body["entry"][0]["changes"] = [odd, good]
                self._check_odd(parse_body(body))
        for odd in (None, "x", {}, {"changes": {}}):
            with self.subTest(entry=odd):
                body = envelope(**good["value"])
                body["entry"].insert(0, odd)
                self._check_odd(parse_body(body))

    def _check_odd(self, found):
        odd, good = found
        self.assertIsInstance(odd, events.UnknownChange)
        self.assertTrue(odd.problem)
        self.assertIsInstance(good, events.InboundMessage)
        self.assertFalse(good.problem)

    def test_odd_neighbours_in_one_change(self):
        found = self.parse(messages=[None, message()], contacts=[None, "x"])
        self.assertEqual([bool(one.problem) for one in found], [True, False, True])

    def test_what_stands_beside_the_messages_is_kept(self):
        kept = self.parse(messages=[message()], conversation_context={"x": 1})[1]
        [change] = kept.body["entry"][0]["changes"]
        self.assertEqual(change["value"], {"conversation_context": {"x": 1}})
        self.assertFalse(kept.problem)

    def test_errors_alone_and_beside_statuses_are_kept(self):
        statuses = [{"id": "c", "status": "sent"}]
        for value in ({}, {"statuses": statuses}):
            with self.subTest(value=value):
                last = self.parse(errors=[{"code": 131000}], **value)[-1]
                self.assertIsInstance(last, events.UnknownChange)
                self.assertIn("131000", str(last.body))

    def test_errors_beside_no_usable_message_are_kept(self):
        last = self.parse(messages=[None], errors=[{"code": 131000}])[-1]
        self.assertIn("131000", str(last.body))

    def test_no_key_of_a_value_is_special(self):
        for key in ("self", "problem", "", "body"):
            with self.subTest(key=key):
                body = envelope(messages=[message()])
                body["entry"][0]["changes"][0]["value"][key] = 1
                self.assertEqual(len(parse_body(body)), 2)

    def test_a_change_without_field_is_known_by_its_lists(self):
        for name in ("messages", "statuses", "message_echoes"):
            with self.subTest(name=name):
                item = {"id": "1", "from": PHONE, "to": PHONE, "status": "sent"}
                [event] = parse_body(envelope(None, **{name: [item]}))
                self.assertNotIsInstance(event, events.UnknownChange)

    def test_what_no_database_stores_is_replaced(self):
        found = read_body(rb'{"a\u0000": ["\ud800", "\ud83d\ude00", 1e999]}')
        self.assertEqual(found, {"a\ufffd": ["\ufffd", "\U0001f600", "inf"]})

    def test_a_number_of_any_length_is_read(self):
        digits = b"9" * 5000
        self.assertEqual(read_body(b"[" + digits + b", 7]"), [digits.decode(), 7])

    def test_what_is_no_json_is_unreadable(self):
        for content in (b"{", b"\xff", b'{"a": NaN}', b"[" * 100000):
            with self.subTest(content=content[:9]), self.assertRaises(UnreadableBody):
                read_body(content)

    def test_what_is_no_envelope_is_unreadable(self):
        for body in ([], {}, {"entry": {}}, {"entry": None}, "x", None):
            with self.subTest(body=body), self.assertRaises(UnreadableBody):
                parse_body(body)

    def test_an_event_without_id_is_known_again_by_its_hash(self):
        first, again, other = (
            parse_body(envelope("account_update", event=event))[0].external_id
            for event in ("VERIFIED_ACCOUNT", "VERIFIED_ACCOUNT", "ACCOUNT_DELETED")
        )
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)

    def test_no_event_shows_what_was_written_in_its_repr(self):
        event = self.parse_one(message(text={"body": "secreto"}))
        self.assertNotIn("secreto", repr(event))


@tagged("post_install", "-at_install")
class TestPeople(EventCase):
    """S3, S13, R25: who a person is, whatever the notation."""

    def test_every_notation_of_a_number_is_one_id(self):
        for given in (
            "+573005550101",
            " 57 300 555-0101 ",
            "\u200e+57\u00a0300 5550101",
            "00573005550101",
            573005550101,
            573005550101.0,
            "\uff15\uff17\uff13\uff10\uff10\uff15\uff15\uff15\uff10\uff11\uff10\uff11",
        ):
            with self.subTest(given=given):
                contact = {"wa_id": PHONE, "profile": {"name": "Ana"}}
                event = self.parse_one(message(**{"from": given}), contacts=[contact])
                self.assertEqual((event.person, event.sender.phone), (PHONE, PHONE))
                self.assertEqual(event.sender.name, "Ana")

    def test_status_and_echo_have_the_same_id(self):
        [status] = self.parse(
            statuses=[{"id": "1", "status": "sent", "recipient_id": f"+{PHONE}"}]
        )
        [echo] = parse_body(
            envelope("smb_message_echoes", message_echoes=[message(to=f"+{PHONE}")])
        )
        self.assertEqual([status.person, echo.person], [PHONE, PHONE])

    def test_a_message_of_nobody_is_refused(self):
        for vals in ({}, {"from": ""}, {"from": []}, {"from": {"x": 1}}, {"from": "+"}):
            with self.subTest(vals=vals):
                plain_message = message()
                del plain_message["from"]
                event = self.parse_one(plain_message | vals)
                self.assertEqual(event.problem, events.NO_SENDER)

    def test_an_echo_to_nobody_is_refused(self):
        [echo] = parse_body(envelope("smb_message_echoes", message_echoes=[message()]))
        self.assertEqual(echo.problem, events.NO_RECIPIENT)

    def test_of_two_contacts_none_is_taken_for_a_writer_who_is_not_named(self):
        plain_message = message()
        del plain_message["from"]
        contacts = [{"wa_id": "57301"}, {"wa_id": "57302"}]
        self.assertFalse(self.parse_one(plain_message, contacts=contacts).person)
        self.assertEqual(
            self.parse_one(plain_message, contacts=contacts[:1]).person, "57301"
        )

    def test_an_id_that_no_index_holds_is_refused_and_kept(self):
        for vals in ({"id": "x" * 10000}, {"from": "5" * 4000}):
            with self.subTest(vals=list(vals)):
                event = self.parse_one(message(**vals))
                self.assertEqual(event.problem, events.LONG_ID)
                self.assertLessEqual(len(event.external_id + event.person), 500)
                self.assertEqual(parse_event(event.body), event)

    def test_another_id_of_any_length_is_left_out(self):
        long_id = "CO." + "1" * 300
        contact = {"wa_id": PHONE, "user_id": long_id}
        for vals in ({}, {"from_user_id": long_id}):
            event = self.parse_one(message(**vals), contacts=[contact])
            self.assertEqual((event.problem, event.sender.user_id), ("", ""))

    def test_a_person_without_phone_is_known_by_the_scoped_id(self):
        plain_message = message(from_user_id=USER)
        del plain_message["from"]
        contact = {"user_id": USER, "profile": {"username": "ana.prueba"}}
        event = self.parse_one(plain_message, contacts=[contact])
        self.assertEqual((event.person, event.sender.phone), (USER, ""))
        self.assertEqual(event.sender.name, "ana.prueba")

    def test_a_number_that_the_contact_shows_is_the_persons(self):
        plain_message = message(from_user_id=USER)
        del plain_message["from"]
        contact = {"user_id": USER, "wa_id": f"+{PHONE}"}
        event = self.parse_one(plain_message, contacts=[contact])
        self.assertEqual((event.person, event.sender.user_id), (PHONE, USER))

    def test_a_name_that_cannot_be_seen_is_none(self):
        for given in (
            "\u3164\u200e",
            "\u2800",
            "\u200b \u2060",
            "\u115f\u1160",
            "\u202e",
            "\ufe0f",
            "\U000e0041",
            "  ",
            {"x": 1},
            [],
        ):
            with self.subTest(given=given):
                contact = {"wa_id": PHONE, "profile": {"name": given}}
                event = self.parse_one(message(), contacts=[contact])
                self.assertEqual(event.sender.name, "")

    def test_a_name_is_one_line_of_bearable_length(self):
        for given, shown in (
            ("Ana\nMaría  Gil", "Ana María Gil"),
            ("\u200eAna\u200e", "Ana"),
            ("\U0001f468\u200d\U0001f469\u200d\U0001f467", None),
            ("\u05d0\u05d1", None),
            ("x" * 5000, "x" * 119 + "…"),
            (7, "7"),
        ):
            with self.subTest(given=given):
                contact = {"wa_id": PHONE, "profile": {"name": given}}
                event = self.parse_one(message(), contacts=[contact])
                self.assertEqual(event.sender.name, shown or given)

    def test_a_new_id_is_of_the_person_who_had_the_old_one(self):
        system = {
            "type": "user_changed_user_id",
            "user_id": "CO.2",
            "previous_user_id": "CO.1",
        }
        plain_message = message("system", system)
        del plain_message["from"]
        event = self.parse_one(plain_message)
        self.assertEqual(event.person, "CO.1")
        self.assertEqual(event.content.user_id, "CO.2")

    def test_both_documented_shapes_of_a_new_id(self):
        both = {"user_id": {"previous": "CO.1", "current": "CO.2"}}
        flat = {"previous_user_id": "CO.1", "user_id": "CO.2"}
        for row in (both, flat):
            [event] = parse_body(envelope("user_id_update", user_id_update=[row, None]))
            self.assertEqual(event.user_ids, (events.UserIdChange("CO.1", "CO.2"),))


@tagged("post_install", "-at_install")
class TestTimes(EventCase):
    def test_every_timestamp_gives_a_usable_time(self):
        for given in (
            "0",
            0,
            "-1",
            -1760000000,
            "253402300800",
            "99999999999999999999",
            "1e400",
            "",
            "x",
            None,
            True,
            [],
            {},
            "nan",
            "4000000000",
        ):
            with self.subTest(given=given):
                self.assertEqual(
                    self.parse_one(message(timestamp=given)).time(NOW), NOW
                )
        missing = message()
        del missing["timestamp"]
        self.assertEqual(self.parse_one(missing).time(NOW), NOW)

    def test_seconds_and_a_proxys_milliseconds_are_read(self):
        at = datetime.fromisoformat("2025-10-09 08:53:20")
        for given in ("1760000000", 1760000000, 1760000000.9, "1760000000000"):
            with self.subTest(given=given):
                self.assertEqual(self.parse_one(message(timestamp=given)).time(NOW), at)

    def test_a_status_has_a_usable_time(self):
        status = {"id": "1", "status": "sent", "timestamp": "-5"}
        [event] = self.parse(statuses=[status])
        self.assertEqual(event.time(NOW), NOW)


@tagged("post_install", "-at_install")
class TestContent(EventCase):
    """A20: every type has a text; R12, R13, R14, S11, B3."""

    def test_every_type_has_a_text(self):
        for expected, kind, node in (
            ("Hola", "text", {"body": "Hola"}),
            ("Sí, quiero", "button", {"text": "Sí, quiero"}),
            (
                "Plan B",
                "interactive",
                {"type": "list_reply", "list_reply": {"id": "b", "title": "Plan B"}},
            ),
            (
                "Contact: Luis +573112223344",
                "contacts",
                [
                    {
                        "name": {"formatted_name": "Luis"},
                        "phones": [{"phone": "+573112223344"}],
                    },
                    None,
                ],
            ),
            ("Reacted with x", "reaction", {"emoji": "x"}),
            ("Removed the reaction", "reaction", {}),
            ("May be called", "interactive", _call("accept")),
            ("Does not want to be called", "interactive", _call("reject")),
            ("Document: a.pdf", "document", {"id": "1", "filename": "a.pdf"}),
            ("Voice message", "audio", {"id": "1", "voice": True}),
            ("Message that cannot be shown here: image", "image", {}),
            ("Message that cannot be shown here: poll_vote", "poll_vote", {"x": 1}),
            (
                "Message that cannot be shown here: unsupported edit",
                "unsupported",
                {"type": "edit"},
            ),
            ("Message that cannot be shown here: text", "text", {}),
            ("Message that cannot be shown here: text", "text", "x"),
            ("Message that cannot be shown here: order", "order", {"product_items": 1}),
            ("Message that cannot be shown here: contacts", "contacts", ["x"]),
            ("Message that cannot be shown here: interactive", "interactive", "x"),
            (
                "Message that cannot be shown here: location",
                "location",
                {"latitude": "inf", "longitude": 2},
            ),
        ):
            with self.subTest(expected=expected, kind=kind):
                self.assertEqual(self.text(message(kind, node)), expected)

    def test_a_message_without_type_is_known_by_its_node(self):
        plain_message = message()
        del plain_message["type"]
        self.assertEqual(self.text(plain_message), "Hola")

    def test_a_text_that_cannot_be_seen_is_a_line(self):
        for body in ("", "  ", "\u3164", "\u200b"):
            with self.subTest(body=body):
                shown = self.text(message(text={"body": body}))
                self.assertEqual(shown, "Message without text")

    def test_a_product_stands_for_an_empty_text(self):
        context = {"referred_product": {"product_retailer_id": "A-1"}}
        for body, shown in (("", ""), ("¿Precio?", "¿Precio?\n")):
            text = self.text(message(text={"body": body}, context=context))
            self.assertEqual(text, f"{shown}Asks about the product A-1")

    def test_answers_of_a_form_are_readable(self):
        response = (
            '{"flow_token": "x", "nombre": "Ana", "edad": 30, "nada": null,'
            ' "intereses": ["diseño", "fotografía"], "direccion": {"ciudad": "Cali",'
            ' "piso": 2}, "fotos": [{"file_name": "a.jpg"}], "acepta": true,'
            ' "correo": false, "odd": "a\\u0000b"}'
        )
        self.assertEqual(
            self.text(message("interactive", _flow(response))).split("\n"),
            [
                "Enviado",
                "nombre: Ana",
                "edad: 30",
                "nada: ",
                "intereses: diseño, fotografía",
                "direccion: ciudad: Cali; piso: 2",
                "fotos: file_name: a.jpg",
                "acepta: yes",
                "correo: no",
                "odd: a\ufffdb",
            ],
        )

    def test_answers_of_another_shape_are_shown_too(self):
        for response, shown in (
            ({"a": True}, "a: yes"),
            ('["x", "y"]', "x, y"),
            ("no json", "no json"),
            ("[" * 5000, "[" * 5000),
            ('{"a": [[[[["x"]]]]]}', "a: …"),
        ):
            with self.subTest(response=str(response)[:20]):
                text = self.text(message("interactive", _flow(response)))
                self.assertEqual(text, f"Enviado\n{shown}")

    def test_only_what_was_typed_is_written_text(self):
        for expected, kind, node in (
            ("STOP", "text", {"body": "STOP"}),
            ("STOP", "image", {"id": "1", "caption": "STOP"}),
            ("", "button", {"text": "STOP"}),
            (
                "",
                "interactive",
                {"type": "button_reply", "button_reply": {"title": "STOP"}},
            ),
            ("", "contacts", [{"name": {"formatted_name": "STOP"}}]),
        ):
            with self.subTest(kind=kind):
                event = self.parse_one(message(kind, node))
                self.assertEqual(event.written_text, expected)

    def test_odd_values_of_an_advertisement_are_left_out(self):
        for referral, found in (
            (None, None),
            ("x", None),
            ({}, None),
            ({"headline": {}, "source_url": 5}, events.Referral(source_url="5")),
            ({"source_id": 120, "ctwa_clid": []}, events.Referral(source_id="120")),
        ):
            with self.subTest(referral=referral):
                event = self.parse_one(message(referral=referral))
                self.assertEqual(event.referral, found)

    def test_errors_beside_the_messages_are_of_each_message(self):
        errors = [{"code": 131051, "title": "Not supported", "href": {}}, None]
        node = message("unsupported", {"type": "poll"})
        text = self.text(node, errors=errors)
        self.assertIn("unsupported poll", text)
        self.assertIn("Not supported", text)
        # The same one in both places is shown once.
        again = self.text(node | {"errors": errors}, errors=errors)
        self.assertEqual(again, text)

    def test_an_error_of_odd_shape_is_shown(self):
        for errors in ([{}], [{"title": {}, "code": []}], [{"error_data": 5}]):
            with self.subTest(errors=errors):
                self.assertIn("Unknown error", self.text(message(errors=errors)))

    def test_an_edit_within_an_edit_ends(self):
        node: dict = {"original_message_id": "1"}
        node["message"] = {"type": "edit", "edit": node}
        self.assertIn("cannot be shown", self.text(message("edit", node)))


def _flow(response):
    reply = {"name": "flow", "body": "Enviado", "response_json": response}
    return {"type": "nfm_reply", "nfm_reply": reply}


def _call(response):
    kind = "call_permission_reply"
    return {"type": kind, kind: {"response": response}}


@tagged("post_install", "-at_install")
class TestChanges(EventCase):
    def test_a_change_of_a_template(self):
        [event] = parse_body(
            envelope(
                "message_template_status_update",
                event="paused",
                message_template_id=123,
                message_template_name="saludo",
                message_template_language="es",
                reason="NONE",
                other_info={"title": "FIRST_PAUSE", "description": {}},
                rejection_info=None,
            )
        )
        self.assertEqual(
            (event.event, event.template_id, event.reason, event.account_id),
            ("PAUSED", "123", "FIRST_PAUSE", "2"),
        )

    def test_odd_values_of_a_change_are_left_out(self):
        keys = ("event", "alert_info", "ban_info", "reason")
        value = {key: [1] for key in keys}
        [event] = parse_body(envelope("account_update", **value))
        self.assertEqual((event.event, event.reason, event.problem), ("", "", ""))

    def test_preferences_are_of_marketing_only(self):
        row = {"wa_id": f"+{PHONE}", "category": "marketing_messages", "value": "stop"}
        rows = [row, row | {"category": "x"}, row | {"value": []}, None]
        [event] = parse_body(envelope("user_preferences", user_preferences=rows))
        [found] = event.preferences
        self.assertEqual((found.phone, found.wanted), (PHONE, False))

    def test_a_status_that_names_nothing_is_refused(self):
        for status in ({}, {"id": "1"}, {"status": "sent"}, {"id": [], "status": "x"}):
            with self.subTest(status=status):
                [event] = self.parse(statuses=[status])
                self.assertEqual(event.problem, events.NO_STATUS)
        [event] = self.parse(
            statuses=[{"status": "sent", "biz_opaque_callback_data": "1"}]
        )
        self.assertFalse(event.problem)
