from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ADVISER_GROUP, DIRECTOR_GROUP, WhatsappCase


@tagged("post_install", "-at_install")
class TestLead(WhatsappCase):
    """A3, A4, A5: the lead of a conversation."""

    def _lead(self, **vals):
        return self.env["crm.lead"].create(
            {"name": "Known", "type": "lead", "user_id": False, **vals}
        )

    def test_an_unknown_number_makes_a_lead(self):
        lead = self.receive(self._message()).lead_id

        self.assertRecordValues(
            lead,
            [
                {
                    "type": "lead",
                    "name": "Ana",
                    "contact_name": "Ana",
                    self.number_field: "+573012345678",
                    "team_id": self.team.id,
                    "whatsapp_source_locked": True,
                    "gateway_channel_id": self.channel().id,
                }
            ],
        )
        self.assertEqual(lead.source_id.name, "WhatsApp Línea Marketing")
        self.assertIn(lead.stage_id.name, ("New", "Nuevo"))

    def test_a_profile_without_name_gives_the_number(self):
        lead = self.receive(self._message(), name="").lead_id
        self.assertEqual(lead.name, "WhatsApp - +573012345678")

    def test_the_first_stage_serves_where_none_is_called_new(self):
        stages = self.env["crm.stage"].search([])
        for stage in stages:
            stage.with_context(lang="en_US").name = f"Stage {stage.id}"
            self.env.cr.execute(
                "UPDATE crm_stage SET name = jsonb_build_object('en_US', %s)"
                " WHERE id = %s",
                (f"Stage {stage.id}", stage.id),
            )
        self.env.invalidate_all()
        lead = self.receive(self._message()).lead_id
        self.assertEqual(lead.stage_id, lead._whatsapp_new_stage(self.team))

    def test_the_stage_called_new_serves_wherever_it_stands(self):
        first = self.env["crm.lead"]._whatsapp_new_stage(self.team)
        first.sequence = 1000
        before = self.env["crm.stage"].create({"name": "Before", "sequence": -1})
        lead = self.receive(self._message()).lead_id
        self.assertEqual(lead.stage_id, first)
        self.assertLess(before.sequence, first.sequence)

    def test_a_known_number_makes_no_second_lead_whatever_the_notation(self):
        for notation in (
            "3012345678",
            "+57 301 234 5678",
            "(301) 234-5678",
            "+573012345678",
        ):
            with self.subTest(notation=notation), self.cr.savepoint() as point:
                lead = self._lead(phone=notation)
                channel = self.receive(self._message())
                self.assertEqual(channel.lead_id, lead)
                self.assertEqual(lead.gateway_channel_id, channel)
                self.assertEqual(self.lead_messages(lead), ["Hola"])
                point.rollback()
                self.env.invalidate_all()

    def test_a_number_written_later_is_found(self):
        lead = self._lead()
        lead.phone = "301 234 5678"
        self.assertEqual(self.receive(self._message()).lead_id, lead)

    def test_a_number_taken_away_is_not_found(self):
        lead = self._lead(phone="301 234 5678")
        lead.phone = False
        self.assertNotEqual(self.receive(self._message()).lead_id, lead)

    def test_of_several_open_leads_the_newest_wins(self):
        self._lead(phone="3012345678")
        newest = self._lead(phone="+57 3012345678")
        self.assertEqual(self.receive(self._message()).lead_id, newest)

    def test_a_lost_lead_is_opened_again(self):
        lead = self.receive(self._message()).lead_id
        lead.action_set_lost()
        self.assertFalse(lead.active)

        self.receive(self._message())

        self.assertTrue(lead.active)
        self.assertEqual(self.channel().lead_id, lead)

    def test_a_won_lead_is_left_alone(self):
        lead = self.receive(self._message()).lead_id
        lead.action_set_won()

        self.receive(self._message())

        self.assertNotEqual(self.channel().lead_id, lead)
        self.assertEqual(self.lead_messages(lead), ["Hola"])

    def test_a_deleted_lead_frees_its_conversation(self):
        self.receive(self._message()).lead_id.unlink()
        channel = self.receive(self._message())

        self.assertTrue(channel.lead_id)
        self.assertEqual(len(channel.message_ids), 2)

    def test_merged_leads_take_their_conversations_along(self):
        one = self.receive(self._message("573012345678")).lead_id
        two = self.receive(self._message("573112223344")).lead_id

        (one | two).merge_opportunity()

        kept = (one | two).exists()
        self.assertEqual(len(kept), 1)
        self.assertEqual(self.channel("573012345678").lead_id, kept)
        self.assertEqual(self.channel("573112223344").lead_id, kept)

    def test_a_merged_lead_s_own_conversation_is_the_one_used_last(self):
        one = self.receive(self._message(timestamp="1760000900")).lead_id
        two = self.receive(
            self._message("573112223344", timestamp="1760000100")
        ).lead_id
        last = self.channel("573012345678")
        last.whatsapp_last_inbound_at = "2026-01-02 00:00:00"
        self.channel("573112223344").whatsapp_last_inbound_at = "2026-01-01 00:00:00"

        (one | two).merge_opportunity()

        self.assertEqual((one | two).exists().gateway_channel_id, last)

    # ----------------------------------------------------------- source lock
    def test_an_adviser_cannot_change_the_source_and_a_director_can(self):
        lead = self.receive(self._message()).lead_id
        adviser = lead.user_id
        director = new_test_user(self.env, "director_x", groups=DIRECTOR_GROUP)
        other = self.env["utm.source"].create({"name": "Somewhere else"})

        with self.assertRaises(AccessError):
            lead.with_user(adviser).source_id = other
        lead.with_user(adviser).write({"source_id": lead.source_id.id})
        self.assertFalse(lead.with_user(adviser).whatsapp_can_edit_source)

        lead.with_user(director).source_id = other

        self.assertEqual(lead.source_id, other)
        self.flush_tracking()
        self.assertIn(
            "source_id", lead.message_ids.tracking_value_ids.field_id.mapped("name")
        )

    def test_the_lock_itself_is_not_opened_by_an_adviser(self):
        lead = self.receive(self._message()).lead_id
        with self.assertRaises(AccessError):
            lead.with_user(lead.user_id).whatsapp_source_locked = False

    def test_the_source_is_not_renamed_or_deleted_by_who_may_not_change_it(self):
        source = self.gateway.whatsapp_source_id
        adviser = self.advisers[0].user_id
        # Whoever may write sources: the lock must not hang on Odoo's rights.
        self.env["ir.model.access"].create(
            {
                "name": "sources",
                "model_id": self.env.ref("utm.model_utm_source").id,
                "group_id": self.env.ref(ADVISER_GROUP).id,
                **dict.fromkeys(("perm_read", "perm_write", "perm_unlink"), True),
            }
        )
        other = self.env["utm.source"].create({"name": "Somewhere else"})
        own = source.with_user(adviser)
        with self.assertRaisesRegex(AccessError, "Ask a director"):
            own.name = "Something else"
        with self.assertRaisesRegex(AccessError, "Ask a director"):
            own.unlink()
        own.name = source.name
        other.with_user(adviser).name = "Elsewhere"

        director = new_test_user(self.env, "director_s", groups=DIRECTOR_GROUP)
        source.with_user(director).name = "WhatsApp Dos"
        self.assertEqual(source.name, "WhatsApp Dos")

    def test_the_source_of_another_lead_is_free(self):
        adviser = new_test_user(self.env, "adviser_x", groups=ADVISER_GROUP)
        lead = self._lead(user_id=adviser.id)
        lead.with_user(adviser).source_id = self.gateway.whatsapp_source_id
        self.assertTrue(lead.source_id)

    def test_advisers_can_merge_leads_of_whatsapp(self):
        leads = self.env["crm.lead"]
        for person in ("573012345678", "573112223344"):
            leads |= self.receive(self._message(person)).lead_id
        adviser = self.advisers[0].user_id
        leads.user_id = adviser

        leads.with_user(adviser).merge_opportunity()

        self.assertEqual(len(leads.exists()), 1)

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()
        self.env.invalidate_all()
