from datetime import timedelta

from odoo.tests import tagged

from ..tools.own_code import OWN_CODE, OWN_CODE_KEY
from .common_outbound import OutboundCase, error

CRON = "crm_whatsapp_gateway.ir_cron_windows"


@tagged("post_install", "-at_install")
class TestConversationState(OutboundCase):
    """State of a conversation: changed by events, and by time."""

    def _inbound(self, channel=None, text="Hola"):
        channel = channel or self.conversation
        message = (
            channel.sudo()
            .with_context(no_gateway_notification=True)
            .message_post(
                body=text,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=self.customer.id,
                date=self.now,
            )
        )
        channel.sudo()._whatsapp_after_inbound(message)
        return message

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Ana"})

    def send(self, *args, channel=None, **vals):
        # Odoo stamps messages with the real time, which this test moves; a user may
        # not say when he wrote.
        channel = (channel or self.conversation).with_context(
            **{OWN_CODE_KEY: OWN_CODE}
        )
        return super().send(*args, channel=channel, date=self.now, **vals)

    def _run_windows(self):
        self.env.flush_all()
        self.env["discuss.channel"]._cron_whatsapp_windows()
        self.env.invalidate_all()

    def _state(self, channel=None):
        return (channel or self.conversation).whatsapp_state

    def _alarms(self):
        cron = self.env.ref(CRON)
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])

    # --------------------------------------------------------------- events
    def test_turns_change_hands(self):
        self._inbound()
        self.assertEqual((self._state(), self.conversation.whatsapp_unread), ("us", 1))
        self.send()
        self.assertEqual(
            (self._state(), self.conversation.whatsapp_unread), ("customer", 0)
        )

    def test_a_message_that_failed_shows_until_it_is_sent(self):
        self._inbound()
        row = self.send()
        self.graph.will(error(131026))
        self.work()
        self.assertEqual((row.state, self._state()), ("failed", "failed"))
        row.action_retry_now()
        self.assertEqual(self._state(), "customer")
        self.work()
        self.assertEqual((row.state, self._state()), ("success", "customer"))

    def test_one_of_two_failures_that_recovers_is_not_enough(self):
        self._inbound()
        rows = self.send("one") | self.send("two")
        self.graph.will(error(131026), error(131026))
        self.work()
        rows[0].action_cancel()
        self.assertEqual(self._state(), "failed")
        rows[1].action_cancel()
        self.assertEqual(self._state(), "customer")

    def test_a_closed_conversation_opens_when_the_customer_writes(self):
        self._inbound()
        self.conversation.with_user(self.adviser).action_whatsapp_close()
        self.assertEqual(
            (self._state(), self.conversation.whatsapp_unread), ("closed", 0)
        )
        self._inbound()
        self.assertEqual((self._state(), self.conversation.whatsapp_unread), ("us", 1))

    def test_what_was_closed_by_mistake_is_as_it_was(self):
        self._inbound()
        self.send()
        self.conversation.action_whatsapp_close()
        self.conversation.action_whatsapp_reopen()
        self.assertEqual(self._state(), "customer")
        self.conversation.action_whatsapp_close()
        self.pass_time(25 * 3600)
        self.conversation.action_whatsapp_reopen()
        self.assertEqual(self._state(), "expired")

    def test_a_lost_lead_closes_its_conversation_and_a_won_one_too(self):
        self._inbound()
        self.lead.action_archive()
        self.assertEqual(self._state(), "closed")
        other = self.other_conversation()
        self._inbound(other)
        other.lead_id.stage_id = self.env["crm.stage"].create(
            {"name": "Gained", "is_won": True}
        )
        self.assertEqual(self._state(other), "closed")

    def test_a_setting_keeps_the_conversations_of_ended_leads_open(self):
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.close_with_lead", "False"
        )
        self._inbound()
        self.lead.action_archive()
        self.assertEqual(self._state(), "us")

    # ----------------------------------------------------------------- time
    def test_time_closes_the_windows_of_both_turns(self):
        other = self.other_conversation()
        self._inbound()
        self._inbound(other)
        self.send(channel=other)
        self.pass_time(24 * 3600 - 60)
        self._run_windows()
        self.assertEqual((self._state(), self._state(other)), ("us", "customer"))
        self.pass_time(60)
        self._run_windows()
        self.assertEqual((self._state(), self._state(other)), ("expired", "expired"))
        self.assertEqual(self.conversation.whatsapp_unread, 1)

    def test_a_template_after_the_end_waits_for_the_customer(self):
        self._inbound()
        self.pass_time(25 * 3600)
        self._run_windows()
        self.conversation.sudo()._whatsapp_after_outbound(
            self.conversation.sudo()
            .with_context(no_gateway_notification=True)
            .message_post(body="template", message_type="comment", date=self.now)
        )
        self._run_windows()
        self.assertEqual(self._state(), "customer")

    def test_any_number_of_windows_takes_the_same_queries(self):
        channels = [self.other_conversation(f"57320000{n:04}") for n in range(12)]
        for channel in channels[:2]:
            self._inbound(channel)
        counts = []
        for more in (channels[2:4], channels[4:]):
            self.pass_time(25 * 3600)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.env["discuss.channel"]._whatsapp_expire_windows(self.now)
            counts.append(self.cr.sql_log_count - before)
            for channel in more:
                self._inbound(channel)
        self.assertEqual(counts[0], counts[1])

    def test_one_alarm_stands_for_all_windows(self):
        self._alarms().unlink()
        self._inbound()
        self.pass_time(600)
        self._inbound(self.other_conversation())
        first = self._alarms()
        self.assertEqual(
            first.mapped("call_at"),
            [self.conversation.whatsapp_last_inbound_at + timedelta(hours=24)],
        )
        self.now = first.call_at
        self._run_windows()
        self.assertEqual(self._state(), "expired")
        following = self._alarms() - first
        self.assertEqual(
            following.mapped("call_at"), [first.call_at + timedelta(seconds=600)]
        )

    # ------------------------------------------------------------- older ones
    def test_conversations_from_before_get_turn_counter_and_state(self):
        self._inbound()
        self.send()
        self._inbound(text="one")
        self._inbound(text="two")
        self.env.flush_all()
        self.cr.execute(
            "UPDATE discuss_channel SET whatsapp_state = NULL, whatsapp_unread = 0,"
            " whatsapp_last_inbound_at = NULL, whatsapp_last_outbound_at = NULL"
            " WHERE id = %s",
            (self.conversation.id,),
        )
        self.env.invalidate_all()
        self.env["discuss.channel"]._whatsapp_fill_states()
        self.assertEqual((self._state(), self.conversation.whatsapp_unread), ("us", 2))
        self.assertEqual(self.conversation.whatsapp_last_at, self.now)

    # ---------------------------------------------------------------- looking
    def test_the_inbox_asks_nothing_per_row(self):
        def ask(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = (
                self.env["discuss.channel"]
                .with_user(self.adviser)
                .search_read(
                    [("gateway_id", "=", self.gateway.id)],
                    [
                        "name",
                        "lead_id",
                        "whatsapp_adviser_id",
                        "whatsapp_preview",
                        "whatsapp_state",
                        "whatsapp_window_end",
                        "whatsapp_unread",
                        "whatsapp_last_at",
                    ],
                    limit=limit,
                )
            )
            self.assertEqual(len(found), limit)
            return self.cr.sql_log_count - before

        for number in range(12):
            self._inbound(self.other_conversation(f"57321000{number:04}"))
        ask(1)
        self.assertEqual(ask(3), ask(12))

    def test_leads_are_found_by_the_state_of_their_conversation(self):
        self._inbound()
        leads = self.env["crm.lead"].with_user(self.adviser)
        domain = [("gateway_channel_id.whatsapp_state", "=", "us")]
        self.assertIn(self.lead, leads.search(domain))
        self.conversation.action_whatsapp_close()
        self.assertNotIn(self.lead, leads.search(domain))
