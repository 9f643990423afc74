"""Calls of the control API: world, clock, faults, journal."""

from typing import Any

from .errors import SimulatorError
from .request import Json, Request, call, given, nothing, number, record, rows


class WorldCalls:
    """What exists, what time it is, what fails and what happened."""

    @call
    def world(self) -> Request[Json]:
        """Credentials, numbers, templates, customers, settings, addresses."""
        return Request("GET", "/world", record)

    @call
    def settings(self, /, **changes: Any) -> Request[Json]:
        """Change switches of the world (``enforce_window=True`` …); all of them."""
        return Request("PATCH", "/world", record, {"settings": changes})

    @call
    def reset(
        self,
        *,
        scope: str | None = None,
        id: str | None = None,
        everything: bool = False,
    ) -> Request[Json]:
        """Forget traffic, faults, pending deliveries; subscriptions stay unless
        ``everything``.  With ``scope`` (waba, number) only that part."""
        body = {"scope": scope, "id": id, "everything": everything}
        return Request("POST", "/reset", record, body)

    @call
    def add_number(
        self,
        id: str,
        waba_id: str,
        display: str,
        verified_name: str = "Negocio Simulado",
    ) -> Request[Json]:
        """Add a number (digits); a new ``waba_id`` makes a new account."""
        body = {
            "id": id,
            "waba_id": waba_id,
            "display": display,
            "verified_name": verified_name,
        }
        return Request("POST", "/world/numbers", record, body)

    @call
    def add_template(
        self, /, name: str, language: str, components: list[Json], **more: Any
    ) -> Request[Json]:
        """Add or replace a template (``category``, ``status``, ``waba_id``…)."""
        body = {"name": name, "language": language, "components": components, **more}
        return Request("POST", "/world/templates", record, body)

    @call
    def ca_pem(self) -> Request[bytes]:
        """The certificate authority of the interception."""
        return Request("GET", "/ca.pem", bytes)

    # Clock

    @call
    def clock(self) -> Request[Json]:
        """``{"frozen", "now"}``; seconds since 1970, UTC."""
        return Request("GET", "/clock", record)

    @call
    def advance(self, seconds: float) -> Request[Json]:
        """Go forward; what becomes due runs."""
        return Request("POST", "/clock", record, {"advance": seconds})

    # Faults

    @call
    def set_fault(
        self,
        name: str,
        *,
        params: Json | None = None,
        match: Json | None = None,
        when: Json | None = None,
        phase: str | None = None,
        seed: int | None = None,
    ) -> Request[Json]:
        """Add a rule; its record with ``id``."""
        body = given(
            name=name, params=params, match=match, when=when, phase=phase, seed=seed
        )
        return Request("POST", "/faults", record, body)

    @call
    def faults(self) -> Request[list[Json]]:
        """The active rules."""
        return Request("GET", "/faults", rows("faults"))

    @call
    def known_faults(self) -> Request[Json]:
        """What faults there are: name to params with their defaults."""
        return Request("GET", "/faults", lambda answer: dict(answer["known"]))

    @call
    def clear_faults(self, name: str | None = None) -> Request[int]:
        """Remove all rules, or those of a name; how many."""
        return Request("DELETE", "/faults", number("removed"), query={"name": name})

    @call
    def remove_fault(self, fault_id: str) -> Request[None]:
        """Remove one rule."""
        return Request("DELETE", f"/faults/{fault_id}", nothing)

    # Journal

    @call
    def journal(
        self,
        since: int = 0,
        kind: str | None = None,
        *,
        allow_dropped: bool = False,
    ) -> Request[list[Json]]:
        """Entries after ``since``; kinds api, webhook, handshake, refused, silent.

        SimulatorError when entries were dropped, since absence proves nothing then.
        """

        def read(answer: Any) -> list[Json]:
            if answer["dropped"] and not allow_dropped:
                raise SimulatorError(
                    f"the journal has dropped {answer['dropped']} entries: reset, or "
                    "read it sooner, or pass allow_dropped=True",
                    200,
                    answer,
                )
            return list(answer["entries"])

        return Request("GET", "/journal", read, query={"since": since, "kind": kind})

    @call
    def journal_seq(self) -> Request[int]:
        """Number of the last entry, to be given as ``since`` later."""
        return Request("GET", "/journal", number("next"), query={"limit": 0})

    @call
    def diagnosis(self, lang: str = "en") -> Request[Json]:
        """Why nothing arrived, in words, worst first."""
        return Request("GET", "/diagnosis", record, query={"lang": lang})

    @call
    def advice(self) -> Request[Json]:
        """Codes of contract advice -> what each means, in both languages."""
        return Request("GET", "/advice", record)

    @call
    def export_journal(self) -> Request[str]:
        """The whole journal as JSON lines."""
        return Request("GET", "/export/journal.jsonl", _text)

    @call
    def export_scenario(
        self, customer: str | None = None, title: str | None = None
    ) -> Request[str]:
        """What happened as a feature file."""
        query = {"customer": customer, "title": title}
        return Request("GET", "/export/scenario.feature", _text, query=query)

    @call
    def media(self, media_id: str) -> Request[bytes]:
        """The bytes of a medium."""
        return Request("GET", f"/media/{media_id}", bytes)


def _text(answer: bytes) -> str:
    return answer.decode()
