"""Several templates at once: archive, unarchive, languages of an authentication one.

Sources: bulk management of authentication templates as mirrored 2025-12-11; the
answers of archival as pywa 4.4 reads them and as Meta's changelog of 2026-06-02 has
them; the words of a failure are ours.
"""

from collections.abc import Callable
from typing import Any

from ..entities import Json
from ..errors import Refused, bad_parameter
from ..world import World
from .templates import Templates

ARCHIVE, UNARCHIVE = "ARCHIVED", "UNARCHIVED"
MAX_IDS = 100


class Bulk:
    """Each template for itself; what fails is listed."""

    def __init__(
        self, world: World, templates: Templates, holds: Callable[[str], bool]
    ) -> None:
        self._world = world
        self._templates = templates
        self._holds = holds

    def archive(self, waba_id: str, given: Any, event: str) -> Json:
        """Archive or unarchive by ``hsm_ids``: what was done, and why others failed."""
        ids = given.split(",") if isinstance(given, str) else given
        if not isinstance(ids, list) or not 0 < len(ids) <= MAX_IDS:
            raise bad_parameter(f"Param hsm_ids must have 1 to {MAX_IDS} ids.")
        done: list[str] = []
        failed: dict[str, str] = {}
        for template_id in (str(each).strip() for each in ids):
            obstacle = self._obstacle(waba_id, template_id, event)
            if obstacle:
                failed[template_id] = obstacle
            else:
                self._templates.happen(template_id, event)
                done.append(template_id)
        if not self._holds("archive_lists"):
            return {"success": True}
        name = "archived_templates" if event == ARCHIVE else "unarchived_templates"
        return {name: done, "failed_templates": failed}

    def _obstacle(self, waba_id: str, template_id: str, event: str) -> str:
        """Why a template cannot be archived or unarchived; "" when it can."""
        template = self._world.templates.get(template_id)
        if template is None or template.waba_id != waba_id:
            return f"The template {template_id} does not exist."
        if (template.status == ARCHIVE) is (event == UNARCHIVE):
            return ""
        if event == ARCHIVE:
            return f"The template is {ARCHIVE} already."
        return f"The template is not archived, but {template.status}."

    def upsert(self, waba_id: str, body: Json) -> Json:
        """One authentication template in several ``languages``: made or changed."""
        languages = body.get("languages")
        if not isinstance(languages, list) or not languages:
            raise bad_parameter("The parameter languages is required.")
        if str(body.get("category", "")).upper() != "AUTHENTICATION":
            raise bad_parameter("Param category must be AUTHENTICATION here.")
        rows = []
        for language in languages:
            one = {k: v for k, v in body.items() if k != "languages"}
            rows.append(self._one(waba_id, {**one, "language": language}))
        return {"data": rows}

    def _one(self, waba_id: str, body: Json) -> Json:
        found = self._world.template_of(
            waba_id, str(body.get("name")), str(body["language"])
        )
        if found is None:
            made = self._templates.create(waba_id, body)
            template = self._world.templates[made["id"]]
        elif found.category != "AUTHENTICATION":
            raise Refused(100, message="(#100) The template has another category.")
        else:
            self._templates.edit(found.id, {"components": body.get("components")})
            template = found
        return {
            "id": template.id,
            "status": template.status,
            "language": template.language,
        }
