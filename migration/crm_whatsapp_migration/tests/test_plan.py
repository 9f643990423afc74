import base64
import json

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import MigrationCase


@tagged("post_install", "-at_install")
class TestNothing(MigrationCase):
    """A database that never had the old module."""

    def test_the_screen_says_that_there_is_nothing(self):
        run = self.planned_run()

        self.assertTrue(run.planned)
        self.assertTrue(run.nothing)
        self.assertIn("whatsapp_message", run.plan_html)
        self.assertFalse(run.question_ids)
        for action in (run.action_start, run.action_rehearse):
            with self.assertRaisesRegex(UserError, "nothing to migrate"):
                action()
        self.assertEqual(run.state, "draft")


@tagged("post_install", "-at_install")
class TestPlan(MigrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tables()

    def test_it_says_in_words_what_will_happen(self):
        run = self.planned_run()

        self.assertFalse(run.nothing)
        self.assertFalse(run.blocked)
        self.assertIn("Messages", run.plan_html)
        self.assertIn("sin número", run.plan_html)
        self.assertNotIn("<b>?</b>", run.plan_html)
        self.assertEqual(run.plan["expected"]["whatsapp_message"]["total"], 5)

    def test_it_speaks_the_readers_language(self):
        self.env["res.lang"]._activate_lang("es_419")
        run = self.planned_run().with_context(lang="es_419")

        self.assertIn("mensajes", run.plan_html)
        self.assertIn("Twilio no", self.question(run, "gateways", "2", "action").words)

    def test_nothing_starts_before_it_was_looked_at_and_answered(self):
        run = self.Run.create({})
        with self.assertRaisesRegex(UserError, "Look at the database"):
            run.action_start()
        run.action_plan()
        self.turn()

        with self.assertRaisesRegex(UserError, f"{run.open_questions} questions"):
            run.action_start()
        self.assertEqual(run.state, "draft")

    def test_what_is_offered_for_a_gateway(self):
        question = self.question(self.planned_run(), "gateways", "2", "action")

        named = {one.value: one.display_name for one in question.choice_ids}
        self.assertIn("skip", named)
        self.assertIn(self.today.name, named[f"map:{self.today.id}"])
        # Twilio has no counterpart.
        self.assertNotIn("create", named)

    def test_answers_become_decisions(self):
        run = self.planned_run()
        twilio = self.question(run, "gateways", "2", "action")
        self.answer(twilio, f"map:{self.today.id}")
        self.answer(self.question(run, "variables", "name"), "contact_name")

        decisions = run._decisions()

        self.assertEqual(
            decisions["gateways"]["2"], {"action": "map", "gateway": self.today.id}
        )
        self.assertEqual(decisions["variables"], {"name": "contact_name"})

    def test_an_answered_question_is_shown_answered_when_looked_at_again(self):
        run = self.planned_run()
        self.answer(self.question(run, "gateways", "2", "action"), "skip")
        still = run.open_questions
        run.action_plan()
        self.turn()

        self.assertEqual(run.open_questions, still)
        self.assertEqual(
            self.question(run, "gateways", "2", "action").choice_id.value, "skip"
        )
        expected = run.plan["expected"]["whatsapp_message"]
        self.assertEqual(expected["skipped"]["gateway_skipped"], 1)

    def test_the_suggestions_answer_what_has_one(self):
        run = self.planned_run()
        run.action_take_suggestions()

        self.assertFalse(run.suggestions)
        category = self.question(run, "templates", "2", "category")
        self.assertEqual(category.choice_id.value, "utility")
        # Nobody can know what becomes of Twilio.
        self.assertFalse(self.question(run, "gateways", "2", "action").answered)

    def test_one_answer_for_all_questions_of_a_kind(self):
        run = self.planned_run()
        first = self.question(run, "templates", "1", "action")
        second = self.question(run, "templates", "2", "action")
        with self.assertRaisesRegex(UserError, "first"):
            first.action_same_for_all()
        self.answer(first, "skip")
        first.action_same_for_all()

        self.assertEqual(second.choice_id.value, "skip")
        self.assertFalse(self.question(run, "gateways", "2", "action").answered)

    def test_an_answer_that_the_file_would_not_take_is_refused(self):
        run = self.planned_run()
        with self.assertRaisesRegex(ValidationError, "variables.name"):
            self.question(run, "variables", "name").text = "not a field!"

    def test_an_answer_of_another_question_is_refused(self):
        run = self.planned_run()
        twilio = self.question(run, "gateways", "2", "action")
        template = self.question(run, "templates", "1", "action")
        with self.assertRaisesRegex(ValidationError, "another question"):
            template.choice_id = twilio.choice_ids[0]

    def test_drafts_may_be_kept(self):
        run = self.planned_run()
        drafts = self.question(run, "drafts")
        self.assertFalse(drafts.blocks)
        self.answer(drafts, "note")
        run.action_plan()
        self.turn()

        self.assertEqual(run.decisions["drafts"], "note")
        self.assertEqual(self.question(run, "drafts").choice_id.value, "note")
        self.assertFalse(run.plan["expected"]["whatsapp_message"]["skipped"])

    def test_a_gateway_that_is_gone_can_be_mapped(self):
        self.env.cr.execute(
            """
            ALTER TABLE whatsapp_message DROP CONSTRAINT
                whatsapp_message_gateway_id_fkey;
            UPDATE whatsapp_message SET gateway_id = 99 WHERE id = 4
            """
        )
        run = self.planned_run()
        gone = self.question(run, "gateways", "99", "action")
        self.assertFalse(gone.blocks)
        self.answer(gone, f"map:{self.today.id}")
        run.action_plan()
        self.turn()

        self.assertTrue(self.question(run, "gateways", "99", "action").answered)
        self.assertNotIn(
            "gateway_missing", run.plan["expected"]["whatsapp_message"]["rejected"]
        )

    def test_a_new_run_begins_with_what_was_decided(self):
        run = self.planned_run()
        self.answer(self.question(run, "gateways", "2", "action"), "skip")
        run.action_plan()
        self.turn()
        later = self.planned_run()

        self.assertEqual(
            self.question(later, "gateways", "2", "action").choice_id.value, "skip"
        )

    def test_a_decisions_file_is_taken(self):
        run = self.planned_run()
        self.answer(self.question(run, "gateways", "2", "action"), "skip")
        content = {"gateways": {"2": {"action": "map", "gateway": self.today.id}}}
        run.decisions_file = base64.b64encode(json.dumps(content).encode())

        self.assertFalse(run.planned)
        run.action_plan()
        self.turn()
        self.assertEqual(
            self.question(run, "gateways", "2", "action").choice_id.value,
            f"map:{self.today.id}",
        )

    def test_a_file_that_cannot_be_used_says_why(self):
        run = self.Run.create({})
        for content, words in (
            (b"no json", "no decisions file"),
            (b"[1]", "no decisions file"),
            (b'{"unknown": 1}', "unknown: no question"),
            (b'{"two_numbers": "third"}', "two_numbers: 'third'"),
        ):
            with self.assertRaisesRegex(UserError, words):
                run.decisions_file = base64.b64encode(content)

    def test_an_answer_that_the_plan_cannot_use_is_open_again(self):
        content = {"gateways": {"2": {"action": "map", "gateway": 999_999}}}
        run = self.Run.create({"decisions": content})
        run.action_plan()
        self.turn()

        self.assertFalse(self.question(run, "gateways", "2", "action").answered)
        self.assertTrue(run.open_questions)
