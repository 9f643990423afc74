from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.outbound import whatsapp_message_queue as immediate
from ..models.webhook import whatsapp_webhook_event as journal
from ..processing import inbound
from ..tools import const
from .common import WhatsappCase
from .common_outbound import OutboundCase, down, error


class ModesMixin:
    """Sets the modes as an administrator does."""

    def use(self, inbound=const.BY_WORKER, outbound=const.BY_QUEUE):
        self.env["res.config.settings"].create(
            {"whatsapp_inbound_mode": inbound, "whatsapp_outbound_mode": outbound}
        ).execute()

    def pending_triggers(self, cron):
        self.env.flush_all()
        cron = self.env.ref(f"crm_whatsapp_gateway.{cron}")
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])


@tagged("post_install", "-at_install")
class TestInRequest(ModesMixin, WhatsappCase):
    """A2, RULINGS 20: the journal is worked before Meta is answered."""

    def setUp(self):
        super().setUp()
        self.use(inbound=const.IN_REQUEST)
        self.pending_triggers("ir_cron_inbound").unlink()

    def test_the_settings_page_shows_what_was_chosen(self):
        shown = self.env["res.config.settings"].create({})
        self.assertEqual(shown.whatsapp_inbound_mode, "request")
        self.assertEqual(shown.whatsapp_outbound_mode, "queue")

    def test_a_message_is_a_lead_with_adviser_when_meta_has_its_answer(self):
        response = self.post(self._body(self._message(text="Hola")))

        self.assertEqual(response.status_code, 200)
        lead = self.channel().lead_id
        self.assertEqual(self.lead_messages(lead), ["Hola"])
        self.assertIn(lead.user_id, self.advisers.user_id)
        self.assertEqual(self.events().mapped("state"), ["done"])

    def test_the_gateways_own_user_needs_no_part_in_conversations(self):
        user = new_test_user(
            self.env,
            login="webhook",
            groups="base.group_user,mail_gateway.gateway_user",
        )
        self.gateway.webhook_user_id = user
        first = self._message(text="Hola")
        self.post(self._body(first))
        reaction = {"message_id": first["id"], "emoji": "\N{THUMBS UP SIGN}"}
        self.post(self._body(self._message(type="reaction", reaction=reaction)))

        channel = self.channel()
        self.assertEqual(self.lead_messages(channel.lead_id), ["Hola"])
        self.assertEqual(
            channel.message_ids.reaction_ids.mapped("content"), ["\N{THUMBS UP SIGN}"]
        )
        self.assertEqual(channel.create_uid, user)

    def test_messages_of_one_body_are_worked_in_order(self):
        self.post(self._body(*[self._message(text=str(n)) for n in range(3)]))
        self.assertEqual(self.lead_messages(self.channel().lead_id), ["0", "1", "2"])

    def test_a_message_delivered_again_is_shown_once(self):
        body = self._body(self._message())
        self.assertEqual([self.post(body).status_code for _n in range(3)], [200] * 3)
        self.assertEqual(len(self.channel().message_ids), 1)

    @mute_logger(journal.__name__)
    def test_work_that_fails_is_answered_200_and_waits_for_the_worker(self):
        model = type(self.env["whatsapp.webhook.event"])
        with patch.object(model, "_process", side_effect=ValueError("broken")):
            response = self.post(self._body(self._message()))

        self.assertEqual(response.status_code, 200)
        event = self.events()
        self.assertEqual((event.state, event.attempts), ("pending", 1))
        self.assertEqual(event.error, "ValueError: broken")
        triggers = self.pending_triggers("ir_cron_inbound")
        self.assertIn(event.next_try, triggers.mapped("call_at"))

        event.next_try = False
        self.process()
        self.assertEqual(event.state, "done")

    def test_an_error_around_the_work_is_answered_200_too(self):
        model = type(self.env["whatsapp.webhook.event"])
        with (
            patch.object(model, "_process_in_request", side_effect=OSError("gone")),
            self.assertLogs(journal.__name__, "WARNING") as logs,
        ):
            response = self.post(self._body(self._message()))

        self.assertEqual(response.status_code, 200)
        self.assertIn("OSError", logs.output[0])
        self.assertEqual(self.events().state, "pending")
        self.assertTrue(self.pending_triggers("ir_cron_inbound"))

    def test_a_conversation_that_is_worked_elsewhere_is_left_to_the_worker(self):
        with (
            patch.object(inbound, "lock", return_value=set()),
            patch.object(inbound.InboundQueue, "_wait_for_busy", return_value=False),
        ):
            response = self.post(self._body(self._message()))

        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.events().state, "pending")
        due = self.pending_triggers("ir_cron_inbound").mapped("call_at")
        self.assertLessEqual(min(due), fields.Datetime.now() + timedelta(seconds=1))

    def test_by_default_the_worker_does_it(self):
        self.use()
        self.post(self._body(self._message()))
        self.assertEqual(self.events().mapped("state"), ["pending"])


