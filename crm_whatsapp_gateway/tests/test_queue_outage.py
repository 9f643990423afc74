from datetime import timedelta

import requests

from odoo.tests import new_test_user, tagged

from .common_outbound import (
    OTHER_CUSTOMER,
    THIRD_CUSTOMER,
    OutboundCase,
    down,
    error,
)


@tagged("post_install", "-at_install")
class TestQueueOutage(OutboundCase):
    """Circuit breaker, rate limits, tokens: rows withheld use no retry."""

    def setUp(self):
        super().setUp()
        self.other = self.other_conversation(OTHER_CUSTOMER)
        self.third = self.other_conversation(THIRD_CUSTOMER)

    def test_one_bad_message_stops_nobody(self):
        rows = (
            self.send("malo") + self.send("b", self.other) + self.send("c", self.third)
        )
        self.graph.will(down)
        self.work()
        self.assertEqual(rows.mapped("state"), ["pending", "success", "success"])
        self.assertFalse(self.gateway.whatsapp_hold_until)

    def test_outage_withholds_the_rest_and_probes_once_per_wait(self):
        rows = self.send("a") + self.send("b", self.other) + self.send("c", self.third)
        self.graph.will(down, down)
        self.work()
        self.assertEqual(self.graph.texts, ["a", "b"], "c is withheld")
        self.assertEqual(self.gateway.whatsapp_hold_reason, "outage")
        self.assertEqual(
            self.gateway.whatsapp_hold_until, self.now + timedelta(seconds=60)
        )
        self.graph.will(down)
        self.pass_time(60)
        self.work()
        self.assertEqual(self.graph.texts, ["a", "b", "a"], "one probe")
        self.assertEqual(rows.mapped("retry_count"), [2, 1, 0])
        self.pass_time(299)
        self.work()
        self.assertEqual(len(self.graph.calls), 3)
        self.pass_time(1)
        self.work()
        self.assertEqual(self.graph.texts[3:], ["a", "b", "c"], "closed: all, in order")
        self.assertEqual(set(rows.mapped("state")), {"success"})
        self.assertFalse(self.gateway.whatsapp_hold_until)
        self.assertFalse(self.gateway.whatsapp_outage_since)
        self.assertFalse(self.alerts(), "nobody was alerted, so nothing recovered")

    def test_after_a_long_outage_only_probed_rows_have_failed(self):
        rows = self.send("a") + self.send("b", self.other) + self.send("c", self.third)
        self.graph.will(*[down] * 5)
        self.work()
        for wait in (60, 300, 900):
            self.pass_time(wait)
            self.work()
        self.assertEqual(rows.mapped("state"), ["failed", "pending", "pending"])
        self.assertEqual(len(self.graph.calls), 5)
        self.assertEqual(len(self.alerts()), 1)
        self.pass_time(900)
        self.work()
        self.assertEqual(rows.mapped("state"), ["failed", "success", "success"])
        self.assertEqual(self.graph.texts[5:], ["b", "c"])
        self.assertEqual(len(self.alerts()), 2, "and one notice that it works again")
        self.assertIn("works again", self.alerts()[1].subject)
        self.assertFalse(self.gateway.whatsapp_alerted_at)

    def test_next_outage_is_alerted_again(self):
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.retry_waits", "1"
        )
        for _outage in range(2):
            self.send("a")
            self.graph.will(down, down)
            self.work()
            self.pass_time(1)
            self.work()
            self.send("b")
            self.work()
        subjects = self.alerts().mapped("subject")
        self.assertEqual(len(subjects), 4)
        self.assertEqual(len([s for s in subjects if "works again" in s]), 2)

    def test_an_administrator_who_runs_the_queue_is_alerted_too(self):
        """18.0 leaves the current user out of what it notifies."""
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.retry_waits", "1"
        )
        admin = self.env.ref("base.user_admin")
        self.send("a")
        self.graph.will(down, down)
        queue = self.env["whatsapp.message.queue"].with_user(admin)
        for _call in range(2):
            self.env.flush_all()
            queue.process_due()
            self.env.invalidate_all()
            self.pass_time(1)
        self.assertIn(admin.partner_id, self.alerts().notification_ids.res_partner_id)

    def test_person_gets_past_the_breaker(self):
        self.send("a")
        self.send("b", self.other)
        waiting = self.send("c", self.third)
        self.graph.will(down, down)
        self.work()
        waiting.with_user(self.adviser).action_retry_now()
        self.work()
        self.assertEqual(waiting.state, "success")

    def test_time_moved_by_an_administrator_gets_past_the_breaker(self):
        admin = new_test_user(self.env, "outage_admin", "base.group_system")
        rows = self.send("a") + self.send("b", self.other)
        self.graph.will(down, down)
        self.work()
        rows[1].with_user(admin).next_retry = self.now
        self.work()
        self.assertEqual(rows.mapped("state"), ["pending", "success"])

    def test_other_gateway_goes_on(self):
        self.send("a")
        self.send("b", self.other)
        second = self._create_gateway(
            name="Second",
            webhook_key="second",
            whatsapp_from_phone="100000000000010",
        )
        lead = self._create_lead("X", self.adviser)
        channel = self.env["mail.gateway.whatsapp"]._get_channel(
            second, "573200000000", {}, force_create=True
        )
        channel._whatsapp_link_lead(lead)
        self._open_window(channel)
        row = self.send("x", channel)
        self.graph.will(down, down)
        self.work()
        self.assertEqual(row.state, "success")
        self.assertIn("/100000000000010/", self.graph.calls[-1]["path"])

    # ---------------------------------------------------------- rate limits
    def test_retry_after_is_obeyed_and_uses_no_retry(self):
        rows = self.send("a") + self.send("b", self.other)
        self.graph.will(error(130429, headers={"Retry-After": "120"}))
        self.work()
        self.assertEqual(rows.mapped("state"), ["pending", "pending"])
        self.assertEqual(rows.mapped("retry_count"), [0, 0])
        self.assertEqual(len(self.graph.calls), 1)
        self.pass_time(119)
        self.work()
        self.assertEqual(len(self.graph.calls), 1)
        self.pass_time(1)
        self.work()
        self.assertEqual(rows.mapped("state"), ["success", "success"])
        self.assertFalse(self.alerts())

    def test_http_429_without_a_code_is_a_rate_limit(self):
        row = self.send("a")
        self.graph.will(error(999999, 429))
        self.work()
        self.assertEqual((row.state, row.retry_count), ("pending", 0))
        self.assertEqual(
            self.gateway.whatsapp_hold_until, self.now + timedelta(seconds=60)
        )

    def test_retry_after_of_an_outage_lengthens_the_wait(self):
        row = self.send("a")
        self.graph.will(error(2, 503, headers={"Retry-After": "180"}))
        self.work()
        self.assertEqual(row.next_retry, self.now + timedelta(seconds=180))
        self.assertEqual(row.retry_count, 1)

    def test_pair_limit_concerns_one_conversation_with_metas_waits(self):
        rows = self.send("a") + self.send("b", self.other)
        self.graph.will(error(131056))
        self.work()
        self.assertEqual(rows.mapped("state"), ["pending", "success"])
        for wait in (1, 4, 16):
            self.assertEqual(rows[0].next_retry, self.now + timedelta(seconds=wait))
            self.graph.will(error(131056))
            self.pass_time(wait)
            self.work()
        self.assertEqual(rows[0].retry_count, 0)

    # --------------------------------------------------------------- tokens
    def test_refused_token_withholds_alerts_once_and_a_new_one_is_tried_at_once(self):
        rows = self.send("a") + self.send("b", self.other)
        self.graph.will(error(190, 401, error_subcode=463))
        self.work()
        self.assertEqual(rows.mapped("state"), ["pending", "pending"])
        self.assertEqual(rows.mapped("retry_count"), [0, 0])
        self.assertEqual(len(self.graph.calls), 1)
        self.assertEqual(len(self.alerts()), 1)
        self.assertIn("withheld", self.alerts().subject)
        self.pass_time(899)
        self.work()
        self.assertEqual(len(self.graph.calls), 1)
        self.graph.will(error(190, 401))
        self.pass_time(1)
        self.work()
        self.assertEqual(len(self.graph.calls), 2, "one probe")
        self.assertEqual(len(self.alerts()), 1)
        self.gateway.token = "new-token"
        self.work()
        self.assertEqual(rows.mapped("state"), ["success", "success"])
        self.assertEqual(self.graph.calls[-1]["authorization"], "Bearer new-token")
        self.assertEqual(len(self.alerts()), 2)

    # ------------------------------------------------- who cannot be reached
    def test_refused_connection_is_retried(self):
        reason = requests.packages.urllib3.exceptions.NewConnectionError(
            None, "refused"
        )
        row = self.send("a")
        self.graph.will(requests.ConnectionError(reason))
        self.work()
        self.assertEqual((row.state, row.retry_count), ("pending", 1))
        self.assertIn("could not be reached", row.error_message)

    def test_upload_whose_answer_is_lost_is_retried(self):
        row = self.send("", attachment_ids=self.attachment().ids)
        self.graph.will(requests.ReadTimeout())
        self.work()
        self.assertEqual((row.state, row.retry_count), ("pending", 1))
        self.pass_time(60)
        self.work()
        self.assertEqual(self.graph.paths, ["media", "media", "messages"])
        self.assertEqual(row.state, "success")
