"""The work on a run in the background; apart from the model for its length.

One cron record, slices of half a minute, so that other jobs live and no time limit
ends a worker in the middle. What was committed is never done twice.
"""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_whatsapp_gateway.processing.transaction import in_transaction

from ..engine.columns import RequiredColumns
from ..engine.no_run import NoRun
from ..engine.rollback import OriginalsGone, StillUsed
from ..engine.runner import Locked, OpenQuestions, Undecided, in_words
from ..engine.words import say
from .slice import Slice

_logger = logging.getLogger(__name__)

CRON = "crm_whatsapp_migration.ir_cron_migration"


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    beat_ids = fields.One2many("whatsapp.migration.beat", "run_id", readonly=True)

    # ------------------------------------------------------------- buttons
    def action_start(self):
        """Begin, or go on with what was paused, interrupted or failed."""
        self._check_questions()
        self._give("run")

    def action_rehearse(self):
        """Do everything in one transaction that is rolled back."""
        self._check_questions()
        self._give("dry")

    def action_verify(self):
        """Recount everything with code of its own; reads only."""
        self._give("verify")
        self.sudo().checks = []

    def action_pause(self):
        """Stop after the batch that is being written."""
        self.check_access("write")
        self.sudo().beat_ids.pause_asked = True

    def action_resume(self):
        """Go on with whatever was stopped."""
        if not self.stopped:
            raise UserError(self.env._("There is nothing to go on with."))
        beat = self.sudo().beat_ids
        # The command line leaves no beat.
        task = beat.task or "run"
        if task in ("run", "dry"):
            self._check_questions()
        self._give(task, force=beat.force, done=beat.done)

    def _give(self, task, force=False, done=0):
        """Leave a task to the worker and wake it.

        :param force: of ``rollback``
        :param done: parts of a verification that stand already
        """
        self.ensure_one()
        self.check_access("write")
        Beat = self.env["whatsapp.migration.beat"].sudo()
        at_work = Beat.search([("state", "=", "work")])
        abandoned = at_work._abandoned()
        if busy := at_work - abandoned:
            raise UserError(
                self.env._(
                    "%s is at work on this database already. Wait until it ends, or"
                    " pause it first.",
                    busy.run_id.display_name,
                )
            )
        self._check_may_begin(task)
        abandoned.write({"state": "interrupted", "in_hand": False})
        values = {
            "task": task,
            "state": "work",
            "in_hand": False,
            "pause_asked": False,
            "force": force,
            "noun": False,
            "done": done if task == "verify" else 0,
            "total": 0,
            "rate": 0,
            "eta": 0,
            "at": fields.Datetime.now(),
        }
        run = self.sudo()
        if run.beat_ids:
            run.beat_ids.write(values)
        else:
            Beat.create({"run_id": run.id, **values})
        run.error = False
        if task == "run":
            run.write({"state": "running", "user_id": self.env.uid})
        run.env.ref(CRON)._trigger()

    def _check_may_begin(self, task):
        """:raise UserError: the worker could not begin, with what to do"""
        cron = self.env.ref(CRON, raise_if_not_found=False)
        if not cron or not cron.sudo().active:
            raise UserError(
                self.env._(
                    "The scheduled action “WhatsApp: work on the migration” is off, so"
                    " nothing would happen. Switch it on under Settings ▸ Technical ▸"
                    " Scheduled Actions."
                )
            )
        if task == "run" and (other := self._other_unfinished()):
            raise UserError(
                self.env._(
                    "%s is not finished. Go on with it or roll it back first.",
                    other.display_name,
                )
            )

    # -------------------------------------------------------------- the cron
    @api.model
    def _cron_work(self):
        """Do one slice of the task there is."""
        beat = self.env["whatsapp.migration.beat"].search(
            [("state", "=", "work")], limit=1
        )
        if not beat or not beat._take(beat.run_id.id):
            return
        # What goes wrong is said to whoever asked for it.
        asker = beat.run_id.user_id or beat.run_id.create_uid
        run = beat.run_id.with_context(lang=asker.lang)
        try:
            if beat.in_hand:
                # Who began the last slice is no more. A person goes on: what killed
                # it may kill every next one as well.
                run._end(beat, "interrupted")
            else:
                beat._write_now({"in_hand": True})
                run._slice(beat)
        finally:
            beat._release(beat.run_id.id)

    def _slice(self, beat):
        part = Slice(beat)
        try:
            finished = self._work(beat.task, part)
        except Locked:
            # The command line is at work: the cron's next turn tries again.
            beat._write_now({"in_hand": False})
        except (OpenQuestions, Undecided):
            self._ask_again(beat, part)
        except StillUsed as used:
            found = used.words(self.env.lang or "en")
            self._end(beat, "failed", self._words_of_use(found))
        except (NoRun, OriginalsGone, RequiredColumns) as error:
            self._end(
                beat, "failed", say(error.words, error.values, self.env.lang or "en")
            )
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # noqa: BLE001 it is recorded on the run
            self._fail(beat, error)
        else:
            if finished:
                self._end(beat, "ended")
            elif part.paused:
                self._end(beat, "paused")
            else:
                self._go_on(beat)

    def _fail(self, beat, error):
        # Without traceback: a line of it may hold a customer's words.
        words = in_words(error)
        _logger.error("WhatsApp migration %s failed: %s", self.id, words)
        self._end(beat, "failed", words)

    def _ask_again(self, beat, part):
        """What is to be decided was not known when the database was looked at."""
        try:
            self._work_plan(part)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # noqa: BLE001 it is recorded on the run
            self._fail(beat, error)
        else:
            self._end(beat, "failed", self._words_of_change())

    def _words_of_use(self, found):
        words = self.env._(
            "Nothing was removed, for people have used it since. Roll back again and"
            " say what shall become of it:"
        )
        return "\n- ".join([words, *found])

    def _words_of_change(self):
        return self.env._(
            "Something more must be decided: see “What Will Happen”. What was moved"
            " before is whole."
        )

    def _go_on(self, beat):
        """The time of this slice is up, not the work."""
        run_id, task = self.id, beat.task

        def go_on(env):
            run = env[self._name].browse(run_id)
            run.beat_ids.in_hand = False
            if task == "run":
                run.state = "running"
            env.ref(CRON)._trigger()

        in_transaction(self.sudo().env, go_on)

    def _end(self, beat, state, error=False):
        """The background work is over, for good or until a person resumes it."""
        run_id, task = self.id, beat.task

        def end(env):
            run = env[self._name].browse(run_id)
            run.beat_ids.write({"state": state, "in_hand": False, "pause_asked": False})
            if error:
                run.error = error
            # A run that ended knows its own state: the engine wrote it.
            if task == "run" and state != "ended":
                run.state = state if run.started else "draft"

        in_transaction(self.sudo().env, end)
        self.env.invalidate_all()
