"""Template pacing: sends that are held until the template's quality is known.

Source: template pacing page as mirrored 2025-12-11.
"""

from ..entities import Json
from ..errors import BadRequest
from ..messages.statuses import Statuses
from ..world import World
from .templates import Templates

#: What ends pacing: the held messages are sent, or dropped and the template paused.
RELEASE, DROP = "release", "drop"
HELD_DROPPED = 132015


class Pacing:
    """Begins and ends pacing of a template."""

    def __init__(self, world: World, templates: Templates, statuses: Statuses) -> None:
        self._world = world
        self._templates = templates
        self._statuses = statuses

    def hold(self, template_id: str) -> Json:
        """From now on sends answer ``held_for_quality_assessment``."""
        template = self._templates.get(template_id)
        self._templates.state(template).paced = True
        return self._templates.record(template)

    def end(self, template_id: str, how: str) -> Json:
        """Release or drop what is held.  BadRequest on anything else.

        A drop is bad feedback: quality RED, the template paused, each held message
        failed with 132015.
        """
        if how not in (RELEASE, DROP):
            raise BadRequest(f"pacing: expected {RELEASE} or {DROP}, got '{how}'")
        template = self._templates.get(template_id)
        state = self._templates.state(template)
        held, state.held = state.held, []
        state.paced = False
        if how == DROP:
            self._templates.happen(template_id, "PAUSED")
        self._templates.set_quality(template_id, "RED" if how == DROP else "GREEN")
        for wamid in held:
            message = self._world.messages.get(wamid)
            if message is None:
                continue
            if how == DROP:
                message.fails_with = HELD_DROPPED
                message.fails_details = "The template was paused while it was paced."
            self._statuses.plan(message)
        return self._templates.record(template)
