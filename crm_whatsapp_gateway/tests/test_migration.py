import importlib.util
from pathlib import Path

from odoo.tests import TransactionCase, tagged

SCRIPT = Path(__file__).parents[1] / "migrations/1.1.0/post-migration.py"


@tagged("post_install", "-at_install")
class TestMigration(TransactionCase):
    """An update from 1.0: what waits is processed, no job is left over."""

    def migrate(self):
        spec = importlib.util.spec_from_file_location("post_migration", SCRIPT)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "18.0.1.0.0")
        self.env.invalidate_all()

    def test_events_that_wait_get_the_key_of_their_number(self):
        gateway = self.env["mail.gateway"].create(
            {"name": "Vieja", "gateway_type": "whatsapp", "token": "old-token"}
        )
        vals = {"gateway_id": gateway.id, "kind": "message", "payload": {}}
        people = ("5215512345678", "573012345678", "")
        waiting = self.env["whatsapp.webhook.event"].create(
            [
                {**vals, "external_id": f"wamid.{n}", "person": person}
                for n, person in enumerate(people)
            ]
        )
        self.migrate()
        self.assertEqual(
            waiting.mapped("conversation_key"), ["525512345678", "573012345678", ""]
        )

    def test_copies_of_scheduled_actions_are_removed(self):
        job = self.env.ref("crm_whatsapp_gateway.ir_cron_outbound")
        copy = job.copy()
        self.env["ir.model.data"].create(
            {
                "module": "crm_whatsapp_gateway",
                "name": "ir_cron_outbound_2",
                "model": "ir.cron",
                "res_id": copy.id,
            }
        )
        action = copy.ir_actions_server_id
        self.migrate()
        self.assertFalse(copy.exists() or action.exists())
        self.assertTrue(job.exists())
        self.assertTrue(self.env.ref("crm_whatsapp_gateway.ir_cron_inbound_backlog"))

    def test_numbers_that_could_not_be_read_before_are_found(self):
        lead = self.env["crm.lead"].create({"name": "Ana", "phone": "3015550117.0"})
        numbers = self.env["whatsapp.number"].search([("lead_id", "=", lead.id)])
        numbers.unlink()
        self.migrate()
        found = numbers.search([("lead_id", "=", lead.id)])
        self.assertEqual(found.number, "573015550117")
