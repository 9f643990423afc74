"""Odoo over its JSON routes, as the browser does: one login, then calls."""

from __future__ import annotations

from typing import Any

import requests

from lab.console import LabError

TIMEOUT_SECONDS = 60


class OdooClient:
    """A logged-in session on a database."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        self.url = url
        self.session = requests.Session()
        # The lab's Odoo is on the loopback: the user's proxies are not for it.
        self.session.trust_env = False
        params = {"db": database, "login": login, "password": password}
        answer = self._post("/web/session/authenticate", params)
        self.uid = int(answer.get("uid") or 0)
        if not self.uid:
            raise LabError(f"Odoo no dejó entrar al usuario «{login}» en {database}.")

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """`model.method(*args, **kwargs)`; for recordsets the ids come first."""
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _post(self, path: str, params: dict[str, Any]) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        try:
            answer = self.session.post(
                self.url + path, json=body, timeout=TIMEOUT_SECONDS
            )
            answer.raise_for_status()
            data = answer.json()
        except requests.RequestException as error:
            raise LabError(f"Odoo no respondió en {self.url}{path}: {error}") from error
        if "error" in data:
            message = data["error"].get("data", {}).get("message") or data["error"]
            raise LabError(f"Odoo rechazó {path}: {message}")
        return data.get("result")
