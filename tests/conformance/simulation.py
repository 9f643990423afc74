"""A simulator of this process and a world that Meta's examples can refer to."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from wa_simulator.config import ServeConfig
from wa_simulator.engine.samples import SAMPLES
from wa_simulator.server import ThreadedServer

from .outside import Outside
from .seeds import FLOW_JSON, PUBLIC_KEY, SEEDED_TEMPLATES

CUSTOMER = "573012345678"
VERSION = "/v23.0"
#: The customer whom Meta's examples of block_users name.
NAMED_CUSTOMER = "16505551234"
#: The customer whom Meta's example of a call names.
CALLED_CUSTOMER = "14085551234"


@dataclass
class Facts:
    """What placeholders stand for in this world."""

    number: str
    waba: str
    app: str
    token: str
    customer: str = CUSTOMER
    inbound: str = ""
    outbound: str = ""
    media: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    callback: str = ""
    media_url: str = ""
    upload: str = ""
    handle: str = ""
    qr_code: str = ""
    code: str = "123456"
    #: A flow that is a draft and could be published.
    flow: str = ""
    #: Another account, from which flows are copied.
    source: str = ""
    business: str = "500000000000001"
    #: A call of the customer that rings.
    call: str = ""


class Bench:
    """The simulator, its outside world, and a client of both its sides."""

    def __init__(self) -> None:
        self.outside = Outside()
        self._server = ThreadedServer(ServeConfig(port=0, clock="frozen"))
        self._client: httpx.Client | None = None
        self.facts = Facts("", "", "", "")
        self._clean = False

    def __enter__(self) -> Bench:
        self.outside.__enter__()
        self._server.start()
        self._client = httpx.Client(
            base_url=self._server.url, trust_env=False, timeout=20
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            self._client.close()
        self._server.stop()
        self.outside.__exit__(kind, value, trace)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the tester's side; it must succeed."""
        answer = self._http.request(method, f"/_sim{path}", json=body)
        if answer.status_code >= 400:
            raise AssertionError(f"{method} /_sim{path}: {answer.text[:300]}")
        return answer.json()

    def graph(self, method: str, path: str, **kw: Any) -> httpx.Response:
        """A call of the business's side, with the token."""
        given = kw.pop("headers", {})
        headers = {"Authorization": f"Bearer {self.facts.token}", **given}
        if path.startswith("http"):
            path = httpx.URL(path).raw_path.decode()
            return self._http.request(method, path, headers=headers, **kw)
        return self._http.request(method, VERSION + path, headers=headers, **kw)

    @property
    def _http(self) -> httpx.Client:
        if self._client is None:
            raise AssertionError("the bench is not open")
        return self._client

    def freshen(self, *, harmless: bool) -> None:
        """Seed, unless all that was called since then was harmless."""
        if not self._clean:
            self.seed()
        self._clean = harmless

    def seed(self) -> Facts:
        """Back to the first start, then everything that examples refer to."""
        self.control("POST", "/reset", {"everything": True})
        self.outside.bodies.clear()
        world = self.control("GET", "/world")
        self.facts = facts = Facts(
            world["phone_number_id"], world["waba_id"], world["app_id"], world["token"]
        )
        facts.callback = self.outside.callback
        facts.links = {kind: self.outside.link(kind) for kind in SAMPLES}
        self.control("POST", "/webhooks/subscription", {"callback_url": facts.callback})
        for template in SEEDED_TEMPLATES:
            made = self.control("POST", "/world/templates", template)
            facts.templates[template["name"]] = made["id"]
        self._seed_media(facts)
        said = self.say(CUSTOMER, {"type": "text", "body": "hola"})
        facts.inbound = said["wamid"]
        self.say(NAMED_CUSTOMER, {"type": "text", "body": "hi"})
        facts.outbound = self.send({"type": "text", "text": {"body": "buenas"}})
        self.wait()
        self.outside.bodies.clear()
        return facts

    def _seed_media(self, facts: Facts) -> None:
        for kind, (mime, name, content) in SAMPLES.items():
            answer = self.graph(
                "POST",
                f"/{facts.number}/media",
                data={"messaging_product": "whatsapp"},
                files={"file": (name, content, mime)},
            )
            facts.media[kind] = answer.json()["id"]
        facts.media_url = self.graph("GET", f"/{facts.media['image']}").json()["url"]
        mime, name, content = SAMPLES["image"]
        facts.handle = self._upload(content, mime, name)
        facts.upload = self._session(content, mime, name)
        body = {"prefilled_message": "hi", "generate_qr_image": "SVG"}
        made = self.graph("POST", f"/{facts.number}/message_qrdls", json=body)
        facts.qr_code = made.json().get("code", "")
        facts.flow = self.make_flow()

    def make_flow(self) -> str:
        """A flow that is a draft and could be published; its id."""
        self.graph(
            "POST",
            f"/{self.facts.number}/whatsapp_business_encryption",
            data={"business_public_key": PUBLIC_KEY},
        )
        broken = {"name": "conf_broken", "categories": ["OTHER"], "flow_json": "{}"}
        self.graph("POST", f"/{self.facts.waba}/flows", json=broken)
        whole = {**broken, "name": "conf", "flow_json": FLOW_JSON}
        whole["endpoint_uri"] = self.facts.callback
        made = self.graph("POST", f"/{self.facts.waba}/flows", json=whole)
        return str(made.json()["id"])

    def make_group(self) -> str:
        """A group of the number; its id."""
        body = {"messaging_product": "whatsapp", "subject": "conf", "description": "x"}
        self.graph("POST", f"/{self.facts.number}/groups", json=body)
        return str(self.control("GET", "/groups")[-1]["id"])

    def make_source(self) -> None:
        """An account of a client, with a flow that is copied from there."""
        if self.facts.source:
            return
        self.facts.source = "200000000000009"
        self.control(
            "POST",
            "/world/numbers",
            {
                "id": "100000000000009",
                "waba_id": self.facts.source,
                "display": "573000000009",
                "verified_name": "Source",
            },
        )
        client = {"client_accounts": [self.facts.source]}
        self.control("PATCH", "/world", {"settings": client})
        body = {"name": "appointment", "categories": ["OTHER"]}
        self.graph("POST", f"/{self.facts.source}/flows", json=body)

    def publish_flow(self) -> None:
        """The flow is public."""
        self.graph("POST", f"/{self.facts.flow}/publish")

    def _session(self, content: bytes, mime: str, name: str) -> str:
        query = {"file_length": len(content), "file_type": mime, "file_name": name}
        made = self.graph("POST", f"/{self.facts.app}/uploads", params=query)
        return str(made.json().get("id", ""))

    def _upload(self, content: bytes, mime: str, name: str) -> str:
        """The handle of an uploaded file."""
        session = self._session(content, mime, name)
        answer = self.graph(
            "POST", f"/{session}", content=content, headers={"file_offset": "0"}
        )
        return str(answer.json().get("h", ""))

    def permit(self, customer: str) -> None:
        """The number may call a customer, who was asked and has been called."""
        number = self.facts.number
        self.control("PUT", f"/numbers/{number}/calling", {"status": "ENABLED"})
        words = {"call_permission_words": "openapi"}
        self.control("PATCH", "/world", {"settings": words})
        self.control("POST", f"/customers/{customer}/call-permission", {})
        session = {"sdp_type": "offer", "sdp": "v=0"}
        body = {
            "messaging_product": "whatsapp", "action": "connect",
            "to": customer, "session": session,
        }  # fmt: skip
        made = self.graph("POST", f"/{number}/calls", json=body).json()
        for action in ("accept", "hang_up"):
            path = f"/calls/{made['calls'][0]['id']}/action"
            self.control("POST", path, {"action": action})
        ask = {"name": "call_permission_request"}
        node = {"type": "call_permission_request", "action": ask}
        self.send({"type": "interactive", "interactive": node})

    def ring(self) -> None:
        """The customer calls; another one may be called."""
        self.permit(CALLED_CUSTOMER)
        path = f"/customers/{self.facts.customer}/calls"
        self.facts.call = self.control("POST", path, {})["id"]

    def use_new_number(self) -> None:
        """From here on the number is one that waits for its verification."""
        body = {"cc": "57", "phone_number": "3001112233", "verified_name": "New"}
        made = self.graph("POST", f"/{self.facts.waba}/phone_numbers", json=body)
        self.facts.number = made.json()["id"]

    def verification_code(self) -> str:
        """The code that the number was sent."""
        numbers = self.control("GET", "/world")["numbers"]
        mine = next(n for n in numbers if n["id"] == self.facts.number)
        return str(mine["verification_code"])

    def say(self, customer: str, body: dict[str, Any]) -> Any:
        """A customer writes."""
        return self.control("POST", f"/customers/{customer}/messages", body)

    def send(self, body: dict[str, Any]) -> str:
        """The business writes to the customer; the wamid."""
        whole = {"messaging_product": "whatsapp", "to": CUSTOMER, **body}
        answer = self.graph("POST", f"/{self.facts.number}/messages", json=whole)
        return str(answer.json()["messages"][0]["id"])

    def wait(self) -> None:
        """Until nothing is in flight."""
        self.control("POST", "/wait", {"for": "idle", "timeout": 10})
