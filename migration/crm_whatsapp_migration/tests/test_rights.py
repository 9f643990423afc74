from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MigrationCase

MODELS = (
    "whatsapp.migration.run",
    "whatsapp.migration.item",
    "whatsapp.migration.effect",
    "whatsapp.migration.question",
    "whatsapp.migration.choice",
    "whatsapp.migration.beat",
    "whatsapp.migration.rollback",
)


@tagged("post_install", "-at_install")
class TestRights(MigrationCase):
    def test_who_is_not_administrator_sees_nothing_of_it(self):
        run = self.Run.create({})
        for user in (self.adviser, self.director):
            for model in MODELS:
                with self.assertRaises(AccessError, msg=(user.login, model)):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                run.with_user(user).read(["state"])

    def test_no_button_works_for_them(self):
        run = self.Run.create({})
        item = self.item()
        for user in (self.adviser, self.director):
            mine = run.with_user(user)
            for name in (
                "action_plan",
                "action_start",
                "action_rehearse",
                "action_pause",
                "action_resume",
                "action_verify",
                "action_new_run",
                "action_take_suggestions",
            ):
                with self.assertRaises(AccessError, msg=name):
                    getattr(mine, name)()
            for name in ("action_skip", "action_take_back"):
                with self.assertRaises(AccessError, msg=name):
                    getattr(item.with_user(user), name)()
            with self.assertRaises(AccessError):
                self.env["whatsapp.migration.rollback"].with_user(user).create(
                    {"run_id": run.id}
                )
        self.assertFalse(run.beat_ids)

    def test_the_menu_is_the_administrators(self):
        menu = self.env.ref("crm_whatsapp_migration.whatsapp_migration_run_menu")
        menus = self.env["ir.ui.menu"]

        self.assertIn(menu.id, menus._visible_menu_ids())
        for user in (self.adviser, self.director):
            self.assertNotIn(menu.id, menus.with_user(user)._visible_menu_ids())

    def test_an_administrator_cannot_make_up_a_ledger(self):
        values = {"source_table": "x", "source_id": 1, "state": "moved"}
        with self.assertRaises(AccessError):
            self.Item.create({**values, "run_id": self.Run.create({}).id})
        with self.assertRaises(AccessError):
            self.item().unlink()
        with self.assertRaises(AccessError):
            self.env["whatsapp.migration.beat"].create({})
