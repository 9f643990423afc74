import json

from odoo.tests import BaseCase, tagged

from ..tools.template_components import build_components, needs_file, set_media_id
from ..tools.template_definition import NAMED, POSITIONAL, parse
from ..tools.template_rendering import (
    clean_value,
    clean_values,
    find_problems,
    render,
    url_suffix,
)
from .common_template import meta_template, url_button

# A woman at a computer: two signs and a joiner.
EMOJI = "\U0001f469\u200d\U0001f4bb"


def filled(definition, **given):
    """Cleaned values: those given by ``part_name``, else the variable's key."""
    values = {variable.key: variable.key for variable in definition.variables}
    values |= {key.replace("_", ":"): value for key, value in given.items()}
    return clean_values(definition, values)


@tagged("post_install", "-at_install")
class TestTemplateDefinition(BaseCase):
    """A23: whatever Meta's answer looks like, something is made of it."""

    def codes(self, data):
        return [(problem.code, problem.detail) for problem in parse(data).problems]

    def test_numbers_are_in_their_order_however_they_stand(self):
        body = " ".join(f"{{{{{number}}}}} x" for number in (10, 2, 11, 1, 3, 9))
        names = [one.name for one in parse(meta_template(body=body)).variables]
        self.assertEqual(names, ["1", "2", "3", "9", "10", "11"])

    def test_names_are_in_the_order_of_the_text(self):
        body = "Hola {{nombre}}, su {{cita}} es el {{fecha}}, {{nombre}}."
        definition = parse(meta_template(body=body, parameter_format="NAMED"))
        self.assertEqual(
            [one.key for one in definition.variables],
            ["body:nombre", "body:cita", "body:fecha"],
        )

    def test_the_format_is_seen_where_meta_does_not_say_it(self):
        for body, expected in (
            ("a {{nombre}} b", NAMED),
            ("a {{1}} b", POSITIONAL),
            ("a", POSITIONAL),
        ):
            data = meta_template(body=body)
            del data["parameter_format"]
            self.assertEqual(parse(data).parameter_format, expected, body)

    def test_samples_are_kept_in_either_shape(self):
        plain = meta_template(body="a {{1}} b {{2}} c")
        plain["components"][0]["example"] = {"body_text": [["uno", "dos"]]}
        named = meta_template(body="a {{x}} b {{y}} c", parameter_format="NAMED")
        named["components"][0]["example"] = {
            "body_text_named_params": [
                {"param_name": "y", "example": "dos"},
                {"param_name": "x", "example": "uno"},
            ]
        }
        for data in (plain, named):
            samples = [one.example for one in parse(data).variables]
            self.assertEqual(samples, ["uno", "dos"])

    def test_what_cannot_be_sent_says_why(self):
        supported = meta_template(
            header={"format": "LOCATION"},
            buttons=[url_button(), {"type": "FLOW", "text": "Abrir"}],
        )
        self.assertEqual(self.codes(supported), [])
        for vals, expected in (
            ({"header": {"format": "PRODUCT"}}, ("header", "PRODUCT")),
            ({"buttons": [{"type": "MPM", "text": "x"}]}, ("button", "MPM")),
            ({"category": "AUTHENTICATION"}, ("authentication", "")),
            ({"category": "OTP"}, ("category", "OTP")),
            ({"status": "FLAGGED"}, ("status", "FLAGGED")),
            ({"components": [{"type": "CAROUSEL"}]}, ("carousel", "")),
            ({"components": [{"type": "NEW"}]}, ("component", "NEW")),
            ({"components": "x"}, ("shape", "components")),
        ):
            self.assertIn(expected, self.codes(meta_template(**vals)), vals)

    def test_nothing_that_meta_leaves_out_raises(self):
        data = meta_template(
            header="Hola {{1}}",
            footer="pie",
            buttons=[url_button()],
            quality_score={"score": "GREEN"},
        )
        for path in self._paths(data):
            for odd in (None, [], {}, "x", 7, [None]):
                copy = json.loads(json.dumps(data))
                self._put(copy, path, odd)
                definition = parse(copy)
                self.assertIsInstance(definition.variables, tuple, (path, odd))

    def _paths(self, value, path=()):
        if path:
            yield path
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items if isinstance(value, dict | list) else ():
            yield (*path, key)
            if isinstance(part, dict | list):
                yield from self._paths(part, (*path, key))

    def _put(self, data, path, odd):
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = odd


