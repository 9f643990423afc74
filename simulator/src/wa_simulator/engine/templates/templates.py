"""The life of templates: created, reviewed, edited, paused, deleted.

Sources: template management, review, pausing and pacing pages as mirrored
2025-12-11.
"""

from collections.abc import Callable

from ..accounts.business import TemplateState
from ..clock import Clock
from ..entities import Json, Template
from ..errors import BadRequest, Refused, bad_parameter, unknown_object
from ..ids import IdSource
from ..nearest import unknown
from ..settings import DAY, HOUR, Settings
from ..timers import Timers
from ..world import World
from . import events as template_events
from . import library as template_library
from . import rules as template_rules
from .texts import refused

BY_TEMPLATE = "template"
REVIEW, UNPAUSE = "review", "unpause"
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
MAX_TEMPLATES = 250
MAX_PER_HOUR = 100
NAME_CLOSED = 30 * DAY
#: How long the first and the second pause last; the third disables.
PAUSES = (3 * HOUR, 6 * HOUR)
PAUSE_TITLES = ("FIRST_PAUSE", "SECOND_PAUSE")
REASONS = (
    "ABUSIVE_CONTENT", "INCORRECT_CATEGORY", "INVALID_FORMAT", "PROMOTIONAL", "SCAM",
    "TAG_CONTENT_MISMATCH", "NONE",
)  # fmt: skip
#: What a tester may do to a template -> the status it gets (None: it stays).
EVENTS: dict[str, str | None] = {
    "APPROVED": "APPROVED",
    "REJECTED": "REJECTED",
    "PENDING": "PENDING",
    "PAUSED": "PAUSED",
    "UNPAUSED": "APPROVED",
    "DISABLED": "DISABLED",
    "FLAGGED": None,
    "REINSTATED": "APPROVED",
    "IN_APPEAL": "IN_APPEAL",
    "LIMIT_EXCEEDED": "LIMIT_EXCEEDED",
    "ARCHIVED": "ARCHIVED",
    "UNARCHIVED": "APPROVED",
    "LOCKED": "LOCKED",
    "UNLOCKED": "APPROVED",
    "PENDING_DELETION": "PENDING_DELETION",
}
#: Keys of a creation that are kept as they are.
EXTRAS = (
    "message_send_ttl_seconds", "sub_category", "optimization_spec", "bid_spec",
    template_library.NAME,
)  # fmt: skip
QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
#: Names that decide their own review.
MAGIC_NAMES = {"sim_reject_": "reject", "sim_pending_": "manual"}


