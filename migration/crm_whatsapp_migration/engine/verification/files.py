"""Files hang on their messages and can be opened."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .check import Check, none_of
from .scene import EXAMPLES, Scene

# Of more files than this, the first are read and of the rest the size is compared.
MOST_READ = 2000
_BLOCK = 1 << 20

_MOVED = """
      FROM ir_attachment own
      JOIN whatsapp_migration_effect effect ON effect.table_name = 'ir_attachment'
       AND effect.row_id = own.id
     WHERE effect.operation = 'insert' OR effect.before ->> 'res_model' IS NOT NULL
"""


def check_files(scene: Scene) -> list[Check]:
    return [
        scene.none(
            "files.place",
            "Each moved file belongs to a conversation that is there.",
            f"""
            SELECT own.id {_MOVED.replace("WHERE", "WHERE (")}) AND (
                own.res_model IS DISTINCT FROM 'discuss.channel'
                OR NOT EXISTS (SELECT FROM discuss_channel channel
                                WHERE channel.id = own.res_id))
            """,
        ),
        scene.none(
            "files.left",
            "No file hangs on an old row that was moved.",
            """
            SELECT own.id FROM ir_attachment own
              JOIN whatsapp_migration_item item
                ON item.source_table = 'whatsapp_message'
               AND item.source_id = own.res_id AND item.state = 'moved'
             WHERE own.res_model = 'whatsapp.message' AND own.res_field IS NULL
               AND NOT EXISTS (
                   SELECT FROM message_attachment_rel rel
                     JOIN mail_message chatter ON chatter.id = rel.message_id
                    WHERE rel.attachment_id = own.id
                      AND chatter.model = 'whatsapp.message')
            """,
        ),
        scene.none(
            "files.linked",
            "Each file of an old row is on the message that the row became.",
            """
            SELECT own.id FROM ir_attachment own
              JOIN whatsapp_migration_effect effect
                ON effect.table_name = 'ir_attachment' AND effect.row_id = own.id
               AND effect.before ->> 'res_model' = 'whatsapp.message'
             WHERE NOT EXISTS (
                   SELECT FROM message_attachment_rel rel
                     JOIN mail_message new ON new.id = rel.message_id
                    WHERE rel.attachment_id = own.id)
            """,
        ),
        _readable(scene),
    ]


def _readable(scene: Scene) -> Check:
    """Open the files; their bytes are in the database or in the filestore."""
    words = "Each moved file can be opened and is what it was."
    rows = scene.rows(
        f"""
        SELECT own.id, own.store_fname, own.checksum, own.file_size,
               own.db_datas IS NOT NULL
          {_MOVED.replace("WHERE", "WHERE (")})
           AND own.type = 'binary' ORDER BY own.id
        """
    )
    broken = []
    for place, (row_id, name, checksum, size, inside) in enumerate(rows):
        if inside or (not name and not size):
            continue
        if not name:
            broken.append(row_id)
        elif scene.filestore is not None:
            path = scene.filestore / name
            if not _is_whole(path, size, checksum if place < MOST_READ else None):
                broken.append(row_id)
    return none_of("files.readable", len(broken), words, broken[:EXAMPLES])


def _is_whole(path: Path, size: int | None, checksum: str | None) -> bool:
    if not path.is_file() or (size and path.stat().st_size != size):
        return False
    if not checksum:
        return True
    # As Odoo names its files.
    digest = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest() == checksum
