from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..compat import group_users_field
from .common import ADVISER_GROUP, DIRECTOR_GROUP, SUPERVISOR_GROUP, WhatsappCase

ROLES = {
    "adviser": ADVISER_GROUP,
    "supervisor": SUPERVISOR_GROUP,
    "director": DIRECTOR_GROUP,
    "gateway user": "mail_gateway.gateway_user",
    "sales manager": "sales_team.group_sale_manager",
    "hr officer": "hr.group_hr_user",
    "employee": "base.group_user",
    "portal": "base.group_portal",
}
SECRETS = ("token", "webhook_secret", "webhook_key", "whatsapp_security_key")
# What leads to a secret from other records.
PATHS = {
    "discuss.channel": ("gateway_token",),
    "whatsapp.webhook.event": ("payload", "error_traceback"),
    "whatsapp.media": ("url",),
}


@tagged("post_install", "-at_install")
class TestSecrets(WhatsappCase):
    """A16, R27: nobody below the system reads a secret, whatever RPC is tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(cls.env, f"secret_{number}", groups=group)
            for number, (name, group) in enumerate(ROLES.items())
        }
        inside = [user.id for user in cls.users.values() if not user.share]
        export = cls.env.ref("base.group_allow_export")
        export[group_users_field()] = [(4, user_id) for user_id in inside]

    def _ways(self, model, field, record_ids):
        """Calls over RPC that would tell a field, or whether it begins like this."""
        prefix = [(field, "=like", "test%")]
        return {
            "read": lambda: model.browse(record_ids).read([field]),
            "search_read": lambda: model.search_read([], [field]),
            "search": lambda: model.search(prefix),
            "search_count": lambda: model.search_count(prefix),
            "read_group": lambda: model._read_group([], [field], ["__count"]),
            "export": lambda: model.browse(record_ids).export_data([field]),
            "web_read": lambda: model.browse(record_ids).web_read({field: {}}),
        }

    def _tells(self, call, secrets):
        """Return whether a call gave a record, a count or a secret away."""
        # A call over RPC begins with an empty cache.
        self.env.invalidate_all()
        try:
            answer = call()
        except (UserError, ValueError):
            return False
        if isinstance(answer, int):
            return bool(answer)
        if getattr(answer, "_name", None):
            return bool(answer)
        return any(secret in repr(answer) for secret in secrets)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models", "odoo.domains")
    def test_no_role_reads_a_secret_in_any_way(self):
        values = [self.gateway[name] for name in SECRETS]
        for role, user in self.users.items():
            model = self.env["mail.gateway"].with_user(user)
            for field in SECRETS:
                ways = self._ways(model, field, self.gateway.ids)
                for way, call in ways.items():
                    with self.subTest(role=role, field=field, way=way):
                        self.assertFalse(self._tells(call, values))

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models", "odoo.domains")
    def test_no_role_reads_a_secret_through_other_records(self):
        channel = self.receive(self._message())
        for role, user in self.users.items():
            channels = self.env["discuss.channel"].with_user(user)
            asked = [("gateway_id.token", "=", "test-token")]
            with self.subTest(role=role, way="domain"):
                self.assertFalse(
                    self._tells(lambda c=channels, d=asked: c.search(d), ["test-token"])
                )
            with self.subTest(role=role, way="export"):
                export = channel.with_user(user).export_data
                self.assertFalse(
                    self._tells(
                        lambda e=export: e(["gateway_id/token"]), ["test-token"]
                    )
                )
            for model, names in PATHS.items():
                for name in names:
                    shown = self.env[model].with_user(user).fields_get([name])
                    with self.subTest(role=role, model=model, field=name):
                        self.assertFalse(shown)

    def test_an_administrator_reads_them(self):
        admin = new_test_user(self.env, "system_s", groups="base.group_system")
        self.assertEqual(self.gateway.with_user(admin).token, "test-token")
