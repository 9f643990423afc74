"""The life of flows: created, given JSON, published, sent, filled in, deprecated.

Source: Flows API as mirrored 2025-12-11 (docs/fidelity.md).
"""

import json
from collections.abc import Callable
from typing import Any

from ..clock import Clock
from ..codes import CODES
from ..entities import OUTBOUND, Customer, Json, Message, Number
from ..errors import BadRequest, NotFound, Refused, bad_parameter, unknown_object
from ..ids import IdSource
from ..nearest import nearest, unknown
from ..settings import HOUR, Settings
from ..world import World
from . import rules
from .entities import (
    BLOCKED,
    DEPRECATED,
    DRAFT,
    PUBLISHED,
    STATUSES,
    THROTTLED,
    Flow,
)

CATEGORIES = (
    "SIGN_UP", "SIGN_IN", "APPOINTMENT_BOOKING", "LEAD_GENERATION", "CONTACT_US",
    "CUSTOMER_SUPPORT", "SURVEY", "OTHER",
)  # fmt: skip
MAX_JSON = 10 * 1024 * 1024
#: Sends of a throttled flow in an hour.
THROTTLED_SENDS = 10
NOT_IN_SOURCE = "4233041"
#: The token of a message that bears none.
NO_TOKEN = "unused"

Announce = Callable[[str, Json], object]