class Templates:
    """Create, edit, delete; review and pause; webhooks of each change.

    :param emit: sends a change of an account: its id, the field, the value.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        ids: IdSource,
        timers: Timers,
        emit: Callable[[str, str, Json], object],
        settings: Settings,
    ) -> None:
        self._world = world
        self._clock = clock
        self._ids = ids
        self._timers = timers
        self._emit = emit
        self._settings = settings

    def state(self, template: Template) -> TemplateState:
        """What review and quality have left."""
        return self._world.business.template(template.id)

    def resume(self) -> None:
        """Plan again what a reset has forgotten: reviews, ends of pauses."""
        for template_id, state in self._world.business.setup.templates.items():
            template = self._world.templates.get(template_id)
            if template is None:
                continue
            if template.status == "PENDING":
                self._plan_review(template)
            elif template.status == "PAUSED" and state.paused_until:
                self._plan_unpause(template, state)

    def get(self, template_id: str) -> Template:
        """Refused (100/33) when unknown."""
        if template_id not in self._world.templates:
            raise unknown_object(template_id)
        return self._world.templates[template_id]

    # The business's side

    def create(self, waba_id: str, body: Json) -> Json:
        """``{id, status, category}``.  Refused, with Meta's subcodes."""
        if body.get(template_library.NAME):
            body = template_library.completed(body)
        draft = template_rules.check(body)
        now = self._clock.now()
        self._check_bounds(waba_id, draft.name, now)
        if self._world.template_of(waba_id, draft.name, draft.language):
            raise refused(
                2388024,
                "components",
                f"There is already {draft.language} content for this template. You "
                "can create a new template and try again.",
            )
        template = Template(
            id=self._ids.digits("template", waba_id, draft.name, draft.language),
            waba_id=waba_id,
            name=draft.name,
            language=draft.language,
            category=draft.category,
            components=draft.components,
            status="PENDING",
            parameter_format=draft.parameter_format,
        )
        self._world.templates[template.id] = template
        state = self.state(template)
        state.extras = {key: body[key] for key in EXTRAS if body.get(key) is not None}
        self._world.business.setup.created.setdefault(waba_id, []).append(now)
        self._plan_review(template)
        return {"id": template.id, "status": "PENDING", "category": template.category}

    def _check_bounds(self, waba_id: str, name: str, now: float) -> None:
        if not self._settings.template_limits:
            return
        setup = self._world.business.setup
        closed = setup.deleted_names.get((waba_id, name))
        if closed is not None and now < closed + NAME_CLOSED:
            raise refused(
                2388023, "name", "deleted less than 30 days ago; choose another name"
            )
        recent = [at for at in setup.created.get(waba_id, []) if at > now - HOUR]
        setup.created[waba_id] = recent
        if len(recent) >= MAX_PER_HOUR:
            raise Refused(80007, "Too many templates were created in the last hour")
        count = sum(t.waba_id == waba_id for t in self._world.templates.values())
        if count >= MAX_TEMPLATES:
            raise refused(2388019, "name", f"at most {MAX_TEMPLATES} templates")

    def edit(self, template_id: str, body: Json) -> None:
        """Replace components, category or time to live.  Refused."""
        template = self.get(template_id)
        state = self.state(template)
        if template.status not in EDITABLE:
            raise refused(
                2388039, "status", f"a {template.status} template cannot be edited"
            )
        category = template.category
        if body.get("category") is not None:
            category = template_rules.word(body, "category", template_rules.CATEGORIES)
        if template.status == "APPROVED" and category != template.category:
            raise refused(
                2388039, "category", "that of an approved template cannot change"
            )
        if not any(
            body.get(key) is not None
            for key in ("components", "category", "message_send_ttl_seconds")
        ):
            raise bad_parameter("The parameter components is required.")
        components = template.components
        if body.get("components") is not None:
            components = template_rules.check_components(
                body["components"], category, template.parameter_format
            )
        self._count_edit(template, state)
        template.components, template.category = components, category
        if body.get("message_send_ttl_seconds") is not None:
            ttl = body["message_send_ttl_seconds"]
            state.extras["message_send_ttl_seconds"] = ttl
        template.status = "PENDING"
        self._plan_review(template)

    def _count_edit(self, template: Template, state: TemplateState) -> None:
        if template.status != "APPROVED" or not self._settings.template_limits:
            return
        now = self._clock.now()
        state.edits = [at for at in state.edits if at > now - 30 * DAY]
        if len(state.edits) >= 10 or (state.edits and state.edits[-1] > now - DAY):
            raise refused(
                2388039, "edit", "once in 24 hours, ten times in 30 days when approved"
            )
        state.edits.append(now)

    def delete(self, waba_id: str, name: str | None, hsm_id: str | None) -> None:
        """By name (all languages), or by id and name (one).  Refused."""
        if not name and not hsm_id:
            raise bad_parameter("The parameter name is required.")
        found = [
            t
            for t in self._world.templates.values()
            if t.waba_id == waba_id
            and (not name or t.name == name)
            and (not hsm_id or t.id == hsm_id)
        ]
        if not found:
            raise Refused(
                100,
                subcode=2593002,
                message="Invalid parameter",
                user=("Message Template Not Found", f"no template '{name or hsm_id}'"),
            )
        if any(t.status == "DISABLED" for t in found):
            raise refused(2388039, "status", "a disabled template cannot be deleted")
        for template in found:
            self._remove(template)

    def _remove(self, template: Template) -> None:
        if template.status == "APPROVED":
            key = (template.waba_id, template.name)
            self._world.business.setup.deleted_names[key] = self._clock.now()
        undelivered = any(
            m.type == "template"
            and m.payload.get("name") == template.name
            and m.status in ("accepted", "sent")
            for m in self._world.messages.values()
        )
        event = "PENDING_DELETION" if undelivered else "DELETED"
        template.status = event
        self._tell(template, event, None)
        del self._world.templates[template.id]
        self._world.business.setup.templates.pop(template.id, None)

    def unpause(self, template_id: str) -> None:
        """``POST /{template_id}/unpause``.  Refused unless it is paused."""
        template = self.get(template_id)
        if template.status != "PAUSED":
            raise bad_parameter(f"The template is {template.status}, not PAUSED.")
        self.happen(template_id, "UNPAUSED")

    # Review, by timer or by hand

    def _plan_review(self, template: Template) -> None:
        state = self.state(template)
        state.turn += 1
        due = self._clock.now() + self._settings.template_review_delay
        self._timers.plan(due, BY_TEMPLATE, template.id, REVIEW, str(state.turn))

    def on_timer(self, template_id: str, what: str, turn: str) -> None:
        """A review or the end of a pause, unless something came between."""
        template = self._world.templates.get(template_id)
        if template is None or str(self.state(template).turn) != turn:
            return
        if what == UNPAUSE:
            self.happen(template_id, "UNPAUSED")
            return
        verdict = self._settings.template_review
        for prefix, own in MAGIC_NAMES.items():
            if template.name.startswith(prefix):
                verdict = own
        if verdict == "approve":
            self.happen(template_id, "APPROVED")
        elif verdict == "reject":
            self.happen(template_id, "REJECTED", "INVALID_FORMAT")

    def happen(self, template_id: str, event: str, reason: str | None = None) -> Json:
        """Something happens to a template, with its webhook.

        BadRequest on an unknown event or reason; a third pause disables.
        """
        if event not in EVENTS:
            raise BadRequest(unknown("event", event, EVENTS))
        if reason is not None and reason not in REASONS:
            raise BadRequest(unknown("reason", reason, REASONS))
        template = self.get(template_id)
        state = self.state(template)
        state.turn += 1
        if event == "PAUSED":
            event = self._pause(template, state)
        template.status = EVENTS[event] or template.status
        if event == "REJECTED":
            state.rejected_reason = reason or "INVALID_FORMAT"
        elif event == "APPROVED":
            state.rejected_reason = "NONE"
        self._tell(template, event, reason)
        return self.record(template)

    def _pause(self, template: Template, state: TemplateState) -> str:
        """Three hours, six hours, then disabled."""
        state.pauses += 1
        if state.pauses > len(PAUSES):
            return "DISABLED"
        state.paused_until = self._clock.now() + PAUSES[state.pauses - 1]
        self._plan_unpause(template, state)
        return "PAUSED"

    def _plan_unpause(self, template: Template, state: TemplateState) -> None:
        self._timers.plan(
            state.paused_until, BY_TEMPLATE, template.id, UNPAUSE, str(state.turn)
        )

    def _tell(self, template: Template, event: str, reason: str | None) -> None:
        state = self.state(template)
        title = None
        if event == "PAUSED":
            title = PAUSE_TITLES[state.pauses - 1]
        elif event in ("UNPAUSED", "DISABLED"):
            title = "UNPAUSE" if event == "UNPAUSED" else event
        self._emit(
            template.waba_id,
            "message_template_status_update",
            template_events.status(
                template, event, reason, title, int(self._clock.now())
            ),
        )

    # Quality and category

    def set_quality(self, template_id: str, score: str) -> Json:
        """A new quality score and its webhook.  BadRequest on an unknown one."""
        if score not in QUALITIES:
            raise BadRequest(unknown("quality", score, QUALITIES))
        template = self.get(template_id)
        state = self.state(template)
        previous, state.quality = state.quality, score
        state.quality_date = self._clock.now()
        self._emit(
            template.waba_id,
            "message_template_quality_update",
            template_events.quality(template, previous, score),
        )
        return self.record(template)

    def set_category(self, template_id: str, category: str) -> Json:
        """Meta files a template under another category, and says so."""
        if category not in template_rules.CATEGORIES:
            raise BadRequest(unknown("category", category, template_rules.CATEGORIES))
        template = self.get(template_id)
        state = self.state(template)
        state.previous_category = template.category
        template.category = category
        self._emit(
            template.waba_id,
            "template_category_update",
            template_events.category(template, state.previous_category),
        )
        return self.record(template)

    def record(self, template: Template) -> Json:
        """A template as the control API shows it."""
        state = self.state(template)
        return {**vars(template), "state": {**vars(state)}}
