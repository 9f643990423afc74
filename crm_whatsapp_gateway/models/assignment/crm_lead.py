"""Assignment of leads: turns, membership in the conversation, call activity."""

import logging
import time
from datetime import timedelta

from odoo import api, fields, models

from ...processing.transaction import in_transaction
from ...processing.transaction_cache import open_cache
from ...tools import const

_logger = logging.getLogger(__name__)

# Waiters for one pool at one instant; each may lose once against every other.
ASSIGN_ATTEMPTS = 20
# An older lead nobody could take is a person's decision.
SWEEP_AGE = timedelta(days=7)
CALL_ACTIVITY = "crm_whatsapp_gateway.mail_activity_type_call_now"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def _whatsapp_assign_apart(self, lead_ids):
        """Assign leads in a short transaction of their own, after their creation.

        When that fails they are assigned one by one; what fails then leaves an
        unassigned lead, which the sweep finds.

        :param lead_ids: the order in which they take their turns
        :return: ids of those that have a salesperson now
        """

        def assign(env):
            open_cache(env)
            leads = env["crm.lead"].sudo().browse(lead_ids)
            leads._whatsapp_assign()
            return leads.exists().filtered("user_id").ids

        try:
            return in_transaction(self.env, assign, attempts=ASSIGN_ATTEMPTS)
        # pylint: disable-next=broad-exception-caught
        except Exception:  # the message is safe already; the sweep tries again
            if len(lead_ids) == 1:
                _logger.exception("WhatsApp lead %s could not be assigned", lead_ids[0])
                return []
            _logger.info(
                "WhatsApp leads are assigned one by one",
                exc_info=_logger.isEnabledFor(logging.DEBUG),
            )
        return [
            assigned
            for lead_id in lead_ids
            for assigned in self._whatsapp_assign_apart([lead_id])
        ]

    def _whatsapp_assign(self):
        """Hook: give unassigned leads to the advisers whose turn it is, in order.

        Nothing happens to a lead that has a salesperson: a returning customer
        keeps his adviser and uses no turn.
        """
        open_leads = self.exists().filtered(
            lambda lead: not lead.user_id and lead.gateway_channel_id.gateway_id
        )
        for gateway, leads in open_leads.grouped(
            lambda lead: lead.gateway_channel_id.gateway_id
        ).items():
            # The log is read by people, in their language.
            env = self.with_context(lang=gateway._whatsapp_lang()).env
            turns = env["whatsapp.assignment.turn"]._take(gateway, len(leads))
            decisions = list(zip(leads, turns, strict=True))
            leads._whatsapp_write_advisers(decisions)
            env["whatsapp.assignment.log"]._record(gateway, decisions)

    def _whatsapp_write_advisers(self, decisions):
        """Write the advisers that were chosen, all leads of one at once.

        :param decisions: list of (lead, ``Turn``)
        """
        by_adviser = {}
        for lead, turn in decisions:
            by_adviser.setdefault(turn.employee.user_id, []).append((lead, turn))
        for user, own in by_adviser.items():
            if not user:
                for lead, turn in own:
                    lead._whatsapp_nobody_eligible(waits=bool(turn.note))
                continue
            leads = self.browse([lead.id for lead, _turn in own])
            gateway = leads.gateway_channel_id.gateway_id[:1]
            # Written along with the team: Odoo would take the adviser's own instead.
            for team, same_team in leads.grouped("team_id").items():
                same_team.with_context(
                    lang=gateway._whatsapp_lang(user),
                    mail_auto_subscribe_no_notify=True,
                    mail_activity_quick_update=True,
                ).write({"user_id": user.id, "team_id": team.id})

    def _whatsapp_nobody_eligible(self, waits=False):
        """Tell the team's leader, once per lead, that nobody could take it.

        :param waits: advisers only are not at work yet: nothing is to be done
        """
        self.ensure_one()
        gateway = self.gateway_channel_id.gateway_id
        self.gateway_channel_ids._whatsapp_sync_members()
        leader = self.team_id.user_id
        already = self.env["whatsapp.assignment.log"].search_count(
            [("lead_id", "=", self.id)], limit=1
        )
        if leader and not already and not waits:
            lang = gateway._whatsapp_lang(leader)
            self.with_context(
                lang=lang, mail_activity_quick_update=True
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=leader.id,
                summary=self.with_context(lang=lang).env._(
                    "No adviser could take this WhatsApp lead"
                ),
            )

    def _whatsapp_after_reassign(self, former):
        """Let conversations and call activities follow the leads' salesperson.

        :param former: ``res.users`` that had these leads, may be empty
        """
        leads = self.sudo().filtered("gateway_channel_id")
        leads.gateway_channel_ids._whatsapp_sync_members(former)
        call = self.env.ref(CALL_ACTIVITY, raise_if_not_found=False)
        if not former or not call:
            return
        for lead in leads.filtered("user_id"):
            lead.activity_ids.filtered(
                lambda activity: (
                    activity.activity_type_id == call and activity.user_id == former
                )
            ).with_context(mail_activity_quick_update=True).user_id = lead.user_id

    @api.model
    def _cron_whatsapp_sweep(self):
        """Assign the leads that nobody could take when they came, oldest first.

        A gateway whose pool has nobody left is not asked again for each of its
        leads; those that no decision was noted for yet are.
        """
        end = time.monotonic() + const.RUN_SECONDS
        leads = self.search(self._whatsapp_sweep_domain(), order="id")
        noted = self.env["whatsapp.assignment.log"].search(
            [("lead_id", "in", leads.ids)]
        )
        waiting = set(noted.lead_id.ids)
        gateways = {lead.id: lead.gateway_channel_id.gateway_id.id for lead in leads}
        exhausted = set()
        for lead_id, gateway_id in gateways.items():
            if time.monotonic() > end:
                self.env.ref("crm_whatsapp_gateway.ir_cron_sweep")._trigger()
                break
            if gateway_id in exhausted and lead_id in waiting:
                continue
            if not self._whatsapp_assign_apart([lead_id]):
                exhausted.add(gateway_id)

    @api.model
    def _whatsapp_sweep_domain(self):
        return [
            ("whatsapp_source_locked", "=", True),
            ("user_id", "=", False),
            ("gateway_channel_id", "!=", False),
            ("create_date", ">", fields.Datetime.now() - SWEEP_AGE),
        ]