class Flows:
    """Creates, changes, judges flows.

    :param announce: an account and the value of a webhook of the field ``flows``.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        settings: Settings,
        announce: Announce,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self._announce = announce

    def of(self, waba_id: str) -> list[Flow]:
        """The flows of an account."""
        return [f for f in self._world.flows.values() if f.waba_id == waba_id]

    def get(self, flow_id: str) -> Flow:
        """A flow.  Refused (100/33)."""
        if flow_id not in self._world.flows:
            raise unknown_object(flow_id)
        return self._world.flows[flow_id]

    def find(self, key: str) -> Flow:
        """A flow by id or name, for the tester.  NotFound."""
        held = self._world.flows
        found = held.get(key) or next((f for f in held.values() if f.name == key), None)
        if found is None:
            close = nearest(key, [*held, *(f.name for f in held.values())])
            raise NotFound(f"flow '{key}' is not known; nearest: {close}")
        return found

    def create(self, waba_id: str, body: Json) -> Flow:
        """``POST /{waba}/flows``.  Refused (100, 139002)."""
        flow = Flow(
            self._ids.digits("flow", waba_id),
            waba_id,
            self._name(waba_id, body.get("name")),
            _categories(body.get("categories")),
            endpoint_uri=_endpoint(body.get("endpoint_uri")),
        )
        if body.get("clone_flow_id"):
            source = self._world.flows.get(str(body["clone_flow_id"]))
            if source is None:
                raise bad_parameter("Param clone_flow_id is not a flow.")
            flow.flow_json = source.flow_json
            flow.endpoint_uri = flow.endpoint_uri or source.endpoint_uri
        if body.get("flow_json"):
            flow.flow_json = _text(body["flow_json"])
        if str(body.get("publish", "")).lower() == "true":
            self._check_publishable(flow)
            flow.status = PUBLISHED
        self._world.flows[flow.id] = flow
        flow.updated = self._clock.now()
        return flow

    def change(self, flow: Flow, body: Json) -> None:
        """``POST /{flow}``: name, categories, endpoint, application."""
        self._require_draft(flow)
        if "name" in body and body["name"] != flow.name:
            flow.name = self._name(flow.waba_id, body["name"])
        if "categories" in body:
            flow.categories = _categories(body["categories"])
        if "endpoint_uri" in body:
            version = rules.version_of(rules.read(flow.flow_json))
            if 0 < version < rules.ENDPOINT_OUTSIDE:
                raise Refused(139001, "endpoint_uri needs Flow JSON 3.0 or later")
            flow.endpoint_uri = _endpoint(body["endpoint_uri"])
        if "application_id" in body:
            flow.application_id = str(body["application_id"])
        flow.updated = self._clock.now()

    def upload(self, flow: Flow, body: Json, content: bytes | None) -> list[Json]:
        """``POST /{flow}/assets``: the JSON, kept with its errors."""
        self._require_draft(flow)
        if body.get("asset_type") != "FLOW_JSON":
            raise bad_parameter("Param asset_type must be FLOW_JSON.")
        if content is None:
            raise bad_parameter("The parameter file is required.")
        if len(content) > MAX_JSON:
            raise bad_parameter("The file must have at most 10 MB.")
        flow.flow_json = content.decode("utf-8", "replace")
        flow.updated = self._clock.now()
        return rules.validation_errors(flow.flow_json)

    def publish(self, flow: Flow) -> None:
        """A draft becomes public, and can be changed no more."""
        self._check_publishable(flow)
        self._move(flow, PUBLISHED, "Flow has been published.")

    def deprecate(self, flow: Flow) -> None:
        """A published flow takes no new answers."""
        if flow.status in (DRAFT, DEPRECATED):
            raise Refused(139003, f"The flow is {flow.status}: only published ones")
        self._move(flow, DEPRECATED, "Flow has been deprecated.")

    def delete(self, flow: Flow) -> None:
        """Only drafts can be deleted."""
        if flow.status != DRAFT:
            raise Refused(139004, f"The flow is {flow.status}: only drafts can be")
        del self._world.flows[flow.id]

    def set_status(self, key: str, status: str) -> Flow:
        """Meta blocks or throttles a flow, or lets it go again."""
        flow = self.find(key)
        if status not in STATUSES:
            raise BadRequest(unknown("status", status, STATUSES))
        self._move(flow, status, f"Flow is {status.lower()} now.")
        return flow

    def migrate(self, waba_id: str, body: Json) -> Json:
        """``POST /{waba}/migrate_flows``: copies as drafts."""
        source = str(body.get("source_waba_id") or "")
        if source not in self._world.wabas:
            raise bad_parameter("Param source_waba_id is not an account.")
        held = {flow.name: flow for flow in self.of(source)}
        given = body.get("source_flow_names")
        names = [str(n) for n in given] if isinstance(given, list) else list(held)
        migrated: list[Json] = []
        failed: list[Json] = []
        taken = {flow.name for flow in self.of(waba_id)}
        for name in names:
            words = "Flow name not found in source WABA."
            if name in held and name in taken:
                words = "Flow name exists in destination WABA."
            if name not in held or name in taken:
                failed.append(
                    {
                        "source_name": name,
                        "error_code": NOT_IN_SOURCE,
                        "error_message": f"Flows Migration Error: {words}",
                    }
                )
                continue
            old = held[name]
            copy = Flow(
                self._ids.digits("flow", waba_id), waba_id, name, [*old.categories],
                flow_json=old.flow_json, endpoint_uri=old.endpoint_uri,
            )  # fmt: skip
            self._world.flows[copy.id] = copy
            row = {"source_name": name, "source_id": old.id, "migrated_id": copy.id}
            migrated.append(row)
        return {"migrated_flows": migrated, "failed_flows": failed}

    # Sending

    def check_send(self, number: Number, payload: Json) -> None:
        """Before a send: a flow's state decides (132068, 132069)."""
        wanted = _sent_flow(payload)
        if wanted is None:
            return
        key, draft = wanted
        flow = next((f for f in self.of(number.waba_id) if key in (f.id, f.name)), None)
        if flow is None:
            if self._settings.check_flow_ids:
                raise bad_parameter(f"Flow '{key}' does not exist in this account.")
            return
        if flow.status == BLOCKED:
            raise Refused(132068, CODES[132068].title)
        if flow.status == DEPRECATED or (flow.status == DRAFT) != draft:
            mode = "draft" if draft else "published"
            raise Refused(131009, f"The flow is {flow.status}: not for mode {mode}")
        if flow.status == THROTTLED:
            now = self._clock.now()
            flow.sent = [at for at in flow.sent if at > now - HOUR]
            if len(flow.sent) >= THROTTLED_SENDS:
                raise Refused(132069, CODES[132069].title)
            flow.sent.append(now)

    def answer(
        self, person: Customer, answers: Json, wamid: str | None, *, with_token: bool
    ) -> Json:
        """What a person sends who fills in a flow: the body for ``Engine.write``.

        :param wamid: the message that brought the flow; None: the last one.
        :raises NotFound: no flow was sent.
        """
        found = next(
            (
                m
                for m in reversed(self._world.messages.values())
                if m.direction == OUTBOUND
                and m.customer == person.key
                and wamid in (None, m.wamid)
                and token_of(m) is not None
            ),
            None,
        )
        if found is None:
            raise NotFound(f"no flow was sent to '{person.key}'")
        token = {"flow_token": token_of(found)} if with_token else {}
        reply = {"response_json": json.dumps({**token, **answers}, ensure_ascii=False)}
        return {
            "type": "interactive",
            "nfm_reply": reply,
            "context": found.wamid,
            "to": found.number_id,
        }

    def _move(self, flow: Flow, status: str, message: str) -> None:
        value = {
            "event": "FLOW_STATUS_CHANGE",
            "message": message,
            "flow_id": flow.id,
            "old_status": flow.status,
            "new_status": status,
        }
        flow.status, flow.updated = status, self._clock.now()
        self._announce(flow.waba_id, value)

    def _name(self, waba_id: str, given: object) -> str:
        if not isinstance(given, str) or not given.strip():
            raise bad_parameter("The parameter name is required.")
        if any(flow.name == given for flow in self.of(waba_id)):
            raise bad_parameter("Flow name must be unique within one account.")
        return given

    @staticmethod
    def _require_draft(flow: Flow) -> None:
        if flow.status != DRAFT:
            raise Refused(139001, f"The flow is {flow.status}: it cannot be updated")

    def _check_publishable(self, flow: Flow) -> None:
        if flow.status != DRAFT:
            raise Refused(139002, f"The flow is {flow.status}: only drafts can be")
        if not flow.flow_json or rules.validation_errors(flow.flow_json):
            raise Refused(139002, "The Flow JSON is missing or has validation errors")
        if "data_api_version" not in rules.read(flow.flow_json):
            return
        if not flow.endpoint_uri:
            raise Refused(139002, "A flow with data_api_version needs endpoint_uri")
        if not self._public_keys(flow.waba_id):
            raise Refused(139002, "No number of the account has a public key")

    def _public_keys(self, waba_id: str) -> list[str]:
        numbers = [n for n in self._world.numbers.values() if n.waba_id == waba_id]
        keys = [self._world.business.number(n.id).public_key for n in numbers]
        return [key for key in keys if key]


