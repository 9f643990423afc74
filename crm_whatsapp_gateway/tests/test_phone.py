from odoo.tests import BaseCase, tagged

from ..tools.phone import (
    find_numbers,
    key_of,
    numbers_in,
    to_e164,
    variants,
    wa_id_to_e164,
)


@tagged("post_install", "-at_install")
class TestPhone(BaseCase):
    """A3: one person whatever the notation."""

    def test_every_notation_of_a_colombian_number_is_one(self):
        for text in (
            "3012345678",
            "+57 301 234 5678",
            "(301) 234-5678",
            "+573012345678",
            "57 3012345678",
            "0057 301 234 5678",
        ):
            with self.subTest(text=text):
                self.assertEqual(to_e164(text), "+573012345678")

    def test_forms_that_are_no_longer_dialled_are_read(self):
        for text, dialled in (
            ("551187654321", "+5511987654321"),
            ("+55 11 8765-4321", "+5511987654321"),
            ("+521 55 1234 5678", "+525512345678"),
        ):
            with self.subTest(text=text):
                self.assertEqual(to_e164(text), dialled)

    def test_a_number_with_prefix_is_not_read_as_colombian(self):
        self.assertEqual(to_e164("+34 612 34 56 78", ["CO"]), "+34612345678")
        self.assertEqual(wa_id_to_e164("34612345678"), "+34612345678")

    def test_the_country_given_first_wins_on_a_national_number(self):
        self.assertEqual(to_e164("612 34 56 78", ["ES", "CO"]), "+34612345678")

    def test_what_is_no_number_gives_nothing(self):
        for text in ("", None, "abc", "12", "+"):
            with self.subTest(text=text):
                self.assertEqual(to_e164(text), "")

    def test_variants_of_brazil_mexico_argentina_share_a_key(self):
        for one, other in (
            ("551187654321", "5511987654321"),
            ("5215512345678", "525512345678"),
            ("5491123456789", "541123456789"),
        ):
            with self.subTest(one=one):
                self.assertEqual(key_of(one), key_of(other))
                self.assertIn(other, variants(one))
                self.assertIn(one, variants(other))

    def test_a_brazilian_fixed_line_gets_no_ninth_digit(self):
        self.assertEqual(key_of("551134567890"), "551134567890")

    def test_two_numbers_in_one_field_are_two(self):
        self.assertEqual(
            [to_e164(part) for part in numbers_in("3012345678 / 3112223344")],
            ["+573012345678", "+573112223344"],
        )

    def test_a_number_is_found_in_what_people_write(self):
        for text, *found in (
            ("+57 301 555 0117 ext. 12", "+573015550117"),
            ("3015550117x12", "+573015550117"),
            ("+57 (0)301 5550117", "+573015550117"),
            ("3015550117.0", "+573015550117"),
            ("3.015550117E+09", "+573015550117"),
            ("+57+573015550117", "+573015550117"),
            ("+57 57 301 555 0117", "+573015550117"),
            ("Cel: 301 555 0117", "+573015550117"),
            ("301 555 0117 (Ana, casa 2)", "+573015550117"),
            ("3015550117 - 3105550118", "+573015550117", "+573105550118"),
            ("3015550117-3105550118", "+573015550117", "+573105550118"),
            ("3015550117\n3105550118", "+573015550117", "+573105550118"),
            ("3015550117 y 3105550118", "+573015550117", "+573105550118"),
            ("3015550117 3105550118", "+573015550117", "+573105550118"),
            ("3015550117 / +57 301 555 0117", "+573015550117"),
            ("601 555 0117 ext 5 / 3015550117", "+576015550117", "+573015550117"),
            ("2015-12-31",),
            ("no tiene",),
            ("9" * 5000,),
            ("",),
            (None,),
        ):
            with self.subTest(text=text):
                self.assertEqual(find_numbers(text, ["ES"]), found)

    def test_an_id_in_any_notation_is_among_its_own_variants(self):
        self.assertEqual(variants("+573015550117")[0], "+573015550117")
        self.assertIn("573015550117", variants("+573015550117"))
