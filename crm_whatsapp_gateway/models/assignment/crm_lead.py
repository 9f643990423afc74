"""Who gets a lead: turns, membership in the conversation, the call activity."""

import logging
import time
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import split_every

from ...processing.memory import remember
from ...processing.transaction import in_transaction
from ...tools import const

_logger = logging.getLogger(__name__)

# Waiters for one pool at one instant; each may lose once against every other.
ASSIGN_ATTEMPTS = 20
# Leads that take their turns while the pool is held once: it is held briefly.
ASSIGN_TOGETHER = 5
# An older lead nobody could take is a person's decision.
SWEEP_AGE = timedelta(days=7)
CALL_ACTIVITY = "crm_whatsapp_gateway.mail_activity_type_call_now"


class CrmLead(models.Model):
    _inherit = "crm.lead"

    @api.model
    def _whatsapp_assign_apart(self, lead_id):
        """Assign leads in a short transaction of their own, after their creation.

        What fails here leaves an unassigned lead, which the sweep finds.

        :return: whether the lead has a salesperson now, None when that failed
        """

        def assign(env):
            lead = env["crm.lead"].sudo().browse(lead_id)
            lead._whatsapp_assign()
            return not lead.exists() or bool(lead.user_id)

        try:
            return in_transaction(self.env, assign, attempts=ASSIGN_ATTEMPTS)
        # pylint: disable-next=broad-exception-caught
        except Exception:  # the message is safe already; the sweep tries again
            _logger.exception("WhatsApp lead %s could not be assigned", lead_id)
            return None

    @api.model
    def _whatsapp_assign_some(self, lead_ids):
        """Assign leads that came together, few to a transaction.

        :param lead_ids: the order in which they take their turns
        """

        def assign(few, env):
            remember(env)
            for lead in env["crm.lead"].sudo().browse(few):
                lead._whatsapp_assign()

        for few in split_every(ASSIGN_TOGETHER, lead_ids, list):
            try:
                in_transaction(self.env, partial(assign, few), ASSIGN_ATTEMPTS)
            # pylint: disable-next=broad-exception-caught
            except Exception:  # one of them is to blame, and the others are not
                _logger.info(
                    "WhatsApp leads are assigned one by one",
                    exc_info=_logger.isEnabledFor(logging.DEBUG),
                )
                for lead_id in few:
                    self._whatsapp_assign_apart(lead_id)

    def _whatsapp_assign(self):
        """Hook: give an unassigned lead to the adviser whose turn it is.

        Nothing happens to a lead that has a salesperson: a returning customer
        keeps his adviser and uses no turn.

        :return: the ``res.users``; empty when nobody is eligible
        """
        lead = self.exists()
        gateway = lead.gateway_channel_id.gateway_id
        if not lead or lead.user_id or not gateway:
            return self.env["res.users"]
        # The log is read by people, not by the worker.
        told = self.with_context(lang=gateway._whatsapp_lang()).env
        employee, considered, note = told["whatsapp.assignment.turn"]._take(gateway)
        user = employee.user_id
        if user:
            lead.with_context(
                lang=gateway._whatsapp_lang(user),
                mail_auto_subscribe_no_notify=True,
                mail_activity_quick_update=True,
                # Written along: Odoo would take the adviser's own team instead.
            ).write({"user_id": user.id, "team_id": lead.team_id.id})
        else:
            lead._whatsapp_nobody_eligible(gateway, waits=bool(note))
        told["whatsapp.assignment.log"]._record(
            lead, gateway, employee, considered, note
        )
        return user

    def _whatsapp_nobody_eligible(self, gateway, waits=False):
        """Tell the team's leader, once per lead, that nobody could take it.

        :param waits: advisers only are not at work yet: nothing is to be done
        """
        self.ensure_one()
        self.gateway_channel_ids._whatsapp_sync_members()
        leader = self.team_id.user_id
        already = self.env["whatsapp.assignment.log"].search_count(
            [("lead_id", "=", self.id)], limit=1
        )
        if leader and not already and not waits:
            self.with_context(
                lang=gateway._whatsapp_lang(leader), mail_activity_quick_update=True
            ).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=leader.id,
                summary=self.with_context(lang=gateway._whatsapp_lang(leader)).env._(
                    "No adviser could take this WhatsApp lead"
                ),
            )

    def _whatsapp_after_reassign(self, former):
        """The conversation and its call follow the lead's salesperson.

        :param former: ``res.users`` that had the lead, may be empty
        """
        self.ensure_one()
        if not self.gateway_channel_id:
            return
        self.sudo().gateway_channel_ids._whatsapp_sync_members(former)
        call = self.env.ref(CALL_ACTIVITY, raise_if_not_found=False)
        if self.user_id and former and call:
            self.sudo().activity_ids.filtered(
                lambda activity: (
                    activity.activity_type_id == call and activity.user_id == former
                )
            ).with_context(mail_activity_quick_update=True).user_id = self.user_id

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
            if self._whatsapp_assign_apart(lead_id) is False:
                exhausted.add(gateway_id)

    @api.model
    def _whatsapp_sweep_domain(self):
        return [
            ("whatsapp_source_locked", "=", True),
            ("user_id", "=", False),
            ("gateway_channel_id", "!=", False),
            ("create_date", ">", fields.Datetime.now() - SWEEP_AGE),
        ]
