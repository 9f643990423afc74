from odoo.tests import tagged

from .common import WhatsappCase

ACCOUNT = "200000000000009"


@tagged("post_install", "-at_install")
class TestAccountChanges(WhatsappCase):
    """A20: what Meta does to templates and account is followed and told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["mail.whatsapp.template"].create(
            {
                "name": "Bienvenida",
                "body": "Hola",
                "category": "marketing",
                "language": "es",
                "gateway_id": cls.gateway.id,
                "template_uid": "777",
                "state": "approved",
            }
        )

    def _change(self, field, **value):
        body = self._body()
        entry = body["entry"][0]
        entry["time"] = next(self._wamids)
        entry["changes"] = [{"field": field, "value": value}]
        self.assertEqual(self.post(body).status_code, 200)
        self.process()
        self.assertFalse(self.events().filtered("error"))
        self.assertEqual(set(self.events().mapped("state")), {"done"})

    def _told(self):
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("subject", "like", "WhatsApp %"),
            ],
            order="id",
        )

    def _status(self, event, **vals):
        value = {
            "event": event,
            "message_template_id": 777,
            "message_template_name": "bienvenida",
            "message_template_language": "es",
            "reason": "NONE",
        }
        self._change("message_template_status_update", **(value | vals))

    def test_the_state_of_a_template_follows(self):
        for event, state in (
            ("REJECTED", "rejected"),
            ("IN_APPEAL", "in_appeal"),
            ("APPROVED", "approved"),
            ("PAUSED", "paused"),
            ("APPROVED", "approved"),
            ("DISABLED", "disabled"),
            ("FLAGGED", "disabled"),
        ):
            self._status(event)
            self.assertEqual(self.template.state, state)

    def test_administrators_are_told_of_what_stops_a_template_only(self):
        before = len(self._told())
        self._status("APPROVED")
        self.assertEqual(len(self._told()), before)

        self._status(
            "PAUSED", other_info={"title": "FIRST_PAUSE", "description": "3 h"}
        )

        told = self._told()[before:]
        self.assertTrue(told)
        self.assertIn("PAUSED", told[-1].subject)
        self.assertIn("FIRST_PAUSE; 3 h", told[-1].body)

    def test_a_template_is_found_by_name_and_language_too(self):
        self.template.template_uid = False
        self._status("PAUSED", message_template_language="en")
        self.assertEqual(self.template.state, "approved")
        self._status("PAUSED")
        self.assertEqual(self.template.state, "paused")

    def test_a_second_number_of_the_account_has_its_templates_followed(self):
        second = self._create_gateway(
            name="Second", whatsapp_from_phone="1", webhook_key="second", token="t2"
        )
        self.template.gateway_id = second
        self._status("PAUSED")
        self.assertEqual(self.template.state, "paused")

        second.whatsapp_account_id = "another"
        self._status("APPROVED")
        self.assertEqual(self.template.state, "paused")

    def test_a_new_category_is_taken_and_told(self):
        before = len(self._told())
        self._change(
            "template_category_update",
            message_template_id=777,
            message_template_name="bienvenida",
            message_template_language="es",
            previous_category="MARKETING",
            new_category="UTILITY",
        )
        self.assertEqual(self.template.category, "utility")
        self.assertGreater(len(self._told()), before)

    def test_quality_is_told_when_it_is_bad(self):
        before = len(self._told())
        value = {"message_template_id": 777, "message_template_name": "bienvenida"}
        self._change(
            "message_template_quality_update", new_quality_score="GREEN", **value
        )
        self.assertEqual(len(self._told()), before)
        self._change(
            "message_template_quality_update", new_quality_score="RED", **value
        )
        self.assertGreater(len(self._told()), before)
        self.assertEqual(self.template.state, "approved")

    def test_changes_of_the_account_are_told(self):
        for field, value, words in (
            ("account_update", {"event": "DISABLED_UPDATE"}, "DISABLED_UPDATE"),
            ("account_review_update", {"decision": "REJECTED"}, "REJECTED"),
            ("phone_number_quality_update", {"event": "FLAGGED"}, "FLAGGED"),
            (
                "account_alerts",
                {"alert_info": {"alert_type": "OBA_DENIED"}},
                "OBA_DENIED",
            ),
        ):
            with self.subTest(field=field):
                self._change(field, **value)
                self.assertIn(words, self._told()[-1].subject)

    def test_good_news_and_unknown_fields_wake_nobody(self):
        before = len(self._told())
        self._change("account_update", event="VERIFIED_ACCOUNT")
        self._change("phone_number_quality_update", event="ONBOARDING")
        self._change("of_tomorrow", event="DISABLED")
        self.assertEqual(len(self._told()), before)
