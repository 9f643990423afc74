from odoo.tests import tagged
from odoo.tools import file_open

from .common import MigrationCase


@tagged("post_install", "-at_install")
class TestNeutralize(MigrationCase):
    def test_on_a_neutralised_copy_only_the_migrations_action_works(self):
        for module in ("base", "crm_whatsapp_gateway", "crm_whatsapp_migration"):
            with file_open(f"{module}/data/neutralize.sql") as file:
                self.env.cr.execute(file.read())
        self.env.invalidate_all()

        self.assertTrue(self.cron.active)
        queue = self.env["ir.cron"].search([("code", "like", "whatsapp")])
        self.assertNotIn("whatsapp.message.queue", queue.mapped("model_id.model"))
        run = self.Run.create({})
        run.action_plan()
        self.assertTrue(run.at_work)
