from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common_outbound import OutboundCase, down, error


@tagged("post_install", "-at_install")
class TestQueueRetry(OutboundCase):
    def _set(self, name, value):
        self.env["ir.config_parameter"].set_param(f"crm_whatsapp_gateway.{name}", value)

    def test_waits_are_1_5_and_15_minutes_after_each_failure(self):
        row = self.send()
        self.graph.will(down, down, down, down)
        for count, wait in enumerate((60, 300, 900), start=1):
            self.work()
            self.assertEqual(row.state, "pending")
            self.assertEqual(row.retry_count, count)
            self.assertEqual(row.failed_at, self.now)
            self.assertEqual(row.next_retry - row.failed_at, timedelta(seconds=wait))
            self.assertIn(row.next_retry, self.triggers())
            self.assertFalse(self.alerts())
            self.pass_time(wait - 1)
            self.work()
            self.assertEqual(len(self.graph.calls), count, "not before it is due")
            self.pass_time(1)
        self.work()
        self.assertEqual(len(self.graph.calls), 4)
        self.assertEqual(row.state, "failed")
        self.assertEqual(row.whatsapp_state, "failed")
        self.assertEqual(len(self.alerts()), 1)
        # The schedule can be read afterwards too.
        attempts = row.attempt_ids
        self.assertEqual(
            [a.next_retry - a.date for a in attempts if a.next_retry],
            [timedelta(seconds=wait) for wait in (60, 300, 900)],
        )
        self.assertEqual(attempts.mapped("http_status"), [503] * 4)
        self.assertEqual(attempts.mapped("meta_code"), ["2"] * 4)
        self.pass_time(86000)
        self.work()
        self.assertEqual(len(self.graph.calls), 4, "never again by itself")

    def test_schedule_can_be_run_by_moving_next_retry(self):
        admin = new_test_user(self.env, "queue_admin", "base.group_system")
        row = self.send()
        self.graph.will(down, down, down, down)
        self.work()
        for _retry in range(3):
            row.with_user(admin).next_retry = self.now
            self.env.flush_all()
            self.assertEqual(self.queue.with_user(admin).process_due(), 1)
            self.env.invalidate_all()
        self.assertEqual(len(self.graph.calls), 4)
        self.assertEqual(row.state, "failed")
        self.assertEqual(len(self.alerts()), 1)

    def test_alert_reaches_each_administrator_once_with_a_link(self):
        admin = new_test_user(self.env, "queue_admin", "base.group_system")
        spanish = self.env["res.lang"]._activate_lang("es_ES")
        admin.lang = spanish.code
        self._set("retry_waits", "1")
        rows = self.send() + self.send("otro", self.other_conversation())
        self.graph.will(*[down] * 4)
        self.work()
        self.pass_time(2)
        rows.write({"next_retry": self.now, "forced": True})
        self.work()
        self.assertEqual(rows.mapped("state"), ["failed", "failed"])
        alerts = self.alerts()
        told = alerts.partner_ids
        self.assertIn(admin.partner_id, told)
        self.assertNotIn(self.adviser.partner_id, told)
        for partner in told:
            own = alerts.filtered(lambda a, partner=partner: partner in a.partner_ids)
            self.assertEqual(len(own), 1)
        action = self.env.ref("crm_whatsapp_gateway.whatsapp_message_queue_action")
        self.assertIn(f"/odoo/action-{action.id}", alerts[0].body)
        self.assertIn("Title of 2", alerts[0].body)
        self.assertIn(self.gateway.whatsapp_alert_message_id, alerts)
        self.assertEqual(self.gateway.whatsapp_alerted_at, self.now)

    def test_waits_come_from_the_parameter(self):
        self._set("retry_waits", "5, 7")
        row = self.send()
        self.graph.will(down, down, down)
        self.work()
        self.assertEqual(row.next_retry, self.now + timedelta(seconds=5))
        self.pass_time(5)
        self.work()
        self.assertEqual(row.next_retry, self.now + timedelta(seconds=7))
        self.pass_time(7)
        self.work()
        self.assertEqual(row.state, "failed")

    def test_waits_that_cannot_be_read_are_the_usual_ones(self):
        self._set("retry_waits", "soon")
        with self.assertLogs("odoo.addons.crm_whatsapp_gateway", "WARNING"):
            self.assertEqual(self.queue._get_retry_waits(), [60, 300, 900])

    def test_success_after_a_retry_leaves_no_trace_of_the_error(self):
        row = self.send()
        self.graph.will(down)
        self.work()
        notification = self.notification(row.message_id)
        self.assertIn("[2] Title of 2", notification.whatsapp_failure)
        self.assertEqual(notification.notification_status, "ready")
        self.pass_time(60)
        self.work()
        self.assertEqual((row.state, row.error_message), ("success", False))
        self.assertFalse(notification.whatsapp_failure)
        self.assertEqual(notification.notification_status, "pending")
        self.assertFalse(self.alerts())

    def test_permanent_error_fails_at_once_with_metas_reason_and_advice(self):
        row = self.send()
        self.graph.will(error(132001, 404, details="template name (x) does not exist"))
        self.work()
        self.assertEqual(row.state, "failed")
        self.assertEqual(row.retry_count, 0)
        self.assertEqual(row.error_code, "132001")
        self.assertIn("template name (x) does not exist", row.error_message)
        self.assertIn("Choose another template", row.error_message)
        mirror = row.message_id.gateway_message_id
        for message in (row.message_id, mirror):
            notification = self.notification(message)
            self.assertEqual(notification.whatsapp_state, "failed")
            self.assertEqual(notification.notification_status, "exception")
            self.assertEqual(notification.failure_type, "unknown")
            self.assertEqual(notification.failure_reason, row.error_message)
        self.assertFalse(self.alerts(), "not an outage")
        self.pass_time(3600)
        self.work()
        self.assertEqual(len(self.graph.calls), 1)

    def test_reasons_are_in_the_language_of_whoever_wrote(self):
        spanish = self.env["res.lang"]._activate_lang("es_ES")
        row = self.send()
        self.adviser.lang = spanish.code
        self.assertEqual(row._in_own_language().env.lang, "es_ES")

    def test_retry_now_begins_again_and_does_not_wait(self):
        row = self.send()
        self.graph.will(down)
        self.work()
        row.with_user(self.adviser).action_retry_now()
        self.work()
        self.assertEqual((row.state, len(self.graph.calls)), ("success", 2))
        failed = self.send("otro")
        self.graph.will(error(131026))
        self.work()
        failed.with_user(self.adviser).action_retry_now()
        self.assertEqual((failed.state, failed.whatsapp_state), ("pending", "queued"))
        self.assertEqual(failed.retry_count, 0)
        self.work()
        self.assertEqual(failed.state, "success")

    def test_sent_message_can_be_neither_repeated_nor_cancelled(self):
        row = self.send()
        self.work()
        row.action_retry_now()
        self.work()
        self.assertEqual(len(self.graph.calls), 1)
        with self.assertRaises(UserError):
            row.action_cancel()

    def test_unknown_move_is_a_mistake(self):
        row = self.send()
        self.work()
        with self.assertRaises(ValueError):
            row._move("pending")

    def test_withheld_row_fails_at_its_maximum_age(self):
        row = self.send()
        self.graph.will(error(190, 401))
        self._set("max_age", "3600")
        self.work()
        self.pass_time(3601)
        self._open_window(self.conversation)
        self.graph.will(error(190, 401))
        self.work()
        self.assertEqual(row.state, "failed")
        self.assertIn("waited too long", row.error_message)
        self.assertEqual(row.retry_count, 0)
        self.assertEqual(len(self.graph.calls), 1)

    def test_withheld_row_fails_when_the_window_closes(self):
        row = self.send()
        self.graph.will(down)
        self.work()
        self.conversation.whatsapp_last_inbound_at = self.now - timedelta(hours=25)
        self.pass_time(60)
        self.work()
        self.assertEqual(row.state, "failed")
        self.assertIn("24 hours", row.error_message)
        self.assertEqual(len(self.graph.calls), 1)
