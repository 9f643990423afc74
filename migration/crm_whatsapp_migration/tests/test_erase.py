from odoo.tests import tagged

from .common import MigrationCase


@tagged("post_install", "-at_install")
class TestErase(MigrationCase):
    """A22: what was migrated is erased by the bridge; here, what it came from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tables()

    def test_an_erased_person_is_not_in_the_old_tables_either(self):
        item = self.item(source_id=1, note="Ana called")
        run = self.planned_run(
            decisions={"phones": {"3012345678": "3012345678", "x": "3012345670"}}
        )
        self.assertIn("sin número", str(run.plan))
        channel = (
            self.env["discuss.channel"]
            .sudo()
            .create(
                {
                    "name": "Ana",
                    "channel_type": "gateway",
                    "gateway_id": self.today.id,
                    "gateway_channel_token": "573012345678",
                }
            )
        )
        Wizard = self.env["whatsapp.erase.person"].with_user(self.director)
        Wizard.create({"channel_id": channel.id}).action_erase()
        self.env.invalidate_all()

        self.env.cr.execute(
            "SELECT id, phone, message FROM whatsapp_message ORDER BY id"
        )
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        # Both notations of the number; nobody else's rows.
        self.assertEqual(rows[1], ("", ""))
        self.assertEqual(rows[2], ("", ""))
        self.assertEqual(rows[4], ("3012345679", "De Twilio"))
        self.assertFalse(item.note)
        self.assertEqual(run.decisions["phones"], {"x": "3012345670"})
        self.assertNotIn("sin número", str(run.plan))

    def test_without_old_tables_nothing_fails(self):
        self.env.cr.execute(
            "DROP TABLE whatsapp_message, whatsapp_template, whatsapp_gateway"
        )
        self.Run.create({})
        self.Run.sudo()._erase_people({"573012345678"})
