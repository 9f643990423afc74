"""How far the work in the background is, as the screen shows it."""

from datetime import timedelta

from odoo import api, fields, models

from ..engine.steps import STEPS
from .whatsapp_migration_beat import TASKS

PLACES = {step.noun: place for place, step in enumerate(STEPS, 1)}
# A worker that is well takes a task within seconds.
PATIENCE = timedelta(minutes=2)


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    task = fields.Selection(TASKS, compute="_compute_progress")
    shown_state = fields.Selection(
        selection=lambda self: self._fields["state"]._description_selection(self.env),
        string="Stands",
        compute="_compute_progress",
    )
    at_work = fields.Boolean(compute="_compute_progress")
    pausing = fields.Boolean(compute="_compute_progress")
    stopped = fields.Boolean(
        compute="_compute_progress", help="There is work that can be gone on with."
    )
    died = fields.Boolean(
        compute="_compute_progress", help="Its worker is no more; a person goes on."
    )
    elsewhere = fields.Boolean(
        compute="_compute_progress", help="The command line is at work on it."
    )
    unheard = fields.Boolean(
        compute="_compute_progress", help="No worker has taken the task for minutes."
    )
    progress = fields.Float(compute="_compute_progress")
    progress_words = fields.Char(compute="_compute_progress")

    @api.depends("state", "beat_ids")
    def _compute_progress(self):
        beats = self.sudo().beat_ids
        abandoned = beats._abandoned()
        busy = beats._is_engine_at_work()
        late = fields.Datetime.now() - PATIENCE
        for run in self:
            beat = run.sudo().beat_ids
            died = bool(beat & abandoned)
            # Nobody writes the end of a run that was killed.
            alone = run.state == "running" and beat.state != "work"
            run.task = beat.task
            run.at_work = beat.state == "work" and not died
            run.elsewhere = alone and busy
            run.died = died or (alone and not busy) or beat.state == "interrupted"
            run.pausing = run.at_work and beat.pause_asked
            run.stopped = run._can_go_on(beat, run.died)
            run.unheard = run.at_work and not beat.in_hand and beat.at < late
            run.shown_state = (
                "interrupted" if run.died and run.state == "running" else run.state
            )
            run.progress = 100 * beat.done / beat.total if beat.total else 0
            run.progress_words = run._progress_words(beat)

    def _can_go_on(self, beat, died):
        if not beat:
            # The command line began it.
            return died or (
                self.kind == "run" and self.state in ("paused", "interrupted", "failed")
            )
        if beat.task == "plan" or self.state == "draft":
            # Its own buttons begin it anew.
            return False
        return died or beat.state in ("interrupted", "paused", "failed")

    def _progress_words(self, beat):
        if not beat.noun and beat.in_hand:
            # Before its first step a run looks at the database as a plan does.
            return self.env._("The database is being read…")
        if not beat.noun:
            return self.env._("Waiting for the worker…") if beat else False
        words = self.env._(
            "%(noun)s: %(done)s of %(total)s",
            noun=self._noun_of(beat),
            done=self._thousands(beat.done),
            total=self._thousands(beat.total),
        )
        if beat.rate:
            rate = self._thousands(round(beat.rate))
            words += self.env._(", %s per second", rate)
        if beat.eta and beat.done < beat.total:
            words += self.env._(", %s left", self._duration(round(beat.eta)))
        if beat.task in ("run", "dry") and beat.noun in PLACES:
            words += self.env._(
                " (step %(place)s of %(steps)s)",
                place=PLACES[beat.noun],
                steps=len(PLACES),
            )
        return words

    def _noun_of(self, beat):
        words = self._noun_words()
        if beat.task == "rollback":
            words |= self._undone_words()
        return words.get(beat.noun, beat.noun)

    def _noun_words(self):
        """Names of steps and old tables, in the reader's language. Hook."""
        return {
            "whatsapp_gateway": self.env._("Gateways"),
            "whatsapp_template": self.env._("Templates"),
            "whatsapp_message": self.env._("Messages"),
            "discuss_channel": self.env._("Duplicate conversations"),
            "mail_message": self.env._("Messages of duplicate conversations"),
            "gateways": self.env._("Gateways"),
            "templates": self.env._("Templates"),
            "people": self.env._("People"),
            "conversations": self.env._("Conversations"),
            "messages": self.env._("Messages"),
            "attachments": self.env._("Attachments"),
            "leads": self.env._("Leads"),
            "strays": self.env._("Duplicate conversations"),
            "positions": self.env._("Read positions"),
            "chatter": self.env._("Notes on old messages"),
            "checks": self.env._("Checks"),
        }

    def _undone_words(self):
        """Names of the tables that a rollback takes rows out of. Hook."""
        return {
            "mail_message": self.env._("Messages"),
            "mail_notification": self.env._("States of messages"),
            "discuss_channel": self.env._("Conversations"),
            "discuss_channel_member": self.env._("Members of conversations"),
            "mail_guest": self.env._("Guests"),
            "res_partner_gateway_channel": self.env._("Numbers of contacts"),
            "whatsapp_number": self.env._("Number index"),
            "ir_attachment": self.env._("Attachments"),
            "mail_gateway": self.env._("Gateways"),
            "mail_whatsapp_template": self.env._("Templates"),
            "mail_whatsapp_template_variable": self.env._("Variables of templates"),
        }

    def _thousands(self, number):
        return self.env["ir.qweb.field.integer"].value_to_html(number, {})

    def _duration(self, seconds):
        minutes, rest = divmod(seconds, 60)
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
