"""The life of groups (Groups API as read of 2025-10, corrections of 2026).

People join by link only; what a number changes is answered at once and told by
webhook afterwards.
"""

from .. import envelopes
from ..clock import Clock
from ..codes import CODES
from ..emitter import Emitter
from ..entities import Customer, Json, Number
from ..errors import BadRequest, NotFound, Refused, bad_parameter, unknown_object
from ..ids import IdSource
from ..nearest import nearest
from ..settings import Settings
from ..world import World
from .entities import APPROVAL, AUTO, Group

MAX_SUBJECT, MAX_DESCRIPTION = 128, 2048
MAX_PARTICIPANTS = 8
MAX_PICTURE = 5 * 1024 * 1024
#: Limits of a number that may make groups.
ELIGIBLE_LIMITS = ("TIER_100K", "TIER_UNLIMITED")


class Groups:
    """Makes, changes, opens and closes groups."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        emitter: Emitter,
        settings: Settings,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._emitter = emitter
        self._settings = settings

    def of(self, number_id: str) -> list[Group]:
        """The groups of a number."""
        return [g for g in self._world.groups.values() if g.number_id == number_id]

    def get(self, group_id: str) -> Group:
        """A group.  Refused (100/33)."""
        if group_id not in self._world.groups:
            raise unknown_object(group_id)
        return self._world.groups[group_id]

    def find(self, group_id: str) -> Group:
        """A group, for the tester.  NotFound."""
        if group_id not in self._world.groups:
            close = nearest(group_id, self._world.groups)
            raise NotFound(f"group '{group_id}' is not known; nearest: {close}")
        return self._world.groups[group_id]

    # The business's side

    def create(self, number: Number, body: Json) -> str:
        """``POST /{number}/groups``; the request's id.  Refused."""
        _check_product(body)
        self._check_eligible(number)
        approval = body.get("join_approval_mode", AUTO)
        if approval not in (AUTO, APPROVAL):
            raise bad_parameter(f"Param join_approval_mode must be {AUTO}, {APPROVAL}.")
        group = Group(
            self._ids.digits("group", number.id),
            number.id,
            _subject(body.get("subject")),
            self._clock.now(),
            _description(body.get("description", "")),
            str(approval),
            self._invite(number.id),
        )
        self._world.groups[group.id] = group
        request = self._request(group)
        node: Json = {
            "request_id": request,
            "subject": group.subject,
            "invite_link": group.invite_link,
            "join_approval_mode": group.approval,
        }
        if group.description:
            node["description"] = group.description
        self._tell(group, "group_lifecycle_update", "group_create", node)
        return request

    def change(self, group: Group, body: Json, picture: Json | None) -> str:
        """``POST /{group}``: subject, description, picture; the request's id."""
        self._check_open(group)
        node: Json = {}
        if "subject" in body:
            group.subject = _subject(body["subject"])
            node["group_subject"] = _updated(text=group.subject)
        if "description" in body:
            group.description = _description(body["description"])
            node["group_description"] = _updated(text=group.description)
        if picture is not None:
            if picture["mime_type"] != "image/jpeg" or picture["bytes"] > MAX_PICTURE:
                raise bad_parameter("The picture must be a JPEG of at most 5 MB.")
            group.picture = picture["sha256"]
            shown = {key: picture[key] for key in ("mime_type", "sha256")}
            node["profile_picture"] = _updated(**shown)
        if not node:
            raise bad_parameter("One of subject, description, file is required.")
        node["request_id"] = request = self._request(group)
        self._tell(group, "group_settings_update", "group_settings_update", node)
        return request

    def delete(self, group: Group) -> str:
        """The group ends; the request's id."""
        del self._world.groups[group.id]
        request = self._request(group)
        node = {"request_id": request}
        self._tell(group, "group_lifecycle_update", "group_delete", node)
        return request

    def reset_link(self, group: Group) -> str:
        """A new link; the old one is worth nothing.  The link."""
        self._check_open(group)
        group.invite = self._invite(group.number_id)
        return group.invite_link

    def remove(self, group: Group, body: Json) -> str:
        """``DELETE /{group}/participants``: 1 to 8 people; the request's id."""
        _check_product(body)
        self._check_open(group)
        given = body.get("participants")
        if not isinstance(given, list) or not 1 <= len(given) <= MAX_PARTICIPANTS:
            raise bad_parameter("Param participants must have 1 to 8 people.")
        removed: list[Json] = []
        failed: list[Json] = []
        for each in given:
            typed = str(each.get("user")) if isinstance(each, dict) else ""
            person = self._world.customer_of(typed)
            if person is None or person.key not in group.participants:
                words = envelopes.error_node(131212, "")
                failed.append({"input": typed, "errors": [words]})
                continue
            group.participants.remove(person.key)
            removed.append({"input": typed, **self._person(person)})
        request = self._request(group)
        node: Json = {
            "request_id": request,
            "initiated_by": "business",
            "removed_participants": removed,
        }
        if failed:
            node["failed_participants"] = failed
        self._tell_participants(group, "group_participants_remove", node)
        return request

    def decide(self, group: Group, body: Json, *, approve: bool) -> Json:
        """Approve or reject join requests; the lists of the answer."""
        _check_product(body)
        given = body.get("join_requests")
        if not isinstance(given, list) or not given:
            raise bad_parameter("Param join_requests must be a non-empty array.")
        done: list[str] = []
        failed: list[Json] = []
        for request in map(str, given):
            if request not in group.requests:
                words = {"code": 131213, "message": CODES[131213].title}
                failed.append({"join_request_id": request, "errors": [words]})
                continue
            key, _ = group.requests.pop(request)
            done.append(request)
            if approve:
                self._add(group, self._world.customers[key])
        name = "approved_join_requests" if approve else "rejected_join_requests"
        answer: Json = {"messaging_product": "whatsapp", name: done}
        if failed:
            answer["failed_join_requests"] = failed
        return answer

    # The people's side

    def join(self, group: Group, person: Customer) -> str | None:
        """A person opens the link; the id of a join request, if one is needed.

        :raises BadRequest: in it already, or the group is full or suspended.
        """
        if group.suspended:
            raise BadRequest(f"group {group.id} is suspended: nobody can join")
        if person.key in group.participants:
            raise BadRequest(f"{person.key} is in the group already")
        if group.approval == AUTO:
            self._add(group, person)
            return None
        request = self._ids.digits("join", group.id)
        group.requests[request] = (person.key, self._clock.now())
        node = {"join_request_id": request, **self._person(person)}
        self._tell_participants(group, "group_join_request_created", node)
        return request

    def leave(self, group: Group, person: Customer) -> None:
        """A person leaves, or takes a join request back.  BadRequest."""
        asked = [k for k, (key, _) in group.requests.items() if key == person.key]
        if asked:
            del group.requests[asked[0]]
            node = {"join_request_id": asked[0], **self._person(person)}
            self._tell_participants(group, "group_join_request_revoked", node)
            return
        if person.key not in group.participants:
            raise BadRequest(f"{person.key} is not in group {group.id}")
        group.participants.remove(person.key)
        node = {
            "initiated_by": "participant",
            "removed_participants": [self._person(person)],
        }
        self._tell_participants(group, "group_participants_remove", node)

    def suspend(self, group: Group, *, suspended: bool) -> None:
        """Meta suspends a group, or lets it go on."""
        group.suspended = suspended
        kind = "group_suspend" if suspended else "group_suspend_cleared"
        self._tell(group, "group_status_update", kind, {})

    def people(self, group: Group) -> list[Json]:
        """The participants as Graph shows them."""
        return [self._person(self._world.customers[key]) for key in group.participants]

    def requests(self, group: Group) -> list[Json]:
        """The open join requests as Graph shows them."""
        return [
            {
                "join_request_id": request,
                **self._person(self._world.customers[key]),
                "creation_timestamp": str(int(at)),
            }
            for request, (key, at) in group.requests.items()
        ]

    def _add(self, group: Group, person: Customer) -> None:
        if len(group.participants) >= MAX_PARTICIPANTS:
            raise BadRequest(f"the group is full: {MAX_PARTICIPANTS} people")
        group.participants.append(person.key)
        node = {
            "reason": "invite_link",
            "added_participants": [self._person(person)],
        }
        self._tell_participants(group, "group_participants_add", node)

    def _person(self, person: Customer) -> Json:
        node: Json = {}
        envelopes.identify(node, person, self._emitter.holds, "wa_id", "")
        if person.username:
            node["username"] = person.username
        return node

    def _check_eligible(self, number: Number) -> None:
        state = self._world.business.number(number.id)
        if self._settings.group_eligibility and state.limit not in ELIGIBLE_LIMITS:
            raise Refused(131215, CODES[131215].title)

    @staticmethod
    def _check_open(group: Group) -> None:
        if group.suspended:
            raise Refused(131207, CODES[131207].title)

    def _invite(self, number_id: str) -> str:
        return self._ids.hexadecimal("invite", number_id)[:22]

    def _request(self, group: Group) -> str:
        return self._ids.hexadecimal("request", group.id)

    def _tell_participants(self, group: Group, kind: str, node: Json) -> None:
        self._tell(group, "group_participants_update", kind, node)

    def _tell(self, group: Group, field: str, kind: str, node: Json) -> None:
        number = self._world.numbers[group.number_id]
        row = {
            "timestamp": str(int(self._clock.now())),
            "group_id": group.id,
            "type": kind,
            **node,
        }
        value = {**envelopes.head(number), "groups": [row]}
        self._emitter.account(number.waba_id, field, value, number)


def _updated(**node: object) -> Json:
    return {**node, "update_successful": True}


def _check_product(body: Json) -> None:
    if body.get("messaging_product") != "whatsapp":
        raise bad_parameter("The parameter messaging_product is required.")


def _subject(given: object) -> str:
    if not isinstance(given, str) or not 1 <= len(given.strip()) <= MAX_SUBJECT:
        raise bad_parameter(f"Param subject must have 1 to {MAX_SUBJECT} characters.")
    return given


def _description(given: object) -> str:
    if not isinstance(given, str) or len(given) > MAX_DESCRIPTION:
        raise bad_parameter(
            f"Param description must have at most {MAX_DESCRIPTION} characters."
        )
    return given