@tagged("post_install", "-at_install")
class TestTemplateRendering(BaseCase):
    """A24: values as Meta takes them, and the text that the customer reads."""

    def test_white_space_is_folded(self):
        for given, expected in (
            ("Línea 1\nLínea 2\t\tfin     x", "Línea 1 Línea 2 fin x"),
            ("  a\u00a0\u2003b\r\n", "a b"),
            ("\u200b\ufeff\u3164 ", ""),
            ("a\x00b\x1bc", "a b c"),
            ("A\u200dna", "Ana"),
            (EMOJI + " ok", EMOJI + " ok"),
        ):
            self.assertEqual(clean_value(given), expected, repr(given))

    def test_an_address_is_cut_to_what_its_button_lacks(self):
        for url, value, expected in (
            ("https://x.co/c/{{1}}", "COT-1", "COT-1"),
            ("https://x.co/c/{{1}}", "https://x.co/c/COT-1", "COT-1"),
            ("https://x.co/{{1}}/ver", "https://x.co/7/ver", "7"),
            ("https://x.co/c/{{1}}", "https://y.co/c/1", "https://y.co/c/1"),
        ):
            self.assertEqual(url_suffix(url, value), expected)

    def test_a_value_is_no_placeholder(self):
        definition = parse(meta_template(body="a {{1}} b {{2}} c"))
        values = filled(definition, body_1="{{2}}", body_2="dos")
        self.assertEqual(render(definition, values).body, "a {{2}} b dos c")

    def test_the_text_has_every_part(self):
        definition = parse(
            meta_template(
                header="Hola {{1}}",
                body="Su cotización {{1}}",
                footer="Luker",
                buttons=[
                    url_button(),
                    {"type": "QUICK_REPLY", "text": "Baja"},
                    {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+57"},
                ],
            )
        )
        values = filled(
            definition,
            header_1="Ana",
            body_1="COT-1",
            button_0_1="x",
        )
        self.assertEqual(
            render(definition, values).as_text(),
            "*Hola Ana*\n\nSu cotización COT-1\n\n_Luker_\n\n"
            "▸ Ver (https://ejemplo.co/p/x)\n▸ Baja\n▸ Llamar (+57)",
        )

    def test_what_meta_would_refuse_is_found(self):
        code = {"type": "COPY_CODE", "text": "c", "example": ["A"]}
        place = {"format": "LOCATION"}
        for vals, given, expected in (
            ({"body": "a {{1}} b"}, {"body_1": " \u200b "}, "missing"),
            ({"body": "a {{1}} b"}, {"body_1": "x" * 1021}, "body_length"),
            ({"header": "a {{1}}"}, {"header_1": "x" * 60}, "header_length"),
            ({"buttons": [code]}, {"button_0_code": "A-1"}, "code"),
            ({"buttons": [code]}, {"button_0_code": "A" * 21}, "code"),
            ({"buttons": [url_button()]}, {"button_0_1": "a b"}, "url_length"),
            ({"header": place}, {"location_latitude": "91"}, "coordinate"),
            ({"header": place}, {"location_longitude": "x"}, "coordinate"),
        ):
            definition = parse(meta_template(**vals))
            good = {"location_latitude": "4.7", "location_longitude": "-74"}
            values = filled(definition, **(good | given))
            codes = [one.code for one in find_problems(definition, values)]
            self.assertEqual(codes, [expected], vals)

    def test_a_place_needs_no_name(self):
        definition = parse(meta_template(header={"format": "LOCATION"}))
        values = {"location:latitude": "4.7", "location:longitude": "-74.1"}
        self.assertEqual(find_problems(definition, values), ())
        self.assertEqual(
            build_components(definition, values)[0]["parameters"][0]["location"],
            {"latitude": "4.7", "longitude": "-74.1"},
        )


@tagged("post_install", "-at_install")
class TestTemplateComponents(BaseCase):
    """A23: each kind of part as Meta wants it."""

    def build(self, data, *, media_id="", file_name="", payloads=None, **given):
        definition = parse(data)
        return build_components(
            definition,
            filled(definition, **given),
            media_id=media_id,
            file_name=file_name,
            payloads=payloads,
        )

    def test_without_variables_nothing_is_sent_along(self):
        data = meta_template(
            header="Hola",
            footer="pie",
            buttons=[
                {"type": "QUICK_REPLY", "text": "Sí"},
                {"type": "PHONE_NUMBER", "text": "Llamar", "phone_number": "+57"},
                {"type": "URL", "text": "Ver", "url": "https://x.co"},
            ],
        )
        self.assertEqual(self.build(data), [])

    def test_named_parameters_bear_their_names(self):
        data = meta_template(
            header="Hola {{nombre}}", body="a {{fecha}} b", parameter_format="NAMED"
        )
        self.assertEqual(
            self.build(data, header_nombre="Ana", body_fecha="hoy"),
            [
                {
                    "type": "header",
                    "parameters": [
                        {"type": "text", "text": "Ana", "parameter_name": "nombre"}
                    ],
                },
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "text": "hoy", "parameter_name": "fecha"}
                    ],
                },
            ],
        )

    def test_files_of_a_header(self):
        for kind in ("image", "video", "document"):
            data = meta_template(header={"format": kind.upper()})
            made = self.build(data, media_id="m1", file_name="a.pdf")
            media = {"id": "m1"}
            if kind == "document":
                media["filename"] = "a.pdf"
            self.assertEqual(
                made, [{"type": "header", "parameters": [{"type": kind, kind: media}]}]
            )

    def test_the_id_of_a_file_is_put_in_later(self):
        data = meta_template(header={"format": "IMAGE"}, body="a {{1}} b")
        template = {"components": self.build(data, media_id="uploaded-when-sent")}
        self.assertTrue(needs_file(template))
        ready = set_media_id(template, "m1")
        self.assertFalse(needs_file(ready))
        self.assertEqual(
            ready["components"][0]["parameters"],
            [{"type": "image", "image": {"id": "m1"}}],
        )
        self.assertEqual(ready["components"][1], template["components"][1])
        self.assertFalse(needs_file({"components": self.build(meta_template())}))

    def test_buttons_with_parameters(self):
        data = meta_template(
            buttons=[
                {"type": "QUICK_REPLY", "text": "Baja"},
                {"type": "QUICK_REPLY", "text": "Más"},
                url_button(),
                {"type": "COPY_CODE", "text": "Copiar", "example": ["A"]},
                {"type": "FLOW", "text": "Abrir"},
                {"type": "CATALOG", "text": "Ver catálogo"},
            ]
        )
        made = self.build(
            data,
            payloads={0: "optout:marketing"},
            button_2_1="COT-1",
            button_3_code="NAVIDAD25",
        )
        self.assertEqual(
            [(one["sub_type"], one["index"], one.get("parameters")) for one in made],
            [
                (
                    "quick_reply",
                    0,
                    [{"type": "payload", "payload": "optout:marketing"}],
                ),
                ("url", 2, [{"type": "text", "text": "COT-1"}]),
                ("copy_code", 3, [{"type": "coupon_code", "coupon_code": "NAVIDAD25"}]),
                ("flow", 4, [{"type": "action", "action": {"flow_token": "unused"}}]),
                ("catalog", 5, None),
            ],
        )

    def test_a_limited_time_offer_has_its_end(self):
        data = meta_template()
        data["components"].insert(
            0,
            {
                "type": "LIMITED_TIME_OFFER",
                "limited_time_offer": {"text": "Hoy", "has_expiration": True},
            },
        )
        self.assertEqual(
            self.build(data, offer_expiration="1767139199000"),
            [
                {
                    "type": "limited_time_offer",
                    "parameters": [
                        {
                            "type": "limited_time_offer",
                            "limited_time_offer": {"expiration_time_ms": 1767139199000},
                        }
                    ],
                }
            ],
        )
