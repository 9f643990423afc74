import random

from odoo.tests import BaseCase, tagged

from ..tools.text_parts import CannotBeSplit, length_of, split_text
from ..tools.whatsapp_text import html_to_plain, whatsapp_to_html
from .test_whatsapp_text import Texts, letters


@tagged("post_install", "-at_install")
class TestTextParts(BaseCase):
    """Texts longer than one WhatsApp message."""

    def check(self, text, limit, parts):
        self.assertEqual(split_text(text, limit), parts)

    def test_short_text_is_one_part(self):
        self.check("hola\n\nAna", 9, ["hola\n\nAna"])
        self.check("", 9, [])

    def test_ends_at_an_empty_line_before_the_end_of_a_line_before_a_blank(self):
        self.check("uno dos\n\ntres\ncuatro", 15, ["uno dos", "tres\ncuatro"])
        self.check("uno dos\ntres cuatro", 14, ["uno dos", "tres cuatro"])
        self.check("uno dos tres", 8, ["uno dos", "tres"])
        self.check("a\n\nb\n\nc", 4, ["a\n\nb", "c"])
        self.check("abcd efgh", 4, ["abcd", "efgh"])

    def test_five_thousand_characters_are_two_parts(self):
        first, second = "palabra " * 400, "otra " * 360
        text = f"{first.strip()}\n\n{second.strip()}"
        self.assertGreater(len(text), 4096)
        self.check(text, 4096, [first.strip(), second.strip()])

    def test_never_within_a_word_or_address(self):
        url = "https://x.co/plan?a=1&b=2"
        self.check(f"ver {url} ya", 26, ["ver", url, "ya"])
        for text in ("x" * 11, f"ver {url}"):
            with self.assertRaises(CannotBeSplit):
                split_text(text, 10)

    def test_not_within_marks_that_fit(self):
        self.check("uno *dos tres* x", 13, ["uno", "*dos tres* x"])
        self.check("uno `dos tres` x", 13, ["uno", "`dos tres` x"])
        self.check("uno\n```a\n\nb```", 11, ["uno", "```a\n\nb```"])

    def test_marks_further_apart_than_a_part_are_set_again(self):
        self.check("*uno dos tres*", 10, ["*uno dos*", "*tres*"])
        self.check("*_uno dos_ tres cuatro*", 14, ["*_uno dos_*", "*tres cuatro*"])
        self.check("```uno\ndos\ntres```", 14, ["```uno\ndos```", "```tres```"])

    def test_an_emoji_counts_as_two(self):
        self.assertEqual(length_of("a\U0001f600"), 3)
        self.check(
            "\U0001f600\U0001f600 \U0001f600\U0001f600",
            4,
            ["\U0001f600\U0001f600", "\U0001f600\U0001f600"],
        )

    def test_any_text_keeps_its_letters_and_each_part_its_marks(self):
        for seed in range(100):
            text = Texts(seed).text()
            limit = random.Random(seed).randint(80, 200)
            with self.subTest(seed=seed, text=text, limit=limit):
                parts = split_text(text, limit)
                self.assertLessEqual(max(map(length_of, parts)), limit)
                shown = [html_to_plain(whatsapp_to_html(part)) for part in parts]
                whole = html_to_plain(whatsapp_to_html(text))
                self.assertEqual(letters("".join(shown)), letters(whole))
                for mark in ("*", "_", "~"):
                    self.assertEqual(
                        "".join(shown).count(mark), whole.count(mark), "no mark is cut"
                    )
