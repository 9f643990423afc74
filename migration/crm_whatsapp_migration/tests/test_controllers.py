import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MigrationCase

FILES = ("report.html", "report.json", "rows.csv", "decisiones.json")


@tagged("post_install", "-at_install")
class TestControllers(MigrationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_tables()
        for user in (cls.env.user, cls.adviser, cls.director):
            user.password = f"{user.login}-password-1"

    def setUp(self):
        super().setUp()
        self.migration = self.Run.create(
            {"state": "done", "started": "2026-01-01", "decisions": {"chatter": "drop"}}
        )
        self.item(reason="phone_letters")
        self.env.flush_all()

    def _login(self, user):
        self.authenticate(user.login, f"{user.login}-password-1")

    def _get(self, name, run=None):
        return self.url_open(f"/whatsapp_migration/{(run or self.migration).id}/{name}")

    def test_an_administrator_gets_each_file(self):
        self._login(self.env.user)
        for name in FILES:
            answer = self._get(name)

            self.assertEqual(answer.status_code, 200, name)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn(
                "default-src 'none'", answer.headers["Content-Security-Policy"]
            )
            attached = "attachment" in answer.headers.get("Content-Disposition", "")
            self.assertEqual(attached, name != "report.html")

    def test_what_is_in_them(self):
        self._login(self.env.user)

        page = self._get("report.html").text
        self.assertIn("palabras en lugar", page)
        # What a customer wrote is shown, never run.
        self.assertIn("&lt;b&gt;?&lt;/b&gt;", page)
        self.assertNotIn("<b>?</b>", page)
        self.assertEqual(json.loads(self._get("report.json").text)["version"], 1)
        rows = self._get("rows.csv").text.splitlines()
        self.assertIn("whatsapp_message,3,rejected,phone_letters", rows[1])
        decisions = self._get("decisiones.json").json()
        self.assertEqual((decisions["version"], decisions["chatter"]), (1, "drop"))

    @mute_logger("odoo.http")
    def test_nobody_else_gets_one(self):
        for user in (self.adviser, self.director):
            self._login(user)
            for name in FILES:
                answer = self._get(name)
                self.assertEqual(answer.status_code, 403, (user.login, name))
                self.assertNotIn("phone_letters", answer.text)
        self.authenticate(None, None)
        for name in FILES:
            answer = self._get(name)
            self.assertNotIn("phone_letters", answer.text)
            self.assertIn("/web/login", answer.url)

    def test_what_there_is_not(self):
        self._login(self.env.user)
        self.assertEqual(self._get("passwords.txt").status_code, 404)
        self.assertEqual(
            self._get("report.html", self.Run.browse(999_999)).status_code, 404
        )
