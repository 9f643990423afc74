"""Templates as Meta lists them, and the calls that sending them makes."""

from .common_outbound import OutboundCase, answer

GRAPH = "https://graph.facebook.com"


def meta_template(name="saludo", uid=None, body="Seguimos en contacto", **vals):
    """An entry of ``/message_templates``; components from the keys that are given.

    :param vals: ``header``, ``footer``, ``buttons`` as Meta's objects or texts; what
        else there is goes into the entry
    """
    components = []
    header = vals.pop("header", None)
    if isinstance(header, str):
        header = {"format": "TEXT", "text": header}
    if header:
        components.append({"type": "HEADER", **header})
    components.append({"type": "BODY", "text": body})
    if vals.get("footer"):
        components.append({"type": "FOOTER", "text": vals["footer"]})
    vals.pop("footer", None)
    buttons = vals.pop("buttons", None)
    if buttons:
        components.append({"type": "BUTTONS", "buttons": buttons})
    return {
        "id": uid or f"uid-{name}-{vals.get('language', 'es')}",
        "name": name,
        "language": "es",
        "status": "APPROVED",
        "category": "UTILITY",
        "parameter_format": "POSITIONAL",
        "components": components,
        **vals,
    }


def url_button(url="https://ejemplo.co/p/{{1}}", text="Ver"):
    return {"type": "URL", "text": text, "url": url, "example": [url]}


class TemplateCase(OutboundCase):
    """Test class for templates: ``sync()`` reads a list, ``deliver()`` sends one."""

    def list_of(self, *templates):
        return answer(200, {"data": list(templates)})

    def sync(self, *templates):
        """Press "Download Templates" while Meta lists these; the notice's text."""
        self.graph.will(self.list_of(*templates))
        notice = self.gateway.button_import_whatsapp_template()
        return notice["params"]["message"]

    def bring(self, data, **sources):
        """One template of Meta's, brought in.

        :param sources: per variable (``body_1``, ``header_nombre``) a field path, or
            a dictionary of values
        """
        self.sync(data)
        template = self.by_name(data["name"], data["language"])
        for place, vals in sources.items():
            part, _sep, name = place.partition("_")
            variable = template.variable_ids.filtered(
                lambda one, part=part, name=name: (
                    (one.line_type, one.name) == (part, f"{{{{{name}}}}}")
                )
            )
            self.assertEqual(len(variable), 1, place)
            if isinstance(vals, str):
                vals = {"source": "field", "field_name": vals}
            variable.write(vals)
        return template

    def by_name(self, name, language="es"):
        return self.env["mail.whatsapp.template"].search(
            [
                ("gateway_id", "=", self.gateway.id),
                ("template_name", "=", name),
                ("language_code", "=", language),
            ]
        )

    def deliver(self, template, typed=None, file=None, lead=None):
        """Write a template to a lead as its adviser and let the queue work.

        :return: ``template.components`` that Meta got
        """
        lead = (lead or self.lead).with_user(self.adviser)
        channel = lead._whatsapp_get_channel(self.number_field, self.gateway)
        own = template.with_user(self.adviser)
        own._whatsapp_post(channel, lead, typed=typed, file=file)
        self.work()
        return self.sent()["components"]

    def sent(self):
        """``template`` of the message that was sent last."""
        bodies = [call["json"] for call in self.graph.calls if call["json"]]
        templates = [body["template"] for body in bodies if body.get("template")]
        return templates[-1]
