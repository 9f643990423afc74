"""The wizard "Enviar WhatsApp", opened and filled in as the browser does it."""

from __future__ import annotations

from tests.drivers.rpc import OdooSession, Row


class Composer:
    """An open wizard. The browser asks for the view, then for `onchange` without
    values, which fills in defaults and computed fields; a button saves, then runs.

    :param action: what the button on the lead answered.
    """

    def __init__(self, session: OdooSession, action: Row) -> None:
        self._session = session
        self.model = str(action["res_model"])
        self.target = str(action.get("target"))
        self._context: Row = dict(action.get("context") or {})
        views = session.call(
            self.model, "get_views", [[False, "form"]], context=self._context
        )
        self._fields: Row = views["models"][self.model]["fields"]
        answer = session.call(
            self.model, "onchange", [], {}, [], self._spec(), context=self._context
        )
        self.values: Row = answer["value"]

    def _spec(self) -> Row:
        relations = ("many2one", "many2many", "one2many")
        return {
            name: {"fields": {"display_name": {}}} if field["type"] in relations else {}
            for name, field in self._fields.items()
        }

    @property
    def number(self) -> str:
        """To whom it goes, as the wizard shows it."""
        return str(self.values["whatsapp_number"])

    @property
    def gateway_id(self) -> int:
        """The line it leaves by."""
        return int((self.values["gateway_id"] or {}).get("id", 0))

    @property
    def wants_template(self) -> bool:
        """Whether only a template may be sent."""
        return bool(self.values["is_required_template"])

    def send(self, text: str, template_id: int = 0) -> Row:
        """Write, press "Send"; what the browser is to do next."""
        values = {**self._editable(), "body": text}
        if template_id:
            values["template_id"] = template_id
        record = self._session.call(
            self.model, "web_save", [], values, {}, context=self._context
        )
        return dict(
            self._session.call(
                self.model,
                "action_send_whatsapp",
                [record[0]["id"]],
                context=self._context,
            )
        )

    def send_template(self, name: str) -> Row:
        """Choose a template, which fills in the text; press "Send"."""
        rows = self._session.find(
            "mail.whatsapp.template",
            [
                ("gateway_id", "=", self.gateway_id),
                ("state", "=", "approved"),
                ("is_supported", "=", True),
                ("model", "=", self.values["res_model"]),
                ("template_name", "=", name),
            ],
            ["name"],
        )
        assert rows, f"esperado: la plantilla «{name}» en la lista; obtenido: ninguna"
        template_id = int(rows[0]["id"])
        answer = self._session.call(
            self.model,
            "onchange",
            [],
            {**self._editable(), "template_id": template_id},
            ["template_id"],
            self._spec(),
            context=self._context,
        )
        return self.send(answer["value"]["body"], template_id)

    def _editable(self) -> Row:
        """What the form sends when it is saved: readonly fields stay away."""
        found: Row = {}
        for name, value in self.values.items():
            if self._fields[name].get("readonly") or name == "id":
                continue
            found[name] = value["id"] if isinstance(value, dict) else value
        return found
