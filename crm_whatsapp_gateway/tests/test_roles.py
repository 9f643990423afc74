from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..compat import user_groups_field
from .common import (
    ADVISER_GROUP,
    DIRECTOR_GROUP,
    SUPERVISOR_GROUP,
    WhatsappCase,
)

LEGACY = {
    "asesor": "group_asesor_comercial",
    "supervisor": "group_supervisor_comercial",
    "director": "group_director_comercial",
}


@tagged("post_install", "-at_install")
class TestRoles(WhatsappCase):
    """A16, R25: groups are the authority, the employee's field proposes."""

    def _employee(self, login, key, groups="base.group_user"):
        user = new_test_user(self.env, login, groups=groups)
        self.env["hr.employee"].create(
            {"name": login, "user_id": user.id, "rol_comercial": key}
        )
        return user

    def _legacy_groups(self):
        """Groups as the legacy module names them; each implies the one before."""
        groups, below = {}, self.env["res.groups"]
        for key, name in LEGACY.items():
            groups[key] = below = self.env["res.groups"].create(
                {"name": name, "implied_ids": [(6, 0, below.ids)]}
            )
            self.env["ir.model.data"].create(
                {
                    "module": "crm_import_leads",
                    "name": name,
                    "model": "res.groups",
                    "res_id": below.id,
                }
            )
        return groups

    def _proposal(self):
        admin = self.env.ref("base.user_admin")
        return self.env["whatsapp.role.proposal"].with_user(admin).create({})

    def _line(self, proposal, user):
        return proposal.line_ids.filtered(lambda line: line.user_id == user)

    def test_the_field_proposes_and_nothing_changes_before_it_is_applied(self):
        users = {
            key: self._employee(f"new_{key}", key)
            for key in ("asesor", "supervisor", "director")
        }
        proposal = self._proposal()
        roles = {
            key: self._line(proposal, user).proposed_role for key, user in users.items()
        }
        self.assertEqual(
            roles,
            {"asesor": "adviser", "supervisor": "supervisor", "director": "director"},
        )
        self.assertEqual({user._whatsapp_role() for user in users.values()}, {""})
        # Who is to see everything is ticked by hand.
        self.assertFalse(self._line(proposal, users["director"]).to_apply)

        proposal.action_apply()

        self.assertEqual(
            [user._whatsapp_role() for user in users.values()],
            ["adviser", "supervisor", ""],
        )

    def test_a_lower_role_is_proposed_but_not_ticked(self):
        user = self._employee("demoted", "asesor", DIRECTOR_GROUP)
        proposal = self._proposal()
        line = self._line(proposal, user)
        self.assertEqual(line.current_role, "director")
        self.assertFalse(line.to_apply)

        line.to_apply = True
        proposal.action_apply()

        self.assertEqual(user._whatsapp_role(), "adviser")

    def test_who_has_the_role_is_not_proposed(self):
        self.assertFalse(self._line(self._proposal(), self.advisers[0].user_id))

    def test_the_proposal_opens_filled_in(self):
        user = self._employee("new_asesor", "asesor")
        admin = self.env.ref("base.user_admin")
        wizard = Form(self.env["whatsapp.role.proposal"].with_user(admin)).save()
        self.assertTrue(self._line(wizard, user).to_apply)

    def test_an_hr_officer_cannot_make_himself_director(self):
        officer = self._employee("officer", "asesor", "hr.group_hr_manager")
        officer.employee_ids.with_user(officer).rol_comercial = "director"
        self.assertFalse(officer.has_group(DIRECTOR_GROUP))
        with self.assertRaises(AccessError):
            self.env["whatsapp.role.proposal"].with_user(officer).create({})
        with self.assertRaises(AccessError):
            officer.with_user(officer).write(
                {user_groups_field(): [Command.link(self.env.ref(DIRECTOR_GROUP).id)]}
            )
        proposal = self._proposal()
        with self.assertRaises(AccessError):
            proposal.with_user(officer).action_apply()
        proposal.action_apply()
        self.assertFalse(officer.has_group(DIRECTOR_GROUP))

    # --------------------------------------------------------- former module
    def test_the_groups_of_the_former_module_are_adopted_on_install(self):
        groups = self._legacy_groups()
        users = {}
        for key, group in groups.items():
            users[key] = new_test_user(self.env, f"legacy_{key}")
            users[key][user_groups_field()] = [Command.link(group.id)]
        kept = new_test_user(self.env, "kept", groups=SUPERVISOR_GROUP)
        kept[user_groups_field()] = [Command.link(groups["asesor"].id)]
        stranger = new_test_user(self.env, "stranger")

        self.env["res.users"]._whatsapp_adopt_legacy_roles()

        self.assertEqual(
            [user._whatsapp_role() for user in (*users.values(), kept, stranger)],
            ["adviser", "supervisor", "director", "supervisor", ""],
        )
        # Theirs, and not by way of groups that will be deleted with the module.
        groups["director"].implied_ids = False
        for group in groups.values():
            group.unlink()
        self.assertEqual(users["director"]._whatsapp_role(), "director")

    def test_a_former_group_counts_more_than_the_field(self):
        groups = self._legacy_groups()
        user = self._employee("both", "asesor")
        user[user_groups_field()] = [Command.link(groups["director"].id)]
        proposal = self._proposal()
        line = self._line(proposal, user)
        self.assertEqual((line.proposed_role, line.origin), ("director", "legacy"))
        self.assertTrue(line.to_apply)
        proposal.action_apply()
        self.assertTrue(user.has_group(DIRECTOR_GROUP))

    def test_without_the_former_module_there_is_nothing_to_adopt(self):
        self.assertEqual(self.env["res.users"]._whatsapp_legacy_roles(), {})
        self.assertEqual(self.advisers[0].user_id._whatsapp_role(), "adviser")
        self.assertTrue(self.advisers[0].user_id.has_group(ADVISER_GROUP))
