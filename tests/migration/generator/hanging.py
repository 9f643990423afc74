"""What hangs on messages and leads: chatter, followers, activities, attachments."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from .copying import Ids, copy, copy_known
from .made import Made
from .messages import Sample
from .people import ADMIN
from .strays import ADMIN_PARTNER, MESSAGE_COLUMNS

MODEL = "whatsapp.message"
TRACKING_COLUMNS = (
    "mail_message_id field_id old_value_char new_value_char create_uid write_uid"
    " create_date write_date"
).split()
ACTIVITY_COLUMNS = (
    "res_model_id res_model res_id user_id date_deadline summary active create_uid"
    " write_uid create_date write_date"
).split()
ATTACHMENT_COLUMNS = (
    "id name res_model res_id type store_fname db_datas checksum file_size mimetype"
    " company_id create_uid write_uid create_date write_date"
).split()


def write(
    cr: Any, sample: Sample, at: datetime, files: Path | None, made: Made
) -> None:
    """Hang on what was sampled.

    :param files: the database's filestore; None: attachments stay in the table
    """
    ids = Ids(cr, "mail_message")
    copy_known(cr, "mail_message", MESSAGE_COLUMNS, _chatter(sample, ids))
    tracked: list[tuple[Any, ...]] = []
    rows = _tracked(sample, ids, tracked)
    copy_known(cr, "mail_message", MESSAGE_COLUMNS, rows)
    copy_known(cr, "mail_tracking_value", TRACKING_COLUMNS, tracked)
    ids.close()
    followers = ((MODEL, row_id, ADMIN_PARTNER) for row_id in sample.followed)
    copy(cr, "mail_followers", ("res_model", "res_id", "partner_id"), followers)
    _activities(cr, sample, at)
    _attachments(cr, sample, at, files)
    for name in ("tracked", "followed", "activity", "attachment"):
        made.oddities[name] += len(getattr(sample, name))
    made.oddities["lead_chatter"] += len(sample.chatter)


def _chatter(sample: Sample, ids: Ids) -> Iterator[tuple[Any, ...]]:
    for _, lead_id, direction, phone, text, at in sample.chatter:
        said = html.escape(text)
        if direction == "outgoing":
            body = f"<p>WhatsApp enviado a {html.escape(phone)}: {said}</p>"
        else:
            body = f"<p><strong>Mensaje de WhatsApp</strong></p><p>{said}</p>"
        yield _message(ids.next(), "crm.lead", lead_id, body, "comment", at)


def _tracked(
    sample: Sample, ids: Ids, values: list[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    for row_id, at in sample.tracked:
        found = ids.next()
        values.append((found, None, "Draft", "Sent", ADMIN, ADMIN, at, at))
        yield _message(found, MODEL, row_id, "", "notification", at)


def _message(
    found: int, model: str, res_id: int, body: str, kind: str, at: datetime
) -> tuple[Any, ...]:
    return (
        *(found, model, res_id, body, kind, None, ADMIN_PARTNER, None, None),
        *(f"<{found}.1730@odoo>", None, False, None, at, ADMIN, ADMIN, at, at),
    )


def _activities(cr: Any, sample: Sample, at: datetime) -> None:
    cr.execute("SELECT id FROM ir_model WHERE model = %s", [MODEL])
    found = cr.fetchone()
    if found is None:
        sample.activity.clear()
    rows = (
        (found[0], MODEL, row_id, ADMIN, at.date(), "Llamar", True, ADMIN, ADMIN)
        + (at, at)
        for row_id in sample.activity
    )
    copy_known(cr, "mail_activity", ACTIVITY_COLUMNS, rows)


def _attachments(cr: Any, sample: Sample, at: datetime, files: Path | None) -> None:
    ids = Ids(cr, "ir_attachment")
    rows = []
    for row_id in sample.attachment:
        content = f"%PDF-1.4 legacy attachment of message {row_id}\n".encode()
        checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        name = None
        if files:
            name = f"{checksum[:2]}/{checksum}"
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            (files / name).write_bytes(content)
        data = None if files else "\\x" + content.hex()
        rows.append(
            (ids.next(), f"adjunto-{row_id}.pdf", MODEL, row_id, "binary", name, data)
            + (checksum, len(content), "application/pdf", 1, ADMIN, ADMIN, at, at)
        )
    copy(cr, "ir_attachment", ATTACHMENT_COLUMNS, rows)
    ids.close()
