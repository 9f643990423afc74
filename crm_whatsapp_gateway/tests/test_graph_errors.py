from odoo.tests import BaseCase, tagged

from ..tools import graph_errors as errors


def _same(source):
    return source


@tagged("post_install", "-at_install")
class TestGraphErrors(BaseCase):
    def test_class_of_each_kind_of_error(self):
        table = {
            (2, 503): errors.TRANSIENT,
            (131000, 500): errors.TRANSIENT,
            (131016, 500): errors.TRANSIENT,
            (130429, 400): errors.RATE,
            (131056, 400): errors.RATE,
            (80007, 429): errors.RATE,
            (368, 403): errors.LATER,
            (190, 401): errors.AUTHENTICATION,
            (10, 403): errors.AUTHENTICATION,
            (200, 403): errors.AUTHENTICATION,
            (299, 403): errors.AUTHENTICATION,
            (100, 400): errors.PERMANENT,
            (131026, 400): errors.PERMANENT,
            (131047, None): errors.PERMANENT,
            (132001, 404): errors.PERMANENT,
            # Codes that Meta may add.
            (777777, 400): errors.PERMANENT,
            (777777, 401): errors.AUTHENTICATION,
            (777777, 429): errors.RATE,
            (777777, 500): errors.TRANSIENT,
            (None, 502): errors.TRANSIENT,
            (None, 302): errors.TRANSIENT,
            (None, 404): errors.PERMANENT,
        }
        for (code, status), kind in table.items():
            with self.subTest(code=code, status=status):
                data = {} if code is None else {"code": code}
                self.assertEqual(errors.read_error(data, status).rule.kind, kind)

    def test_only_an_outage_counts_for_the_breaker(self):
        outages = {code for code, rule in errors.RULES.items() if rule.outage}
        self.assertEqual(outages, {2, 131016, 131057, 133000, 133004})
        for code in outages:
            self.assertEqual(errors.RULES[code].kind, errors.TRANSIENT)

    def test_each_rule_says_what_to_do(self):
        for code, rule in errors.RULES.items():
            with self.subTest(code=code):
                self.assertTrue(rule.title)
                self.assertRegex(rule.advice, r"^[A-Z].+\.$")
                if rule.kind == errors.LATER:
                    self.assertGreater(rule.wait, 0)

    def test_metas_word_that_it_is_transient_decides_for_unknown_codes(self):
        data = {"code": 777777, "is_transient": True}
        self.assertEqual(errors.read_error(data, 400).rule.kind, errors.TRANSIENT)
        data = {"code": 132001, "is_transient": True}
        self.assertEqual(errors.read_error(data, 404).rule.kind, errors.PERMANENT)

    def test_words(self):
        data = {
            "message": "(#131026) Message undeliverable",
            "code": 131026,
            "error_data": {"messaging_product": "whatsapp", "details": "No account."},
        }
        words = errors.read_error(data, 400).get_text(_same)
        self.assertTrue(
            words.startswith("[131026] Message undeliverable: No account. The number")
        )

    def test_anything_can_be_read(self):
        for data in (None, "", "text", [], 5, {}, {"code": None}, {"error_data": "x"}):
            with self.subTest(data=data):
                error = errors.read_error(data, 500)
                self.assertIsNone(error.code)
                self.assertTrue(error.get_text(_same))
