from datetime import UTC, timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..tools.own_code import OWN_CODE, OWN_CODE_KEY
from .common import DIRECTOR_GROUP, WhatsappCase


@tagged("post_install", "-at_install")
class TestReport(WhatsappCase):
    """Messages per adviser, and how long a customer waited."""

    def _post_at(self, channel, minutes):
        adviser = channel.lead_id.user_id
        return (
            channel.with_user(adviser)
            .with_context(no_gateway_notification=True, **{OWN_CODE_KEY: OWN_CODE})
            .message_post(
                body="answer",
                message_type="comment",
                date=fields.Datetime.to_datetime("2026-03-02 09:00:00")
                + timedelta(minutes=minutes),
            )
        )

    def _customer_at(self, minutes, person="573012345678"):
        at = fields.Datetime.to_datetime("2026-03-02 09:00:00")
        at += timedelta(minutes=minutes)
        stamp = int(at.replace(tzinfo=UTC).timestamp())
        return self.receive(self._message(person, timestamp=str(stamp)))

    def _rows(self, user=None):
        self.env.flush_all()
        report = self.env["whatsapp.report"]
        report = report.with_user(user) if user else report
        return report.search([("gateway_id", "=", self.gateway.id)], order="id")

    def test_an_answer_counts_from_the_first_message_that_waited(self):
        channel = self._customer_at(0)
        self._customer_at(4)
        self._post_at(channel, 10)
        self._post_at(channel, 11)
        self._customer_at(20)
        self._post_at(channel, 23)

        rows = self._rows()

        self.assertEqual(
            rows.mapped("direction"), ["in", "in", "out", "out", "in", "out"]
        )
        answers = rows.filtered(lambda row: row.id in self._answered(rows))
        self.assertEqual(answers.mapped("response_minutes"), [10.0, 3.0])
        self.assertEqual(rows[2].user_id, channel.lead_id.user_id)
        self.assertEqual(rows.adviser_id, channel.lead_id.user_id)

    def _answered(self, rows):
        self.env.cr.execute(
            "SELECT id FROM whatsapp_report"
            " WHERE response_minutes IS NOT NULL AND id IN %s",
            (tuple(rows.ids),),
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def test_a_role_sees_its_own(self):
        one = self._customer_at(0)
        self._customer_at(0, "573112223344")
        director = new_test_user(self.env, "director_r", groups=DIRECTOR_GROUP)
        self.assertEqual(self._rows(one.lead_id.user_id).channel_id, one)
        self.assertEqual(len(self._rows(director)), 2)
