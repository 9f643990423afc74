import logging
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DIRECTOR_GROUP, NUMBER_ID
from .common_outbound import OTHER_CUSTOMER, OutboundCase, down, error

SUPERVISOR_GROUP = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_supervisor"


class Interrupted(Exception):
    """Rolls a transaction back."""


@tagged("post_install", "-at_install")
class TestQueueSend(OutboundCase):
    def test_message_is_queued_and_nothing_is_sent_before_the_commit(self):
        row = self.send("Buenas tardes *Ana*")
        self.assertEqual(self.graph.calls, [])
        self.assertEqual(row.state, "pending")
        self.assertEqual(row.whatsapp_state, "queued")
        self.assertEqual(row.channel_id, self.conversation)
        self.assertEqual(row.lead_id, self.lead)
        self.assertEqual(row.recipient, "573012345678")
        self.assertEqual(
            row.payload,
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": "573012345678",
                "type": "text",
                "text": {"preview_url": False, "body": "Buenas tardes *Ana*"},
                "biz_opaque_callback_data": row.callback_data,
            },
        )
        self.assertEqual(row.notification_id.notification_status, "ready")
        self.assertIn(self.now, self.triggers(), "the worker is woken")

    def test_message_is_sent_once_and_shown_as_sent_in_channel_and_lead(self):
        row = self.send("Hola")
        self.work()
        self.work()
        self.assertEqual(len(self.graph.calls), 1)
        call = self.graph.calls[0]
        self.assertEqual(call["path"], f"/v23.0/{NUMBER_ID}/messages")
        self.assertEqual(call["authorization"], "Bearer test-token")
        self.assertEqual(call["json"], row.payload)
        self.assertTrue(call["timeout"])
        self.assertEqual((row.state, row.whatsapp_state), ("success", "sent"))
        self.assertEqual(row.wamid, "wamid.OUT1")
        self.assertEqual(row.sent_at, self.now)
        mirror = row.message_id.gateway_message_id
        self.assertEqual((mirror.model, mirror.res_id), ("crm.lead", self.lead.id))
        for message in (row.message_id, mirror):
            notification = self.notification(message)
            self.assertEqual(notification.whatsapp_state, "sent")
            self.assertEqual(notification.notification_status, "pending")
            self.assertEqual(notification.gateway_message_id, "wamid.OUT1")
        self.assertEqual(row.attempt_ids.mapped("outcome"), ["accepted"])

    def test_rolled_back_message_is_not_sent(self):
        with self.assertRaises(Interrupted), self.env.cr.savepoint():
            self.send("Nunca")
            raise Interrupted
        self.work()
        self.assertEqual(self.graph.calls, [])

    def test_claim_is_committed_and_no_transaction_is_open_during_the_call(self):
        row = self.send()
        seen = []

        def look():
            with self.env.registry.cursor() as cr:
                # Test cursors stand in a list from opening to closing.
                self.assertEqual(type(cr)._cursors_stack, [cr])
                cr.execute(
                    "SELECT state FROM whatsapp_message_queue WHERE id = %s", (row.id,)
                )
                seen.extend(cr.fetchone())
            return self.graph.accept()

        self.graph.will(look)
        self.work()
        self.assertEqual(seen, ["processing"])

    # ---------------------------------------------------------------- parts
    def test_each_file_is_a_row_then_the_text(self):
        files = self.attachment() + self.picture()
        rows = self.send("Aqui va", attachment_ids=files.ids)
        self.assertEqual(rows.mapped("kind"), ["document", "image", "text"])
        self.work()
        self.assertEqual(
            self.graph.paths, ["media", "messages", "media", "messages", "messages"]
        )
        document = self.graph.calls[1]["json"]
        self.assertEqual(
            document["document"], {"id": "media1", "filename": "precios.pdf"}
        )
        self.assertIn(b"%PDF", self.graph.calls[0]["body"])
        self.assertEqual(len(set(rows.mapped("wamid"))), 3)
        self.assertEqual(
            self.notification(rows[0].message_id).gateway_message_id, rows[2].wamid
        )

    def test_retry_repeats_neither_accepted_part_nor_upload(self):
        rows = self.send("Aqui va", attachment_ids=self.audio().ids)
        # Upload accepted, its message refused for now.
        self.graph.will(self.graph.accept, down)
        self.work()
        self.assertEqual(self.graph.paths, ["media", "messages"])
        self.assertEqual(rows.mapped("state"), ["pending", "pending"])
        self.pass_time(60)
        self.work()
        self.assertEqual(
            self.graph.paths, ["media", "messages", "messages", "messages"]
        )
        self.assertEqual(self.graph.calls[2]["json"]["audio"]["id"], "media1")
        self.assertEqual(rows.mapped("state"), ["success", "success"])

    def test_text_is_retried_without_its_file(self):
        self.send("Aqui va", attachment_ids=self.audio().ids)
        self.graph.will(self.graph.accept, self.graph.accept, down)
        self.work()
        self.pass_time(60)
        self.work()
        self.assertEqual(
            self.graph.paths, ["media", "messages", "messages", "messages"]
        )
        self.assertEqual(
            [call["json"]["type"] for call in self.graph.calls[2:]], ["text"] * 2
        )

    def test_expired_upload_is_repeated(self):
        row = self.send("", attachment_ids=self.attachment().ids)
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.max_age", str(90 * 86400)
        )
        self.graph.will(self.graph.accept, down)
        self.work()
        self.pass_time(30 * 86400)
        self._open_window(self.conversation)
        self.work()
        self.assertEqual(self.graph.paths, ["media", "messages", "media", "messages"])
        self.assertEqual(row.state, "success")

    def test_reply_carries_the_quoted_message(self):
        first = self.send("Primero")
        self.work()
        inbound = self.conversation.message_post(body="Si", message_type="notification")
        inbound.whatsapp_wamid = "wamid.IN1"
        for quoted, wamid in ((first.message_id, first.wamid), (inbound, "wamid.IN1")):
            with self.subTest(wamid=wamid):
                row = self.send("Respuesta", parent_id=quoted.id)
                self.assertEqual(row.payload["context"], {"message_id": wamid})
        plain = self.send("Sin cita")
        self.assertNotIn("context", plain.payload)

    def test_quoted_message_is_found_by_wamid(self):
        row = self.send("Primero")
        self.work()
        find = self.queue._find_message
        self.assertEqual(find(self.gateway, row.wamid), row.message_id)
        self.assertFalse(find(self.gateway, "wamid.UNKNOWN"))
        self.assertFalse(find(self.gateway, ""))

    def test_person_without_phone_is_addressed_by_business_scoped_id(self):
        channel = self.other_conversation("CO.1349120865530274")
        row = self.send("Hola", channel)
        self.assertEqual(row.payload["recipient"], "CO.1349120865530274")
        self.assertNotIn("to", row.payload)

    # ---------------------------------------------------------------- order
    def test_conversation_keeps_its_order_while_others_go_on(self):
        other = self.other_conversation()
        self.send("uno")
        self.send("dos")
        self.send("otro", other)
        self.graph.will(down)
        self.work()
        self.assertEqual(self.graph.texts, ["uno", "otro"])
        self.pass_time(59)
        self.work()
        self.assertEqual(self.graph.texts, ["uno", "otro"])
        self.pass_time(1)
        self.work()
        self.assertEqual(self.graph.texts, ["uno", "otro", "uno", "dos"])

    def test_conversation_goes_on_after_a_failure_and_after_a_cancellation(self):
        rows = self.send("malo") + self.send("retrasado") + self.send("bueno")
        self.graph.will(error(131026), down)
        self.work()
        self.assertEqual(rows.mapped("state"), ["failed", "pending", "pending"])
        rows[1].with_user(self.adviser).action_cancel()
        self.work()
        self.assertEqual(rows.mapped("state"), ["failed", "cancelled", "success"])
        self.assertEqual(self.graph.texts, ["malo", "retrasado", "bueno"])

    # ------------------------------------------------------------- deletion
    def test_deleted_or_emptied_message_is_not_sent(self):
        emptied, deleted, kept = self.send("a"), self.send("b"), self.send("c")
        self.conversation._message_update_content(
            emptied.message_id, body="", attachment_ids=[]
        )
        deleted.message_id.unlink()
        self.work()
        self.assertEqual(self.graph.texts, ["c"])
        self.assertEqual(emptied.state, "cancelled")
        self.assertEqual(deleted.state, "cancelled")
        self.assertEqual(kept.state, "success")

    def test_message_that_may_have_left_cannot_be_deleted_from_the_queue(self):
        row = self.send()
        row.write({"state": "processing"})
        with self.assertRaises(UserError):
            row.unlink()

    # --------------------------------------------------------------- checks
    def test_what_meta_would_refuse_is_refused_before_it_is_queued(self):
        closed = self.other_conversation()
        closed.whatsapp_last_inbound_at = self.now - timedelta(hours=24)
        program = self.attachment("x.exe", "application/x-msdownload")
        heavy = self.attachment("x.png", "image/png", b"0" * 5_000_001)
        cases = {
            "type": ({"attachment_ids": program.ids}, "x-msdownload"),
            "size": ({"attachment_ids": heavy.ids}, "5.0 MB"),
            "length": ({"text": "x" * 4097}, "4096"),
            "window": ({"channel": closed}, "24 hours"),
        }
        for name, (vals, words) in cases.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.send(**vals)
        self.assertFalse(self.queue.search([("gateway_id", "=", self.gateway.id)]))

    def test_window_is_open_for_24_hours_after_the_customer_wrote(self):
        self.conversation.whatsapp_last_inbound_at = self.now - timedelta(
            hours=23, minutes=59
        )
        self.assertEqual(self.send().state, "pending")

    # --------------------------------------------------------------- rights
    def test_adviser_reads_own_rows_and_forges_nothing(self):
        row = self.send()
        own = row.with_user(self.adviser)
        other = row.with_user(self.advisers[1].user_id)
        self.assertEqual(own.state, "pending")
        for vals in (
            {"state": "success"},
            {"next_retry": self.now},
            {"whatsapp_state": "read"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                own.write(vals)
        with self.assertRaises(AccessError):
            own.create(
                {"gateway_id": self.gateway.id, "recipient": "1", "kind": "text"}
            )
        with self.assertRaises(AccessError):
            other.read(["state"])
        with self.assertRaises(AccessError):
            other.action_cancel()
        self.assertEqual(row.state, "pending")

    def test_process_due_is_for_supervisors_and_administrators(self):
        self.send()
        with self.assertRaises(AccessError):
            self.queue.with_user(self.adviser).process_due()
        supervisor = new_test_user(self.env, "queue_super", SUPERVISOR_GROUP)
        self.env.flush_all()
        self.assertEqual(self.queue.with_user(supervisor).process_due(), 1)
        self.assertEqual(len(self.graph.calls), 1)

    def test_director_writes_in_an_advisers_conversation(self):
        director = new_test_user(self.env, "queue_director", DIRECTOR_GROUP)
        row = self.send("Soy la directora", user=director)
        self.work()
        self.assertEqual(row.state, "success")

    def test_logs_hold_neither_token_nor_text(self):
        self.send("texto secreto")
        self.send("otro secreto", self.other_conversation(OTHER_CUSTOMER))
        self.graph.will(error(131000, 500), ConnectionResetError("test-token"))
        with self.assertLogs("odoo.addons.crm_whatsapp_gateway", logging.DEBUG) as logs:
            logging.getLogger("odoo.addons.crm_whatsapp_gateway").debug("begin")
            self.work()
        self.assertNotIn("secreto", str(logs.output))
        self.assertNotIn("test-token", str(logs.output))

    def test_token_is_not_in_what_the_worker_would_print(self):
        row = self.send()
        job = row.sudo()._prepare_call()
        self.assertEqual(job.token, "test-token")
        self.assertNotIn("test-token", f"{job!r} {job}")

    @mute_logger("odoo.addons.crm_whatsapp_gateway.processing.outbound")
    def test_row_that_cannot_be_prepared_fails_alone(self):
        attachment = self.attachment()
        broken = self.send("", attachment_ids=attachment.ids)
        other = self.send("sano", self.other_conversation())
        attachment.unlink()
        self.env.flush_all()
        self.work()
        self.assertEqual(broken.state, "failed")
        self.assertIn("FileNotFoundError", broken.error_message)
        self.assertEqual(other.state, "success")
        self.assertEqual(self.graph.texts, ["sano"])
