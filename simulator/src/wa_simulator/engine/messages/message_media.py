"""The media inside an outbound message: by id or by link, in a node or a header."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..entities import Json
from ..errors import Refused
from . import media_rules
from .media import MediaStore
from .validation import invalid


@dataclass(frozen=True)
class Reference:
    """One medium of a message.  Either ``id`` or ``link`` is set."""

    kind: str
    where: str
    id: str | None
    link: str | None
    voice: bool = False


def references(kind: str, node: Any) -> list[Reference]:
    """Every medium a message names, in order."""
    if kind in media_rules.KINDS:
        return [_reference(kind, node, kind)]
    if kind in ("interactive", "template"):
        return list(_inside(node, kind))
    return []


def _inside(value: Any, where: str) -> Iterator[Reference]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, f"{where}[{index}]")
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        place = f"{where}['{key}']"
        if key in media_rules.KINDS and _names_medium(inner):
            yield _reference(key, inner, place)
        elif key != "flow_action_payload":
            yield from _inside(inner, place)


def _names_medium(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("id") or value.get("link"))


def _reference(kind: str, node: Json, where: str) -> Reference:
    given = node.get("id")
    link = node.get("link")
    return Reference(
        kind,
        where,
        str(given) if given else None,
        str(link) if link and not given else None,
        bool(node.get("voice")),
    )


def check_ids(media: MediaStore, number_id: str, found: list[Reference]) -> None:
    """Refused (131009) for an id that is unknown, expired or another number's."""
    for each in found:
        if each.id is None:
            continue
        try:
            media.get(each.id, number_id)
        except Refused:
            raise invalid(
                f"{each.where}['id']: media '{each.id}' does not exist or has expired"
            ) from None


def failure(media: MediaStore, found: list[Reference], *, links: bool) -> str | None:
    """Why Meta could not send the media afterwards (131053); None when it can.

    :param links: judge the media by link; else those by id.
    """
    for each in found:
        if bool(each.link) is not links:
            continue
        words = _problem(media, each)
        if words:
            return words
    return None


def _problem(media: MediaStore, each: Reference) -> str | None:
    if each.link is None:
        stored = media.get(str(each.id))
    else:
        link = media.link(each.link)
        if link is None or link.media_id is None:
            reason = link.error if link else "nothing fetched it"
            return f"Downloading media from weblink failed: {reason}"
        stored = media.get(link.media_id)
    return media_rules.problem(
        each.kind, stored.mime_type, stored.content, voice=each.voice
    )
