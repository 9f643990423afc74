import requests

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_outbound import answer, error
from .common_template import GRAPH, TemplateCase, meta_template, url_button


@tagged("post_install", "-at_install")
class TestTemplateSync(TemplateCase):
    """A23: Meta's whole list is brought in, and kept true."""

    def pages(self, *pages):
        """Meta answers with these pages, each naming the next."""
        last = len(pages) - 1
        for number, templates in enumerate(pages):
            paging = {"cursors": {"after": f"c{number}"}}
            if number < last:
                paging["next"] = f"{GRAPH}/v23.0/1/message_templates?after=c{number}"
            self.graph.will(answer(200, {"data": templates, "paging": paging}))

    def press(self):
        return self.gateway.button_import_whatsapp_template()["params"]

    def test_every_page_is_read(self):
        templates = [meta_template(f"t_{number:02}") for number in range(60)]
        templates[30].update(language="es_CO")
        templates[40].update(language="xx_YY")
        templates[50].update(category="OTP")
        self.pages(templates[:25], templates[25:50], templates[50:])
        notice = self.press()

        self.assertEqual(len(self.graph.calls), 3)
        own = self.gateway.whatsapp_template_ids
        self.assertEqual(len(own), 60)
        self.assertEqual(len(own.filtered("is_supported")), 58)
        self.assertTrue(self.by_name("t_30", "es_CO").is_supported)
        self.assertEqual(self.by_name("t_30", "es_CO").language, "es_CO")
        self.assertIn("60 new", notice["message"])
        self.assertIn("2 not supported", notice["message"])
        self.assertIn("t_40 (xx_YY): Unknown language xx_YY.", notice["message"])
        self.assertIn("t_50 (es): Unknown category OTP.", notice["message"])
        self.assertEqual(notice["type"], "warning")

    def test_odd_entries_stop_nothing(self):
        message = self.sync(
            None,
            "x",
            {},
            {"id": "1", "name": "solo_nombre"},
            meta_template("uno", components=None),
            meta_template("dos", status="FLAGGED"),
            meta_template(
                "tres",
                buttons=[{"type": "PHONE_NUMBER", "text": "x", "phone_number": "no"}],
            ),
            meta_template("bueno", language="es_CO"),
        )
        self.assertTrue(self.by_name("bueno", "es_CO").is_supported)
        self.assertFalse(self.by_name("uno").is_supported)
        self.assertEqual(self.by_name("dos").state, "other")
        self.assertIn("7 not supported", message)
        self.assertIn("tres (es): Odoo cannot keep it", message)

    def test_languages_of_one_name_are_templates_of_their_own(self):
        self.sync(meta_template(), meta_template(language="es_CO"))
        both = self.by_name("saludo") | self.by_name("saludo", "es_CO")
        self.assertEqual(len(both), 2)
        self.assertEqual(set(both.mapped("is_supported")), {True})

    def test_a_second_reading_changes_nothing(self):
        data = meta_template(body="Hola {{1}}, todo bien", buttons=[url_button()])
        self.sync(data)
        message = self.sync(data)
        self.assertIn("0 new, 0 changed, 0 no longer at Meta, 0 not", message)

    def test_what_meta_lists_no_more_is_not_offered(self):
        self.sync(meta_template("uno"), meta_template("dos"))
        message = self.sync(meta_template("dos"))
        self.assertIn("1 no longer at Meta", message)
        self.assertEqual(self.by_name("uno").state, "deleted")
        self.assertEqual(self.by_name("dos").state, "approved")
        self.sync(meta_template("dos"), meta_template("uno"))
        self.assertEqual(self.by_name("uno").state, "approved")

    def test_an_incomplete_list_withdraws_nothing(self):
        self.sync(meta_template("uno"), meta_template("dos"))
        for failure in (
            error(1, 500),
            requests.ConnectionError(),
            answer(200, {"oops": 1}),
            answer(200, content=b"<html>"),
        ):
            paging = {"next": f"{GRAPH}/v23.0/1/message_templates?after=c0"}
            page = {"data": [meta_template("dos")], "paging": paging}
            self.graph.will(answer(200, page), failure)
            with self.assertRaises(UserError):
                self.press()
        self.assertEqual(self.by_name("uno").state, "approved")

    def test_the_token_goes_to_meta_only(self):
        paging = {"next": "https://evil.example/v23.0/1/message_templates?after=c0"}
        self.graph.will(answer(200, {"data": [meta_template()], "paging": paging}))
        with self.assertRaises(UserError):
            self.press()
        self.assertEqual(len(self.graph.calls), 1)

    def test_a_list_without_end_is_none(self):
        paging = {"next": f"{GRAPH}/v23.0/1/message_templates?after=c0"}
        page = {"data": [meta_template()], "paging": paging}
        self.graph.will(answer(200, page), answer(200, page))
        with self.assertRaises(UserError):
            self.press()

    def test_removed_parts_are_gone_and_choices_stay(self):
        data = meta_template(
            header="Hola {{1}}",
            body="Su cita es {{1}} a las {{2}} en {{3}}.",
            footer="Luker",
            buttons=[
                {"type": "QUICK_REPLY", "text": "Sí"},
                {"type": "QUICK_REPLY", "text": "No"},
                url_button(),
            ],
        )
        template = self.bring(data, body_1="name", button_1="description")
        template.name = "Recordatorio de cita"
        template.button_ids[0].payload = "si"

        changed = meta_template(
            body="Su cita es {{1}} a las {{2}} hoy.",
            buttons=[{"type": "QUICK_REPLY", "text": "Sí"}, url_button()],
        )
        self.assertIn("1 changed", self.sync(changed))
        self.assertFalse(template.footer)
        self.assertFalse(template.header)
        self.assertEqual(template.button_ids.mapped("name"), ["Sí", "Ver"])
        self.assertEqual(template.button_ids[0].payload, "si")
        self.assertEqual(template.name, "Recordatorio de cita")
        self.assertEqual(
            [
                (one.line_type, one.name, one.field_name or "", one.button_index)
                for one in template.variable_ids
            ],
            [
                ("button", "{{1}}", "description", 1),
                ("body", "{{1}}", "name", -1),
                ("body", "{{2}}", "", -1),
            ],
        )

    def test_one_that_was_deleted_and_made_anew_keeps_its_choices(self):
        template = self.bring(meta_template(body="a {{1}} b", uid="1"), body_1="name")
        self.sync()
        self.assertEqual(template.state, "deleted")
        self.sync(meta_template(body="a {{1}} b c", uid="2"))
        self.assertEqual(self.by_name("saludo"), template)
        self.assertEqual(template.variable_ids.field_name, "name")
        self.assertEqual((template.template_uid, template.state), ("2", "approved"))

    def test_quality_pause_and_rejection_are_shown(self):
        self.sync(
            meta_template(quality_score={"score": "RED"}, status="PAUSED"),
            meta_template("mal", status="REJECTED", rejected_reason="TAG_CONTENT"),
            meta_template("bien", rejected_reason="NONE"),
        )
        self.assertEqual(self.by_name("saludo").quality, "red")
        self.assertEqual(self.by_name("saludo").state, "paused")
        self.assertEqual(self.by_name("mal").rejection_reason, "TAG_CONTENT")
        self.assertFalse(self.by_name("bien").rejection_reason)

    def test_the_columns_are_asked_for(self):
        self.sync(meta_template())
        [call] = self.graph.calls
        self.assertEqual(call["path"], "/v23.0/200000000000009/message_templates")
        for column in ("quality_score", "rejected_reason", "parameter_format"):
            self.assertIn(column, call["query"])
        self.assertEqual(call["authorization"], "Bearer test-token")

    def test_imported_ones_are_offered_on_leads(self):
        self.assertEqual(self.bring(meta_template()).model, "crm.lead")

    # ----------------------------------------------------------------- cron
    def cron(self):
        self.env["mail.gateway"]._cron_whatsapp_templates()

    def test_once_a_day_all_are_read(self):
        self.graph.will(self.list_of(meta_template()))
        self.cron()
        self.assertTrue(self.by_name("saludo"))
        self.pass_time(3600)
        self.cron()
        self.assertEqual(len(self.graph.calls), 1)
        self.pass_time(86400)
        self.graph.will(self.list_of())
        self.cron()
        self.assertEqual(self.by_name("saludo").state, "deleted")

    def test_a_failure_is_kept_and_the_other_gateway_is_read(self):
        other = self._create_gateway(
            name="Otra", webhook_key="other", whatsapp_from_phone="2"
        )
        self.graph.will(error(190, 401), self.list_of(meta_template()))
        self.cron()
        results = (
            (self.gateway | other).sorted("id").mapped("whatsapp_templates_result")
        )
        self.assertIn("could not be read", results[0])
        self.assertIn("1 new", results[1])

    def webhook(self, field, **value):
        body = self._body()
        body["entry"][0]["changes"] = [{"field": field, "value": value}]
        self.assertEqual(self.post(body).status_code, 200)
        self.process()

    def test_one_that_is_approved_and_unknown_is_fetched(self):
        self.gateway.whatsapp_templates_synced_at = self.now
        self.webhook(
            "message_template_status_update",
            event="APPROVED",
            message_template_id=888,
            message_template_name="nueva",
            message_template_language="es",
        )
        self.graph.will(self.list_of(meta_template("nueva", uid="888")))
        self.cron()
        self.assertEqual(self.by_name("nueva").state, "approved")

    def test_a_change_at_meta_is_read_at_once(self):
        template = self.bring(meta_template(uid="777"))
        self.webhook(
            "message_template_components_update",
            message_template_id=777,
            message_template_element="x",
        )
        self.graph.calls.clear()
        self.graph.will(answer(200, meta_template(uid="777", body="Otro texto")))
        self.cron()
        self.assertEqual([call["path"] for call in self.graph.calls], ["/v23.0/777"])
        self.assertEqual(template.body, "Otro texto")
        self.cron()
        self.assertEqual(len(self.graph.calls), 1)

    def test_the_button_reads_one_template(self):
        template = self.bring(meta_template(footer="pie"))
        self.graph.will(answer(200, meta_template()))
        template.button_sync_template()
        self.assertFalse(template.footer)
        self.graph.will(error(100, 400))
        with self.assertRaises(UserError):
            template.button_sync_template()
