import hashlib
import hmac

from odoo.tests import BaseCase, tagged

from ..tools.events import UnreadableBody, only_value, read, split
from ..tools.message_text import describe, words
from ..tools.signature import is_signed_by


def plain(source, **values):
    return source % values


def envelope(field="messages", **value):
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "2", "changes": [{"field": field, "value": value}]}],
    }


@tagged("post_install", "-at_install")
class TestEvents(BaseCase):
    """A2, A20: a body becomes items; every type has words."""

    def test_each_item_holds_one_message_and_its_own_contact(self):
        items = split(
            envelope(
                metadata={"phone_number_id": "1"},
                contacts=[
                    {"wa_id": "57301", "profile": {"name": "Ana"}},
                    {"wa_id": "57302", "profile": {"name": "Luis"}},
                ],
                messages=[
                    {"id": "a", "from": "57301", "type": "text"},
                    {"id": "b", "from": "57302", "type": "text"},
                ],
                statuses=[{"id": "c", "status": "sent", "recipient_id": "57301"}],
            )
        )
        self.assertEqual(
            [(item.kind, item.external_id, item.status, item.person) for item in items],
            [
                ("message", "a", "", "57301"),
                ("message", "b", "", "57302"),
                ("status", "c", "sent", "57301"),
            ],
        )
        second = only_value(items[1].body)
        self.assertEqual(len(second["messages"]), 1)
        self.assertEqual(
            [contact["profile"]["name"] for contact in second["contacts"]], ["Luis"]
        )

    def test_what_no_database_stores_is_replaced(self):
        found = read(rb'{"a\u0000": ["\ud800", "\ud83d\ude00", 1e999]}')

        self.assertEqual(found, {"a\ufffd": ["\ufffd", "\U0001f600", "inf"]})

    def test_what_is_no_json_is_unreadable(self):
        for content in (b"{", b"\xff", b'{"a": NaN}', b"[" * 100000):
            with self.subTest(content=content[:9]), self.assertRaises(UnreadableBody):
                read(content)

    def test_a_change_of_unknown_shape_is_kept_whole(self):
        odd = (
            {"messages": ["x"]},
            {"statuses": {"id": "1"}},
            {"contacts": [None], "messages": [{"id": "1"}]},
        )
        for value in odd:
            with self.subTest(value=value):
                [item] = split(envelope(**value))
                self.assertEqual((item.kind, only_value(item.body)), ("change", value))

    def test_a_message_of_unknown_shape_is_named_by_its_type(self):
        odd = (
            {"type": "order", "order": {"product_items": "none"}},
            {"type": "contacts", "contacts": ["x"]},
            {"type": "interactive", "interactive": "x"},
            {"type": "text", "text": "x"},
            {"type": "text", "text": {"body": "x"}, "context": "x"},
        )
        for message in odd:
            with self.subTest(message=message):
                self.assertIn(message["type"], words(message, plain))

    def test_an_id_that_no_index_holds_is_known_by_its_hash(self):
        [item] = split(envelope(messages=[{"id": "x" * 3000, "from": "5" * 3000}]))

        self.assertEqual(
            [found[:7] for found in (item.external_id, item.person)], ["sha256:"] * 2
        )

    def test_an_item_without_id_is_known_again_by_its_hash(self):
        first = split(envelope("account_update", event="VERIFIED_ACCOUNT"))
        again = split(envelope("account_update", event="VERIFIED_ACCOUNT"))
        other = split(envelope("account_update", event="ACCOUNT_DELETED"))
        self.assertEqual(first[0].external_id, again[0].external_id)
        self.assertNotEqual(first[0].external_id, other[0].external_id)

    def test_errors_alone_are_kept(self):
        items = split(envelope(errors=[{"code": 131000}]))
        self.assertEqual([item.kind for item in items], ["change"])

    def test_a_person_without_phone_is_known_by_the_scoped_id(self):
        items = split(
            envelope(
                contacts=[{"user_id": "CO.123", "profile": {"name": "Ana"}}],
                messages=[{"id": "a", "from_user_id": "CO.123", "type": "text"}],
            )
        )
        self.assertEqual(items[0].person, "CO.123")

    def test_what_is_no_envelope_is_refused(self):
        for body in ([], {}, {"entry": {}}, {"entry": [{"changes": [{}]}]}, "x"):
            with self.subTest(body=body), self.assertRaises(UnreadableBody):
                split(body)

    def test_every_type_oca_leaves_out_has_words(self):
        for expected, message in (
            ("Sí, quiero", {"type": "button", "button": {"text": "Sí, quiero"}}),
            (
                "Plan B",
                {
                    "type": "interactive",
                    "interactive": {
                        "type": "list_reply",
                        "list_reply": {"id": "b", "title": "Plan B"},
                    },
                },
            ),
            (
                "Contact: Luis +573112223344",
                {
                    "type": "contacts",
                    "contacts": [
                        {
                            "name": {"formatted_name": "Luis"},
                            "phones": [{"phone": "+573112223344"}],
                        }
                    ],
                },
            ),
            ("Removed the reaction", {"type": "reaction", "reaction": {}}),
            ("cannot be shown here: poll_vote", {"type": "poll_vote"}),
            (
                "cannot be shown here: unsupported edit",
                {"type": "unsupported", "unsupported": {"type": "edit"}},
            ),
            ("cannot be shown here: text", {"type": "text"}),
        ):
            with self.subTest(type=message["type"]):
                self.assertIn(expected, describe(message, plain))

    def test_oca_shows_its_own_types(self):
        self.assertEqual(describe({"type": "text", "text": {"body": "x"}}, plain), "")

    def test_a_signature_needs_the_secret_and_the_exact_bytes(self):
        body = b'{"a": "caf\\u00e9"}'
        good = "sha256=aebfdd5fff0d4f4ad3e1a5dd3fb6cbcd0ac8b0da52fa5ea6c74ed4c2e6bdd0c7"
        self.assertTrue(is_signed_by("secret", body, _sign(b"secret", body)))
        self.assertFalse(is_signed_by("secret", body, good))
        self.assertFalse(is_signed_by("other", body, _sign(b"secret", body)))
        self.assertFalse(is_signed_by("", body, _sign(b"", body)))
        self.assertFalse(is_signed_by("secret", body + b" ", _sign(b"secret", body)))
        self.assertFalse(is_signed_by("secret", body, None))


def _sign(secret, body):
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
