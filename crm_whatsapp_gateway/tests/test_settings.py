import ast
from pathlib import Path

from lxml import etree

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.gateway.res_config_settings import LIMITS, PARAM, WORDS
from ..tools import const
from .common import WhatsappCase


@tagged("post_install", "-at_install")
class TestSettings(WhatsappCase):
    """Settings take effect, and nonsense is refused with a reason."""

    def _save(self, **vals):
        self.env["res.config.settings"].create(vals).execute()
        return self.env["res.config.settings"].create({})

    def _parameter(self, name):
        return (
            self.env["ir.config_parameter"]
            .sudo()
            .get_param(f"crm_whatsapp_gateway.{name}")
        )

    def test_nothing_changes_by_saving_what_is_there(self):
        again = self._save()
        self.assertEqual(
            (
                again.whatsapp_uncertain_minutes,
                again.whatsapp_max_age_hours,
                again.whatsapp_journal_days,
                again.whatsapp_media_megabytes,
                again.whatsapp_retry_waits,
            ),
            (10, 24, 30, 100, "60,300,900"),
        )
        self.assertTrue(again.whatsapp_close_with_lead)
        self.assertTrue(again.whatsapp_reopen_lost)
        self.assertIn("STOP", again.whatsapp_optout_words)

    def test_minutes_and_hours_are_kept_as_seconds(self):
        again = self._save(whatsapp_uncertain_minutes=5, whatsapp_max_age_hours=48)
        self.assertEqual(
            (again.whatsapp_uncertain_minutes, again.whatsapp_max_age_hours), (5, 48)
        )
        queue = self.env["whatsapp.message.queue"]
        self.assertEqual(queue._get_number("uncertain_grace", 0), 300)
        self.assertEqual(queue._get_number("max_age", 0), 48 * 3600)

    def test_a_journal_kept_for_good_stays_so(self):
        again = self._save(whatsapp_journal_days=0)
        self.assertEqual(again.whatsapp_journal_days, 0)
        self.assertEqual(self._parameter("journal_days"), "0")

    def test_numbers_with_which_nothing_works_are_refused(self):
        for name, value in (
            ("whatsapp_uncertain_minutes", 0),
            ("whatsapp_max_age_hours", 1000),
            ("whatsapp_read_timeout", -1),
            ("whatsapp_breaker_threshold", 0),
        ):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(ValidationError, "Write a number from"),
            ):
                self._save(**{name: value})

    def test_waits_that_cannot_be_read_are_refused(self):
        for waits in ("soon", "60,,900", "0,60"):
            with (
                self.subTest(waits=waits),
                self.assertRaisesRegex(ValidationError, "such as 60,300,900"),
            ):
                self._save(whatsapp_retry_waits=waits)

    def test_wishes_need_words_that_differ(self):
        with self.assertRaisesRegex(ValidationError, "is empty"):
            self._save(whatsapp_optout_words=" , ")
        with self.assertRaisesRegex(ValidationError, "cannot both"):
            self._save(whatsapp_optin_words="alta, stop")

    def test_a_word_of_ones_own_stops_messages(self):
        self._save(whatsapp_optout_words="no más")
        channel = self.receive(self._message(text="NO MAS"))
        self.assertTrue(channel.whatsapp_opted_out_at)

    def test_team_and_country_hold_where_the_gateway_says_nothing(self):
        team = self.env["crm.team"].create({"name": "Other", "use_leads": True})
        self.gateway.whatsapp_team_id = False
        self.company.country_id = False
        self._save(
            whatsapp_team_id=team.id, whatsapp_country_id=self.env.ref("base.pe").id
        )
        self.assertEqual(self.receive(self._message()).lead_id.team_id, team)
        self.assertEqual(self.gateway._whatsapp_countries(), ["PE"])

    def test_numbers_are_read_anew_when_the_country_changes(self):
        self.company.country_id = False
        lead = self.env["crm.lead"].create({"name": "x", "phone": "987654321"})
        number = [("lead_id", "=", lead.id), ("number", "=", "51987654321")]
        self.assertFalse(self.env["whatsapp.number"].search(number))
        self._save(whatsapp_country_id=self.env.ref("base.pe").id)
        self.assertTrue(self.env["whatsapp.number"].search(number))

    def test_numbers_are_read_anew_when_company_or_gateway_moves(self):
        lead = self.env["crm.lead"].create({"name": "x", "phone": "987654321"})
        number = [("lead_id", "=", lead.id), ("number", "=", "51987654321")]
        peru, numbers = self.env.ref("base.pe"), self.env["whatsapp.number"]

        self.gateway.whatsapp_country_id = peru
        self.assertTrue(numbers.search(number))
        self.gateway.whatsapp_country_id = False
        self.assertFalse(numbers.search(number))
        self.company.country_id = peru
        self.assertTrue(numbers.search(number))
        self.company.country_id = self.env.ref("base.co")
        self.assertFalse(numbers.search(number))

    def test_every_parameter_of_the_code_is_a_setting(self):
        """A15: nothing has to be looked up in the source and set by hand."""
        Settings = self.env["res.config.settings"]
        shown = {
            node.get("name")
            for node in etree.fromstring(Settings.get_view()["arch"]).iter("field")
        }
        settings = {
            field.config_parameter
            for name, field in Settings._fields.items()
            if name in shown and getattr(field, "config_parameter", None)
        }
        own = {**{n: one.parameter for n, one in LIMITS.items()}}
        own.update({name: parameter for name, (parameter, _words) in WORDS.items()})
        settings |= {PARAM + one for name, one in own.items() if name in shown}
        settings |= {
            PARAM + name
            for name in ("reopen_lost", "reuse_won", "close_with_lead", "link_preview")
            if f"whatsapp_{name}" in shown
        }

        self.assertEqual(sorted(self._parameters_of_the_code() - settings), [])

    def _parameters_of_the_code(self):
        """Names that the code reads, by what reads them."""
        readers = ("_get_number", "_whatsapp_param", "_whatsapp_opt_words", "get_param")
        found = {const.INBOUND_MODE, const.OUTBOUND_MODE, const.OUTSIDE_HOURS}
        for path in (Path(__file__).parents[1] / "models").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not node.args:
                    continue
                name = getattr(node.func, "attr", "")
                for part in ast.walk(node.args[0]):
                    if name in readers and isinstance(part, ast.Constant):
                        found.add(PARAM + part.value.removeprefix(PARAM))
        self.assertGreater(len(found), 15)
        return found - {PARAM}
