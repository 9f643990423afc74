import itertools
import json
from datetime import timedelta

from odoo.tests import new_test_user, tagged

from ..compat import Store
from .common import DIRECTOR_GROUP
from .common_outbound import OutboundCase, parse_status


@tagged("post_install", "-at_install")
class TestStates(OutboundCase):
    def sent_row(self, text="Hola"):
        row = self.send(text)
        self.work()
        return row

    def test_states_are_monotonic_in_any_order(self):
        """Whatever the order, the highest rank stays."""
        for order in itertools.permutations(("sent", "delivered", "read")):
            row = self.sent_row()
            for state in order:
                self.assertTrue(self.status(row, state))
            self.assertEqual(row.whatsapp_state, "read", order)
            self.assertTrue(row.sent_at and row.delivered_at and row.read_at, order)

    def test_odd_but_real_orders(self):
        cases = (
            (("read",), "read"),
            (("delivered", "failed"), "delivered"),
            (("read", "failed"), "read"),
            (("failed", "sent"), "failed"),
            (("failed", "delivered"), "delivered"),
            (("read", "sent"), "read"),
            (("played",), "read"),
            (("deleted", "warning"), "sent"),
            (("sent", "sent"), "sent"),
        )
        for states, expected in cases:
            with self.subTest(states=states):
                row = self.sent_row()
                for state in states:
                    self.assertTrue(self.status(row, state))
                self.assertEqual(row.whatsapp_state, expected)
                self.assertEqual(
                    row.state, "failed" if expected == "failed" else "success"
                )

    def test_times_are_metas(self):
        row = self.sent_row()
        self.pass_time(5)
        self.status(row, "delivered")
        self.pass_time(60)
        self.status(row, "read")
        self.assertEqual(row.delivered_at, self.now - timedelta(seconds=60))
        self.assertEqual(row.read_at, self.now)
        notification = self.notification(row.message_id)
        self.assertEqual(notification.whatsapp_read_at, self.now)
        self.assertEqual(notification.whatsapp_delivered_at, row.delivered_at)

    def test_time_that_cannot_be_read_is_now(self):
        row = self.sent_row()
        self.status(row, "delivered", timestamp="soon")
        self.assertEqual(row.delivered_at, self.now)

    def test_odoos_own_status_is_kept_in_step_in_channel_and_lead(self):
        row = self.sent_row()
        expected = {
            "sent": ("pending", False),
            "delivered": ("sent", False),
            "read": ("sent", True),
        }
        for state, (status, is_read) in expected.items():
            self.status(row, state)
            for message in (row.message_id, row.message_id.gateway_message_id):
                notification = self.notification(message)
                self.assertEqual(notification.whatsapp_state, state)
                self.assertEqual(notification.notification_status, status)
                self.assertEqual(notification.is_read, is_read)

    def test_asynchronous_failure_is_told_in_words(self):
        row = self.sent_row()
        problem = {
            "code": 131047,
            "title": "Re-engagement message",
            "error_data": {"details": "More than 24 hours have passed"},
        }
        self.status(row, "failed", errors=[problem])
        self.assertEqual(row.state, "failed")
        self.assertEqual(row.failed_at, self.now)
        self.assertEqual(
            row.error_message,
            "[131047] Re-engagement message: More than 24 hours have passed. The"
            " customer last wrote more than 24 hours ago: send a template instead.",
        )
        self.pass_time(3600)
        self.work()
        self.assertEqual(len(self.graph.calls), 1, "Meta took it: never repeated")

    def test_failure_without_details_raises_nothing(self):
        for errors in (
            None,
            [],
            [{}],
            [{"code": "x"}],
            [{"code": 1, "error_data": None}],
        ):
            row = self.sent_row()
            self.status(row, "failed", errors=errors)
            self.assertEqual(row.state, "failed")
            self.assertTrue(row.error_message)

    def test_worst_part_shows(self):
        rows = self.send("texto", attachment_ids=self.audio().ids)
        self.work()
        notification = self.notification(rows[0].message_id)
        self.status(rows[0], "read")
        self.assertEqual(notification.whatsapp_state, "sent")
        self.assertFalse(notification.whatsapp_read_at)
        self.status(rows[1], "delivered")
        self.assertEqual(notification.whatsapp_state, "delivered")
        self.status(rows[1], "read")
        self.assertEqual(notification.whatsapp_state, "read")
        rows = self.send("texto", attachment_ids=self.audio().ids)
        self.work()
        notification = self.notification(rows[0].message_id)
        self.status(rows[0], "failed", errors=[{"code": 131053}])
        self.status(rows[1], "read")
        self.assertEqual(notification.whatsapp_state, "failed")

    def test_status_of_a_former_call_undoes_nothing(self):
        row = self.sent_row()
        first = row.wamid
        self.status(row, "failed", errors=[{"code": 131026}])
        row.action_retry_now()
        self.work()
        self.assertNotEqual(row.wamid, first)
        for state in ("sent", "failed"):
            self.status(row, state, id=first)
            self.assertEqual((row.state, row.whatsapp_state), ("success", "sent"))

    def test_status_of_another_gateway_or_unknown_message_is_not_ours(self):
        row = self.sent_row()
        second = self._create_gateway(
            name="Second", webhook_key="second", whatsapp_from_phone="1"
        )
        self.assertFalse(self.status(row, "read", gateway=second))
        self.assertFalse(
            self.status(row, "read", id="wamid.OTHER", biz_opaque_callback_data="other")
        )
        self.assertEqual(row.whatsapp_state, "sent")

    def test_message_sent_before_the_queue_was_there(self):
        message = self.conversation.message_post(
            body="old", message_type="notification"
        )
        notification = self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "gateway_channel_id": self.conversation.id,
                "notification_type": "gateway",
                "gateway_type": "whatsapp",
                "notification_status": "sent",
                "gateway_message_id": "wamid.OLD",
            }
        )
        data = {"id": "wamid.OLD", "timestamp": "1772463600"}
        for state, expected in (("delivered", "delivered"), ("sent", "delivered")):
            self.assertTrue(
                self.queue._apply_status(
                    self.gateway, parse_status(dict(data, status=state))
                )
            )
            self.assertEqual(notification.whatsapp_state, expected)
        self.assertEqual(self.queue._find_message(self.gateway, "wamid.OLD"), message)

    def test_webhook_user_may_apply_a_status(self):
        row = self.sent_row()
        nobody = new_test_user(self.env, "states_webhook", "base.group_user")
        self.queue.with_user(nobody)._apply_status(
            self.gateway.sudo(), parse_status({"id": row.wamid, "status": "read"})
        )
        self.assertEqual(row.whatsapp_state, "read")

    # -------------------------------------------------------------- browsers
    def test_ticks_reach_everybody_who_may_be_looking(self):
        """The director is no member, and has the lead open while the adviser sends."""
        director = new_test_user(self.env, "states_director", DIRECTOR_GROUP)
        company = self.env["res.company"].create({"name": "Another company"})
        stranger = new_test_user(
            self.env,
            "states_stranger",
            DIRECTOR_GROUP,
            company_id=company.id,
            company_ids=company.ids,
        )
        self.conversation.lead_id.company_id = self.env.company
        row = self.sent_row()
        self.env["bus.bus"].sudo().search([]).unlink()
        self.status(row, "read")
        self.env.cr.precommit.run()
        sent = self.env["bus.bus"].sudo().search([])
        found = {}
        for one in sent:
            if '"read"' in one.message:
                found.setdefault(one.channel, []).append(json.loads(one.message))
        channels = json.dumps(list(found))
        self.assertIn(f'\\"discuss.channel\\",{self.conversation.id}]', channels)
        for user in (director, self.adviser):
            self.assertIn(f'\\"res.partner\\",{user.partner_id.id}]', channels)
        self.assertNotIn(f'\\"res.partner\\",{stranger.partner_id.id}]', channels)

    def test_ticks_are_in_what_the_browser_loads(self):
        row = self.sent_row()
        self.status(row, "read")
        notification = self.notification(row.message_id)
        data = self._store_data(notification)
        self.assertEqual(data["whatsapp_state"], "read")
        self.assertTrue(data["whatsapp_read_at"])

    def _store_data(self, notification):
        store = Store()
        store.add(notification)
        result = store.get_result()
        return result.get("mail.notification", result.get("Notification"))[0]
