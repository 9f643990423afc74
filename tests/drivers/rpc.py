"""One person's session in Odoo, over the routes the browser uses."""

from __future__ import annotations

from typing import Any

import requests

TIMEOUT_SECONDS = 60
Row = dict[str, Any]


class OdooError(Exception):
    """Odoo said no. `kind` is the exception's full name there."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message

    @property
    def refused(self) -> bool:
        """Whether the person may not do this."""
        return self.kind == "odoo.exceptions.AccessError"


class OdooSession:
    """A login in a database. Each call is one request, one transaction."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        self.url = url.rstrip("/")
        self.login = login
        self._http = requests.Session()
        # The addresses given are meant as they are, whatever proxies are set.
        self._http.trust_env = False
        params = {"db": database, "login": login, "password": password}
        try:
            answer = self.route("/web/session/authenticate", **params)
        except OdooError as error:
            raise OdooError(
                error.kind, f"«{login}» no pudo entrar a {database}: {error.message}"
            ) from error
        if not answer.get("uid"):
            raise OdooError(
                "odoo.exceptions.AccessDenied",
                f"«{login}» no pudo entrar a {database}: revise usuario y clave.",
            )
        self.user_id = int(answer["uid"])
        self.context: Row = dict(answer.get("user_context") or {})
        self.company_id = int(self.context.get("allowed_company_ids", [0])[0]) or None
        self.series = int(answer["server_version_info"][0])

    def close(self) -> None:
        self._http.close()

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        context: Row | None = None,
        **kwargs: Any,
    ) -> Any:
        """`model.method(*args, **kwargs)` as this person, in this person's language.

        :param context: added to the person's own, as a button or an action does.
        """
        kwargs["context"] = {**self.context, **(context or {})}
        return self.route(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=list(args),
            kwargs=kwargs,
        )

    def find(
        self, model: str, domain: list[Any], fields: list[str], **more: Any
    ) -> list[Row]:
        """`search_read`; lost leads and archived records only where asked for."""
        return list(self.call(model, "search_read", domain, fields, **more))

    def read_one(self, model: str, record_id: int, fields: list[str]) -> Row:
        """The fields of one record."""
        return dict(self.call(model, "read", [record_id], fields)[0])

    def fields_of(self, model: str) -> set[str]:
        """Names of the fields this person can see."""
        return set(self.call(model, "fields_get", [], ["type"]))

    def thread(self, model: str, record_id: int) -> Row:
        """What the browser gets to show a record's chatter, newest message first."""
        params: Row = {"thread_model": model, "thread_id": record_id}
        if self.series >= 19:
            params["fetch_params"] = {"limit": 100}
        else:
            params["limit"] = 100
        return dict(self.route("/mail/thread/messages", **params)["data"])

    def download(self, path: str) -> bytes:
        """The bytes at an address; an error of `requests` when it is not for us."""
        answer = self._http.get(self.url + path, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.content

    def route(self, path: str, **params: Any) -> Any:
        """Call a JSON route."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._http.post(self.url + path, json=body, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        data = answer.json()
        if "error" in data:
            details = data["error"].get("data") or {}
            raise OdooError(
                details.get("name") or str(data["error"].get("message")),
                details.get("message") or "",
            )
        return data.get("result")