@tagged("post_install", "-at_install")
class TestImmediate(ModesMixin, OutboundCase):
    """A11, RULINGS 20: sent right after the commit of whoever wrote."""

    def setUp(self):
        super().setUp()
        self.use(outbound=const.AT_ONCE)
        self.env.flush_all()
        self.env.cr.postcommit.clear()

    def commit(self):
        """Do what a real commit does; tests have none."""
        self.env.flush_all()
        self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def test_nothing_leaves_before_the_commit_and_all_right_after(self):
        rows = self.send("uno") + self.send("dos")
        self.assertFalse(self.graph.calls)

        self.commit()

        self.assertEqual(self.graph.texts, ["uno", "dos"])
        self.assertEqual(rows.mapped("state"), ["success"] * 2)
        self.commit()
        self.assertEqual(len(self.graph.calls), 2)

    def test_a_transaction_that_is_rolled_back_sends_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.send()
            raise ZeroDivisionError
        self.commit()

        self.assertFalse(self.graph.calls)

    def test_a_rollback_forgets_what_was_to_be_sent(self):
        with self.env.registry.cursor() as cr:
            own = self.env(cr=cr)
            self.send(channel=self.conversation.with_env(own))
            self.assertTrue(cr.postcommit.data)
            cr.rollback()
            cr.postcommit.run()

        self.assertFalse(self.graph.calls)

    def test_a_failed_call_is_tried_again_by_the_queue(self):
        self.graph.will(down())
        row = self.send()
        self.commit()

        self.assertEqual((row.state, row.retry_count), ("pending", 1))
        self.assertEqual((row.next_retry - row.failed_at).total_seconds(), 60)
        self.assertIn(row.next_retry, self.triggers())

        self.pass_time(60)
        self.work()
        self.assertEqual((row.state, len(self.graph.calls)), ("success", 2))

    def test_only_the_conversations_written_in_are_sent(self):
        other = self.other_conversation()
        self.use()
        waiting = self.send("esperando", channel=other)
        self.use(outbound=const.AT_ONCE)
        self.send("ahora")
        self.commit()

        self.assertEqual(self.graph.texts, ["ahora"])
        self.assertEqual(waiting.state, "pending")

    def test_an_error_of_ours_does_not_reach_the_user(self):
        row = self.send()
        with (
            patch.object(type(self.queue), "_claim", side_effect=OSError("gone")),
            self.assertLogs(immediate.__name__, "WARNING") as logs,
        ):
            self.commit()

        self.assertIn("OSError", logs.output[0])
        self.assertEqual(row.state, "pending")
        soon = {at for at in self.triggers() if at > self.now}
        self.assertTrue(soon)

    def test_a_permanent_error_is_shown_at_once(self):
        self.graph.will(error(131026, details="Not on WhatsApp"))
        row = self.send()
        self.commit()
        self.assertEqual((row.state, row.error_code), ("failed", "131026"))

    def test_by_default_the_queue_does_it(self):
        self.use()
        self.send()
        self.commit()
        self.assertFalse(self.graph.calls)
