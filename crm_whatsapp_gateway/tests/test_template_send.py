import base64
from datetime import UTC, datetime

import babel.dates

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_outbound import OTHER_CUSTOMER
from .common_template import TemplateCase, meta_template, url_button

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9aw"
    "AAAABJRU5ErkJggg=="
)


def fixed(text):
    return {"source": "fixed", "fixed_value": text}


@tagged("post_install", "-at_install")
class TestTemplateSend(TemplateCase):
    """A23, A24: what Meta gets of a template, and what the chatter shows."""

    def texts(self, components, part="body"):
        [found] = [one for one in components if one["type"] == part]
        return [parameter["text"] for parameter in found["parameters"]]

    def chatter(self):
        return self.lead_messages(self.lead)[-1]

    def test_eleven_variables_keep_their_places(self):
        numbers = (11, 3, 10, 1, 2, 4, 5, 6, 7, 8, 9)
        body = " ".join(f"x {{{{{number}}}}}" for number in numbers) + " fin"
        sources = {f"body_{number}": fixed(f"v{number}") for number in numbers}
        template = self.bring(meta_template(body=body), **sources)
        components = self.deliver(template)
        self.assertEqual(
            self.texts(components), [f"v{number}" for number in range(1, 12)]
        )
        self.assertEqual(
            self.chatter(), " ".join(f"x v{number}" for number in numbers) + " fin"
        )

    def test_named_variables_in_the_customers_language_and_zone(self):
        self.adviser.tz = "America/Bogota"
        self.lead.contact_name = "Ana"
        self.lead.date_closed = datetime(2026, 12, 1, 20, 0)  # noqa: DTZ001
        template = self.bring(
            meta_template(
                "recordatorio_cita",
                body="Hola {{nombre}}, tu cita es {{fecha}}.",
                language="es_CO",
                parameter_format="NAMED",
            ),
            body_nombre="contact_name",
            body_fecha="date_closed",
        )
        components = self.deliver(template)
        local = datetime(2026, 12, 1, 15, 0)  # noqa: DTZ001
        day = babel.dates.format_date(local, "long", locale="es_CO")
        time = babel.dates.format_time(local, "short", locale="es_CO")
        self.assertIn("diciembre de 2026", day)
        self.assertEqual(
            components,
            [
                {
                    "type": "body",
                    "parameters": [
                        {
                            "type": "text",
                            "text": "Ana",
                            "parameter_name": "nombre",
                        },
                        {
                            "type": "text",
                            "text": " ".join(f"{day}, {time}".split()),
                            "parameter_name": "fecha",
                        },
                    ],
                }
            ],
        )
        self.assertEqual(self.sent()["language"], {"code": "es_CO"})
        self.assertIn("tu cita es 1 de diciembre de 2026", self.chatter())

    def test_money_dates_choices_and_html(self):
        self.company.currency_id = self.env.ref("base.COP")
        self.lead.write(
            {
                "expected_revenue": 1250000,
                "date_deadline": "2026-12-01",
                "description": "<p>Lote <b>12</b><br/>esquina</p>",
                "active": True,
                "probability": 12.5,
            }
        )
        fields = (
            "expected_revenue",
            "date_deadline",
            "description",
            "active",
            "team_id",
            "probability",
        )
        body = " x ".join(f"{{{{{n}}}}}" for n in range(1, len(fields) + 1))
        template = self.bring(
            meta_template(body=f"a {body} b"),
            **{f"body_{n}": name for n, name in enumerate(fields, 1)},
        )
        money, day, html, active, team, number = self.texts(self.deliver(template))
        self.assertRegex(money, r"^COP 1\.250\.000(,00)?$|^1\.250\.000(,00)? COP$")
        self.assertEqual(day, "1 de diciembre de 2026")
        self.assertEqual(html, "Lote 12 esquina")
        self.assertEqual(active, "Sí", "in the template's language")
        self.assertEqual(team, self.team.name)
        self.assertEqual(number, "12,5")

    def test_a_missing_value_is_named_and_nothing_is_sent(self):
        template = self.bring(
            meta_template(body="Lo visitamos en {{1}} {{2}} gracias."),
            body_1=fixed("Cali"),
            body_2="partner_id.city",
        )
        with self.assertRaisesRegex(UserError, r"\{\{2\}\} \(City\) is missing"):
            self.deliver(template)
        self.assertEqual([c for c in self.graph.calls if "messages" in c["path"]], [])
        self.assertEqual(
            self.texts(self.deliver(template, typed={"body:2": "Bogotá"})),
            ["Cali", "Bogotá"],
        )

    def test_white_space_is_folded_on_both_sides(self):
        template = self.bring(
            meta_template(body="Lo visitamos en {{1}} hoy"), body_1="name"
        )
        self.lead.name = "Calle 1\n\tApto 2     Torre\u200b B"
        self.assertEqual(self.texts(self.deliver(template)), ["Calle 1 Apto 2 Torre B"])
        self.assertEqual(self.chatter(), "Lo visitamos en Calle 1 Apto 2 Torre B hoy")

    def test_adviser_company_and_fixed_text(self):
        self.adviser.name = "Sara Gómez"
        self.advisers[0].work_phone = "+57 300 111 2233"
        template = self.bring(
            meta_template(body="a {{1}} b {{2}} c {{3}} d {{4}} e"),
            body_1={"source": "user_name"},
            body_2={"source": "user_phone"},
            body_3={"source": "company_name"},
            body_4=fixed("Luker"),
        )
        self.assertEqual(
            self.texts(self.deliver(template)),
            ["Sara Gómez", "+57 300 111 2233", self.company.name, "Luker"],
        )

    def test_values_are_frozen_when_queued(self):
        template = self.bring(meta_template(body="Hola {{1}}, bien"), body_1="name")
        channel = self.conversation.with_user(self.adviser)
        template.with_user(self.adviser)._whatsapp_post(channel, self.lead)
        self.lead.name = "Otra"
        template.variable_ids.write(fixed("Otra"))
        self.work()
        self.assertEqual(self.texts(self.sent()["components"]), ["Ana"])

    def test_a_dynamic_address(self):
        template = self.bring(
            meta_template(
                buttons=[{"type": "QUICK_REPLY", "text": "Sí"}, url_button()]
            ),
            button_1="name",
        )
        self.assertEqual(template.button_ids.mapped("url_type"), ["static", "dynamic"])
        expected = {
            "type": "button",
            "sub_type": "url",
            "index": 1,
            "parameters": [{"type": "text", "text": "COT-0042"}],
        }
        for name in ("COT-0042", "https://ejemplo.co/p/COT-0042"):
            self.lead.name = name
            self.assertEqual(self.deliver(template), [expected])
        self.assertIn("https://ejemplo.co/p/COT-0042", self.chatter())
        template.variable_ids.source = "typed"
        with self.assertRaisesRegex(UserError, "Ver"):
            self.deliver(template)

    def test_a_code_and_a_payload(self):
        template = self.bring(
            meta_template(
                buttons=[
                    {"type": "QUICK_REPLY", "text": "Baja"},
                    {"type": "COPY_CODE", "text": "Copiar", "example": ["A"]},
                ]
            )
        )
        template.button_ids[0].payload = "optout:marketing"
        with self.assertRaisesRegex(UserError, "letters and digits"):
            self.deliver(template, typed={"button:1:code": "NAVIDAD-25"})
        self.assertEqual(
            self.deliver(template, typed={"button:1:code": "NAVIDAD25"}),
            [
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": 0,
                    "parameters": [{"type": "payload", "payload": "optout:marketing"}],
                },
                {
                    "type": "button",
                    "sub_type": "copy_code",
                    "index": 1,
                    "parameters": [{"type": "coupon_code", "coupon_code": "NAVIDAD25"}],
                },
            ],
        )

    def test_a_payload_leaves_meta_s_definition_alone(self):
        data = meta_template(buttons=[{"type": "QUICK_REPLY", "text": "Baja"}])
        offer = {"text": "Hoy", "has_expiration": False}
        data["components"].append(
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": offer}
        )
        template = self.bring(data)
        button = template.button_ids
        template.write({"button_ids": [(1, button.id, {"payload": "baja"})]})
        self.assertEqual(template._whatsapp_definition().offer, "Hoy")
        [component] = self.deliver(template)
        self.assertEqual(
            component["parameters"], [{"type": "payload", "payload": "baja"}]
        )

    def test_variables_that_the_migration_inserts_are_filled_in(self):
        template = self.bring(meta_template(body="a {{1}} b"))
        template.variable_ids.unlink()
        self.env.cr.execute(
            """
            INSERT INTO mail_whatsapp_template_variable
                (template_id, name, line_type, field_name, sample_value)
            VALUES (%s, '{{1}}', 'body', 'name', 'x')
            """,
            (template.id,),
        )
        self.env.invalidate_all()
        self.assertEqual(self.texts(self.deliver(template)), [self.lead.name])

    def test_a_draft_follows_its_texts(self):
        template = self.bring(meta_template(body="a {{1}} b"))
        template.button_back2draft()
        template.body = "a {{1}} b {{2}} c"
        self.assertEqual(template.variable_ids.mapped("name"), ["{{1}}", "{{2}}"])

    def test_a_place_in_the_header(self):
        template = self.bring(
            meta_template(header={"format": "LOCATION"}),
            location_latitude=fixed("4.7110"),
            location_longitude=fixed("-74.0721"),
            location_name=fixed("Sala de ventas"),
        )
        self.assertEqual(
            self.deliver(template),
            [
                {
                    "type": "header",
                    "parameters": [
                        {
                            "type": "location",
                            "location": {
                                "latitude": "4.7110",
                                "longitude": "-74.0721",
                                "name": "Sala de ventas",
                            },
                        }
                    ],
                }
            ],
        )

    def test_the_end_of_an_offer(self):
        self.adviser.tz = "America/Bogota"
        data = meta_template()
        offer = {"text": "Solo hoy", "has_expiration": True}
        data["components"].append(
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": offer}
        )
        template = self.bring(data)
        for text in ("mañana", "2026-02-30 18:00", "2020-01-01 18:00"):
            with self.assertRaisesRegex(UserError, "day and time to come"):
                self.deliver(template, typed={"offer:expiration": text})
        [offer] = self.deliver(template, typed={"offer:expiration": "31/12/2026 18:00"})
        end = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
        self.assertEqual(
            offer["parameters"][0]["limited_time_offer"],
            {"expiration_time_ms": int(end.timestamp() * 1000)},
        )

    # ---------------------------------------------------------------- files
    def test_a_document_in_the_header(self):
        template = self.bring(meta_template(header={"format": "DOCUMENT"}))
        with self.assertRaisesRegex(UserError, "Document"):
            self.deliver(template)
        self.graph.calls.clear()
        components = self.deliver(
            template, file=("Cotización S00042.pdf", b"%PDF-1.4 x")
        )
        self.assertEqual(self.graph.paths, ["media", "messages"])
        self.assertEqual(
            components,
            [
                {
                    "type": "header",
                    "parameters": [
                        {
                            "type": "document",
                            "document": {
                                "id": "media1",
                                "filename": "Cotización S00042.pdf",
                            },
                        }
                    ],
                }
            ],
        )
        [message] = self.conversation.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids.name, "Cotización S00042.pdf")

    def test_a_file_of_another_kind_is_refused(self):
        template = self.bring(meta_template(header={"format": "DOCUMENT"}))
        for name, raw in (("foto.png", PIXEL), ("nota.txt", b"hola")):
            with self.assertRaisesRegex(UserError, "PDF"):
                self.deliver(template, file=(name, raw))

    def test_the_templates_own_file_is_uploaded_once(self):
        template = self.bring(meta_template(header={"format": "IMAGE"}))
        template.write(
            {"header_file": base64.b64encode(PIXEL), "header_file_name": "torre.png"}
        )
        other = self.other_conversation(OTHER_CUSTOMER)
        self.graph.calls.clear()
        for lead in (self.lead, other.lead_id):
            components = self.deliver(template, lead=lead)
            self.assertEqual(
                components[0]["parameters"],
                [{"type": "image", "image": {"id": "media1"}}],
            )
        self.assertEqual(self.graph.paths, ["media", "messages", "messages"])
        self.pass_time(30 * 86400)
        self.deliver(template)
        self.assertEqual(self.graph.paths[3:], ["media", "messages"])

    def test_a_reused_file_that_may_have_been_sent_is_not_sent_again(self):
        template = self.bring(meta_template(header={"format": "IMAGE"}))
        template.write(
            {"header_file": base64.b64encode(PIXEL), "header_file_name": "torre.png"}
        )
        self.deliver(template)
        template.with_user(self.adviser)._whatsapp_post(
            self.conversation.with_user(self.adviser), self.lead
        )
        row = self.queue.search([("state", "=", "pending")])
        [call] = self.queue._claim(self.now, 1)
        self.assertIsNone(call.file)
        self.pass_time(7200)
        self.queue._apply_timeouts(self.now)
        self.assertEqual(row.state, "uncertain")

    # -------------------------------------------------------------- refusals
    def test_what_cannot_be_sent_is_refused(self):
        template = self.bring(meta_template())
        template.state = "paused"
        with self.assertRaisesRegex(UserError, "Paused"):
            self.deliver(template)
        self.sync(meta_template(buttons=[{"type": "MPM", "text": "Ver"}]))
        with self.assertRaisesRegex(UserError, "MPM"):
            self.deliver(template)
        self.assertFalse(self.queue.search_count([("kind", "=", "template")]))

    def test_oca_s_other_composer_is_refused_too(self):
        template = self.bring(
            meta_template(body="Hola {{1}}, bien"), body_1="partner_id.city"
        )
        channel = self.conversation.with_user(self.adviser).with_context(
            whatsapp_template_id=template.id, res_id=self.lead.id
        )
        with self.assertRaisesRegex(UserError, "is missing"):
            channel.message_post(
                body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
