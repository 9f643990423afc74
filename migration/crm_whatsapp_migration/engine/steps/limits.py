"""A run of a part: the oldest rows, and the persons they belong to."""

from __future__ import annotations

from ..context import Context


def keep_oldest(context: Context, limit: int) -> None:
    """Leave what is later than the first ``limit`` rows to a later run.

    Cuts the classification: ``wamig_message`` and ``wamig_person``.
    """
    cr = context.cr
    cr.execute(
        """
        DELETE FROM wamig_message mine
         USING (SELECT at, id FROM wamig_message
                 WHERE state = 'moved' AND NOT done
                 ORDER BY at, id OFFSET %s LIMIT 1) cut
         WHERE NOT mine.done AND (mine.at, mine.id) >= (cut.at, cut.id)
        """,
        (limit,),
    )
    cr.execute(
        """
        DELETE FROM wamig_person person
         WHERE NOT EXISTS (SELECT FROM wamig_message mine
                            WHERE mine.gateway = person.gateway
                              AND mine.key = person.key
                              AND mine.state = 'moved' AND NOT mine.done)
           AND NOT EXISTS (SELECT FROM wamig_stray stray
                            WHERE stray.gateway = person.gateway
                              AND stray.key = person.key
                              AND stray.state = 'moved' AND NOT stray.done)
        """
    )
