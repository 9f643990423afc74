import psycopg2

from odoo import fields
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..hooks import RAW_INDEXES, SOURCE_NAME, pre_init_hook
from ..tools import const
from ..tools.own_code import OWN_CODE, OWN_CODE_KEY
from .common import ADVISER_GROUP, WhatsappCase


@tagged("post_install", "-at_install")
class TestInstall(WhatsappCase):
    """A8, A15, A16, R21: what installing gives, and what a copy cannot do."""

    def _menus_of(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        return menus.browse(menus._visible_menu_ids())

    def test_an_adviser_finds_leads_and_inbox(self):
        adviser = new_test_user(self.env, "adviser_m", groups=ADVISER_GROUP)
        menus = self._menus_of(adviser)
        for xmlid in (
            "crm.crm_menu_leads",
            "crm_whatsapp_gateway.discuss_channel_menu_whatsapp_inbox",
            "crm_whatsapp_gateway.whatsapp_message_queue_menu",
        ):
            with self.subTest(xmlid=xmlid):
                self.assertIn(self.env.ref(xmlid), menus)
        for xmlid in (
            "crm_whatsapp_gateway.whatsapp_webhook_event_menu",
            "crm_whatsapp_gateway.mail_gateway_menu_whatsapp",
        ):
            with self.subTest(xmlid=xmlid):
                self.assertNotIn(self.env.ref(xmlid), menus)

    def test_the_inbox_and_the_lead_open_for_an_adviser(self):
        channel = self.receive(self._message())
        adviser = channel.lead_id.user_id
        for model, views in (
            ("discuss.channel", [(False, "list"), (False, "search")]),
            ("crm.lead", [(False, "form")]),
        ):
            view = self.env[model].with_user(adviser).get_views(views)["views"]
            self.assertTrue(view)
        action = self.env.ref(
            "crm_whatsapp_gateway.discuss_channel_action_whatsapp_inbox"
        )
        fields = ("name", "whatsapp_adviser_id", "whatsapp_unread", "whatsapp_state")
        rows = (
            self.env["discuss.channel"]
            .with_user(adviser)
            .search_read(
                [
                    ("channel_type", "=", "gateway"),
                    ("gateway_id.gateway_type", "=", "whatsapp"),
                ],
                fields,
            )
        )
        self.assertEqual(action.res_model, "discuss.channel")
        self.assertEqual([row["name"] for row in rows], ["Ana"])

    def test_a_colleague_reads_a_lead_whose_conversation_is_not_his(self):
        channel = self.receive(self._message())
        colleague = new_test_user(
            self.env, "colleague", groups="sales_team.group_sale_salesman_all_leads"
        )
        values = channel.lead_id.with_user(colleague).web_read(
            {"name": {}, "gateway_channel_id": {}, "whatsapp_message_count": {}}
        )
        self.assertEqual(values[0]["whatsapp_message_count"], 1)

    def test_a_source_of_that_name_is_adopted(self):
        source = self.env.ref("crm_whatsapp_gateway.utm_source_whatsapp")
        self.assertEqual(source.name, SOURCE_NAME)
        self.env["ir.model.data"].search(
            [
                ("module", "=", "crm_whatsapp_gateway"),
                ("name", "=", "utm_source_whatsapp"),
            ]
        ).unlink()
        self.env.registry.clear_cache()

        pre_init_hook(self.env)

        self.assertEqual(
            self.env.ref("crm_whatsapp_gateway.utm_source_whatsapp"), source
        )

    def test_numbers_that_are_there_are_indexed(self):
        lead = self.env["crm.lead"].create({"name": "x", "phone": "3012345678"})
        numbers = self.env["whatsapp.number"]
        numbers.search([("lead_id", "=", lead.id)]).unlink()

        numbers._rebuild(batch=1)

        self.assertEqual(
            numbers.search([("lead_id", "=", lead.id)]).mapped("number"),
            ["573012345678"],
        )

    def test_conversations_that_are_there_know_when_the_customer_wrote_last(self):
        channel = self.receive(self._message())
        wrote = channel.whatsapp_last_inbound_at
        channel.whatsapp_last_inbound_at = False
        channel.with_user(channel.lead_id.user_id).with_context(
            no_gateway_notification=True, **{OWN_CODE_KEY: OWN_CODE}
        ).message_post(body="ours, later", message_type="comment")
        channel.whatsapp_state = False
        self.env.flush_all()

        self.env["discuss.channel"]._whatsapp_fill_states()

        self.assertEqual(channel.whatsapp_last_inbound_at, wrote)

    def test_indexes_on_tables_of_others_are_there(self):
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE indexname IN %s", (RAW_INDEXES,)
        )
        self.assertEqual({row[0] for row in self.env.cr.fetchall()}, set(RAW_INDEXES))

    def test_two_numbers_of_one_token_are_two_gateways(self):
        self._create_gateway(webhook_key="second", whatsapp_from_phone="42")
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self._create_gateway(webhook_key="third", whatsapp_from_phone="42")

    def test_the_database_keeps_one_conversation_per_person(self):
        channel = self.receive(self._message())
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            channel.copy({"gateway_channel_token": channel.gateway_channel_token})
            self.env.flush_all()

    def test_conversations_that_are_double_are_merged_by_a_button(self):
        self.cr.execute("DROP INDEX discuss_channel_gateway_token_idx")
        channel = self.receive(self._message(text="uno"))
        double = channel.copy({"gateway_channel_token": "573012345678"})
        double.whatsapp_unread = 2
        self.env.flush_all()
        channel._whatsapp_index_people()
        self.env.invalidate_all()

        self.assertEqual(self.gateway.whatsapp_duplicate_count, 1)
        self.assertIn("Merge Double Conversations", self.gateway.whatsapp_health)
        self.assertFalse(self.gateway._whatsapp_has_unique_index())

        self.gateway.action_whatsapp_merge_duplicates()
        self.env.invalidate_all()

        self.assertEqual(self.channel(), channel)
        self.assertEqual(channel.whatsapp_unread, 3)
        self.assertEqual(self.gateway.whatsapp_duplicate_count, 0)
        self.assertTrue(self.gateway._whatsapp_has_unique_index())
        self.assertNotIn("Merge Double", self.gateway.whatsapp_health)

    def test_forms_of_one_number_are_double_too(self):
        channel = self.receive(self._message("5511987654321"))
        channel.copy({"gateway_channel_token": "551187654321"})
        self.env.flush_all()
        self.assertEqual(self.gateway.whatsapp_duplicate_count, 1)

    def test_a_neutralized_copy_can_neither_send_nor_receive(self):
        now = str(int(fields.Datetime.now().timestamp()))
        channel = self.receive(self._message(timestamp=now))
        adviser = channel.lead_id.user_id
        channel.with_user(adviser).message_post(
            body="waits", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.env["ir.config_parameter"].set_param(const.OUTBOUND_MODE, const.AT_ONCE)
        self.env.flush_all()
        for query in get_neutralization_queries(["crm_whatsapp_gateway"]):
            self.cr.execute(query)
        self.env.invalidate_all()

        self.assertFalse(self.gateway.webhook_key)
        self.assertFalse(self.gateway.webhook_secret)
        self.assertFalse(self.gateway.whatsapp_security_key)
        self.assertFalse(self.gateway.integrated_webhook_state)
        self.assertNotIn("test-token", self.gateway.token)
        for xmlid in ("ir_cron_inbound", "ir_cron_outbound", "ir_cron_sweep"):
            self.assertFalse(self.env.ref(f"crm_whatsapp_gateway.{xmlid}").active)
        rows = self.env["whatsapp.message.queue"].search(
            [("channel_id", "=", channel.id)]
        )
        self.assertEqual(rows.mapped("state"), ["cancelled"])
        self.assertFalse(self.env["ir.config_parameter"].get_param(const.OUTBOUND_MODE))