def _sent_flow(payload: Json) -> tuple[str, bool] | None:
    """Id or name of the flow in an interactive message, and whether as a draft."""
    node = payload.get("interactive")
    action = node.get("action") if isinstance(node, dict) else None
    given = action.get("parameters") if isinstance(action, dict) else None
    if not isinstance(node, dict) or node.get("type") != "flow":
        return None
    if not isinstance(given, dict):
        return None
    key = given.get("flow_id") or given.get("flow_name")
    return (str(key), given.get("mode") == "draft") if key else None


def token_of(message: Message) -> str | None:
    """The flow token of a message; None when it brings no flow."""
    if message.type == "interactive" and message.payload.get("type") == "flow":
        parameters = message.payload["action"]["parameters"]
        return str(parameters.get("flow_token", NO_TOKEN))
    if message.type != "template":
        return None
    for part in message.payload.get("components") or []:
        if str(part.get("sub_type")).lower() == "flow":
            (first, *_) = part.get("parameters") or [{}]
            return str((first.get("action") or {}).get("flow_token", NO_TOKEN))
    return None


def _categories(given: object) -> list[str]:
    if not isinstance(given, list) or not given:
        raise bad_parameter("Param categories must be a non-empty array.")
    for each in given:
        if each not in CATEGORIES:
            raise bad_parameter(f"Param categories: '{each}' is not valid.")
    return [str(each) for each in given]


def _endpoint(given: object) -> str | None:
    if given in (None, ""):
        return None
    if not isinstance(given, str) or not given.startswith(("https://", "http://")):
        raise bad_parameter("Param endpoint_uri must be an address.")
    return given


def _text(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given)
