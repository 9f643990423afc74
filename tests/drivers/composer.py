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

    def send(self, text: str) -> Row:
        """Write, press "Send"; what the browser is to do next."""
        record = self._session.call(
            self.model,
            "web_save",
            [],
            {**self._editable(), "body": text},
            {},
            context=self._context,
        )
        return dict(
            self._session.call(
                self.model,
                "action_send_whatsapp",
                [record[0]["id"]],
                context=self._context,
            )
        )

    def _editable(self) -> Row:
        """What the form sends when it is saved: readonly fields stay away."""
        found: Row = {}
        for name, value in self.values.items():
            if self._fields[name].get("readonly") or name == "id":
                continue
            found[name] = value["id"] if isinstance(value, dict) else value
        return found
