"""The worker's turns; the engine itself is played, its ends are what counts here."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..engine import runner
from ..engine.rollback import OriginalsGone, StillUsed
from ..engine.undo.uses import Use
from .common import MigrationCase


@tagged("post_install", "-at_install")
class TestWorker(MigrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tables()

    def setUp(self):
        super().setUp()
        self.migration = self.planned_run(
            decisions={
                "gateways": {"2": {"action": "skip"}},
                "templates": {"*": {"action": "skip"}},
                "chatter": "drop",
            }
        )
        self.assertFalse(self.migration.open_questions)

    def _plays(self, effect, task="run"):
        """Let the engine's part of a task end in a way."""
        return patch.object(
            type(self.Run), f"_work_{task}", lambda run, part: effect(run, part)
        )

    def _raises(self, error, task="run"):
        def effect(_run, _part):
            raise error

        return self._plays(effect, task)

    def _begins(self, _run, part):
        part.note("messages", 5000, 1_000_000, 4000.0, 248.0)
        return False

    @property
    def _triggers(self):
        return self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.cron.id)]
        )

    # ------------------------------------------------------------- progress
    def test_start_leaves_the_work_to_the_worker_and_wakes_it(self):
        before = self._triggers
        self.migration.action_start()

        self.assertEqual(self.migration.state, "running")
        self.assertEqual(self.migration.user_id, self.env.user)
        self.assertTrue(self.migration.at_work)
        self.assertEqual(self.migration.progress_words, "Waiting for the worker…")
        self.assertGreater(self._triggers, before)

    def test_a_slice_tells_how_far_it_is_and_goes_on(self):
        self.migration.action_start()
        before = self._triggers
        with self._plays(self._begins):
            self.turn()

        self.assertTrue(self.migration.at_work)
        self.assertFalse(self.migration.beat_ids.in_hand)
        self.assertGreater(self._triggers, before)
        self.assertEqual(self.migration.progress, 0.5)
        words = self.migration.progress_words
        self.assertIn("Messages: 5,000 of 1,000,000, 4,000 per second", words)
        self.assertIn("4 min 8 s left", words)
        self.assertIn("(step 6 of 10)", words)

    def test_the_end(self):
        self.migration.action_start()

        def finishes(run, _part):
            run.state = "done"
            return True

        with self._plays(finishes):
            self.turn()

        self.assertEqual(self.migration.beat_ids.state, "ended")
        self.assertEqual(self.migration.state, "done")
        self.assertFalse(self.migration.at_work)
        self.assertFalse(self.migration.stopped)

    # ------------------------------------------------------------- stopping
    def test_pause_and_resume(self):
        self.migration.action_start()
        self.migration.action_pause()
        self.assertTrue(self.migration.pausing)

        def heeds(_run, part):
            self.assertEqual(part.should_stop(), "paused")
            return False

        with self._plays(heeds):
            self.turn()
        self.assertEqual(self.migration.state, "draft")

        self.migration.started = "2026-01-01 00:00:00"
        self.migration.action_start()
        self.migration.action_pause()
        with self._plays(heeds):
            self.turn()
        self.assertEqual(self.migration.state, "paused")
        self.assertTrue(self.migration.stopped)

        self.migration.action_resume()
        self.assertEqual(self.migration.state, "running")
        self.assertFalse(self.migration.pausing)

    def test_a_worker_that_died_is_seen_and_a_person_goes_on(self):
        self.migration.action_start()
        self.migration.started = "2026-01-01 00:00:00"
        # Somebody took it in hand and holds no lock any more.
        self.migration.sudo().beat_ids.in_hand = True
        self.env.invalidate_all()
        self.assertTrue(self.migration.died)
        self.assertFalse(self.migration.at_work)
        self.assertEqual(self.migration.shown_state, "interrupted")

        def forbidden(_run, _part):
            raise AssertionError("what killed it may kill again")

        with self._plays(forbidden):
            self.turn()
        self.assertEqual(self.migration.state, "interrupted")
        self.assertTrue(self.migration.stopped)

        self.migration.action_resume()
        self.assertTrue(self.migration.at_work)
        with self._plays(lambda run, part: True):
            self.turn()
        self.assertEqual(self.migration.beat_ids.state, "ended")

    def test_an_error_is_recorded_without_what_people_wrote(self):
        self.migration.action_start()
        with (
            self._raises(ValueError("a column is missing")),
            self.assertLogs("odoo.addons.crm_whatsapp_migration", "ERROR") as logs,
        ):
            self.turn()

        self.assertEqual(self.migration.error, "ValueError: a column is missing")
        self.assertEqual(self.migration.beat_ids.state, "failed")
        self.assertNotIn("Traceback", logs.output[0])

    def test_the_command_line_at_work_is_waited_for(self):
        self.migration.action_start()
        with self._raises(runner.Locked()):
            self.turn()

        self.assertEqual(self.migration.beat_ids.state, "work")
        self.assertFalse(self.migration.beat_ids.in_hand)
        self.assertFalse(self.migration.error)

    def test_a_question_that_comes_up_later_is_asked(self):
        self.env.cr.execute(
            "INSERT INTO whatsapp_message (name, phone, message, direction, state,"
            " gateway_id) VALUES ('f', '3012345678 / 3012345679', 'x', 'outgoing',"
            " 'sent', 1)"
        )
        self.migration.action_start()
        with self._raises(runner.OpenQuestions([1], None)):
            self.turn()

        self.assertEqual(self.migration.state, "draft")
        self.assertEqual(self.migration.open_questions, 1)
        self.assertIn("more must be decided", self.migration.error)
        self.assertFalse(self.migration.at_work)

        self.answer(self.question(self.migration, "two_numbers"), "first")
        self.migration.action_start()
        self.assertFalse(self.migration.error)

    # ------------------------------------------------------------- one at a time
    def test_only_one_task_at_a_time(self):
        self.migration.action_start()
        other = self.Run.create({})
        with self.assertRaisesRegex(UserError, "is at work"):
            other.action_plan()

    def test_a_run_that_is_not_finished_comes_first(self):
        self.migration.action_start()
        self.migration.started = "2026-01-01 00:00:00"
        with self._plays(lambda run, part: part.should_pause() or False):
            self.migration.action_pause()
            self.turn()
        other = self.planned_run()
        with self.assertRaisesRegex(UserError, "not finished"):
            other.action_start()

    def test_a_worker_that_has_the_run_in_hand_keeps_it(self):
        self.migration.action_start()
        Beat = self.env["whatsapp.migration.beat"]
        with (
            patch.object(type(Beat), "_take", lambda beat, run_id: False),
            self._raises(AssertionError("not ours")),
        ):
            self.turn()

        self.assertFalse(self.migration.beat_ids.in_hand)

    def test_a_scheduled_action_that_is_off_is_said(self):
        self.cron.active = False
        with self.assertRaisesRegex(UserError, "is off"):
            self.migration.action_start()
        self.assertEqual(self.migration.state, "draft")

    def test_nobody_came_for_minutes(self):
        self.migration.action_start()
        self.assertFalse(self.migration.unheard)
        self.migration.sudo().beat_ids.at = "2026-01-01 00:00:00"
        self.env.invalidate_all()

        self.assertTrue(self.migration.unheard)

    # ------------------------------------------------------------- other tasks
    def test_a_run_of_the_command_line_can_be_gone_on_with(self):
        self.migration.unlink()
        run = self.Run.create({"state": "running", "started": "2026-01-01 00:00:00"})
        self.assertTrue(run.died)
        self.assertTrue(run.stopped)
        Beat = self.env["whatsapp.migration.beat"]
        with patch.object(type(Beat), "_is_engine_at_work", lambda beat: True):
            run.invalidate_recordset()
            self.assertTrue(run.elsewhere)
            self.assertFalse(run.stopped)

        run.invalidate_recordset()
        run.action_resume()
        self.assertEqual(run.task, "run")
        self.assertTrue(run.at_work)

    def test_what_the_command_line_was_asked_is_kept(self):
        self.migration.options = {"country": "MX", "batch": 50, "gateway_map": {"3": 7}}
        self.migration.country_id = False
        options = self.migration._options()

        self.assertEqual((options.country, options.batch), ("MX", 50))
        self.assertEqual(options.gateway_map, {3: 7})

    def test_a_rehearsal_leaves_its_figures_and_nothing_else(self):
        self.migration.action_rehearse()

        def rehearses(run, _part):
            counts = {"moved": 3, "existing": 0, "skipped": {"draft": 2}}
            run._write_now({"rehearsal": {"whatsapp_message": counts}})
            return True

        with self._plays(rehearses, "dry"):
            self.turn()

        self.assertEqual(self.migration.state, "draft")
        self.assertIn("Rehearsal", self.migration.result_html)
        self.assertIn("draft that was never sent", self.migration.result_html)

    def test_verification_goes_on_where_the_slice_ended(self):
        self.migration.write({"state": "done", "started": "2026-01-01 00:00:00"})
        self.migration.action_verify()
        looks = []

        def look(_run, one):
            looks.append(one)
            return []

        with (
            patch.object(type(self.Run), "_look", look),
            patch.object(
                type(self.Run), "_work_verify", self._stops_after(2, looks)
            ) as _stopped,
        ):
            self.turn()
        self.assertEqual(len(looks), 2)
        self.assertEqual(self.migration.beat_ids.done, 2)
        with patch.object(type(self.Run), "_look", look):
            self.turn()

        self.assertEqual(len(looks), len(set(looks)))
        self.assertEqual(self.migration.beat_ids.state, "ended")

    def _stops_after(self, count, looks):
        work = type(self.Run)._work_verify

        def stopped(run, part):
            with patch.object(part, "should_stop", lambda: len(looks) >= count):
                return work(run, part)

        return stopped

    def test_a_rollback_that_would_take_what_people_use(self):
        self.migration.write({"state": "done", "started": "2026-01-01 00:00:00"})
        self.migration._give("rollback")
        used = StillUsed([Use("mail_message", "discuss_channel", 2)])
        with self._raises(used, "rollback"):
            self.turn()

        self.assertIn("later messages", self.migration.error)
        self.assertIn("say what shall become", self.migration.error)

    def test_a_rollback_of_the_only_copy_is_refused_in_plain_words(self):
        self.migration.write({"state": "done", "started": "2026-01-01 00:00:00"})
        self.migration._give("rollback")
        with self._raises(OriginalsGone(7), "rollback"):
            self.turn()

        self.assertTrue(self.migration.error.startswith("Nothing was removed: of 7"))

    def test_only_what_never_began_can_be_deleted(self):
        self.migration.started = "2026-01-01 00:00:00"
        with self.assertRaisesRegex(UserError, "evidence"):
            self.migration.unlink()
        self.Run.create({}).unlink()
