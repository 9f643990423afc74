"""What the worker calls in the engine; apart from the model for its length."""

import time
from datetime import UTC, datetime

import psycopg2

from odoo import models
from odoo.sql_db import connection_info_for
from odoo.tools import config

from odoo.addons.crm_whatsapp_gateway.models.transaction import in_transaction

from ..engine import verify
from ..engine.decisions import Decisions
from ..engine.options import DEFAULT_BATCH, Options
from ..engine.rollback import rollback
from ..engine.runner import Runner

# A progress bar that moves more often only costs.
BEAT_SECONDS = 1
# A rehearsal is one transaction, which no slice can interrupt.
REHEARSAL_ROWS = 50_000


def utc_now():
    return datetime.now(UTC).replace(tzinfo=None)


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    def _work(self, beat, time_is_up) -> bool:
        """Work on a task until it is done or must stop.

        :param time_is_up: asked between batches
        :return: whether it is done
        """

        def should_stop():
            return time_is_up() or beat._read_now("pause_asked")

        return getattr(self, f"_work_{beat.task}")(beat, should_stop)

    def _work_run(self, beat, should_stop):
        outcome = self._runner(beat, self._options(), should_stop, self.id).run()
        return outcome.state != "interrupted"

    def _work_dry(self, beat, should_stop):
        options = self._options(dry_run=True, limit=REHEARSAL_ROWS)
        # Half a rehearsal says nothing: only a person stops it.
        outcome = self._runner(
            beat, options, lambda: beat._read_now("pause_asked"), None
        ).run()
        self._write_now({"rehearsal": outcome.counts})
        return True

    def _work_verify(self, beat, should_stop):
        looks = verify.LOOKS
        for index in range(beat._read_now("done"), len(looks)):
            if should_stop():
                return False
            found = self._look(looks[index])
            checks = (self.checks or []) + [check.as_dict() for check in found]
            self._write_now({"checks": checks})
            self._note_progress(beat)(looks[index].__name__, index + 1, len(looks))
        return True

    def _look(self, look):
        with self._connect() as connection, connection.cursor() as cr:
            cr.execute("SET TRANSACTION READ ONLY")
            filestore = config.filestore(self.env.cr.dbname)
            return verify.glance(verify.look_at(cr, self.id, filestore), look)

    def _work_rollback(self, beat, should_stop):
        outcome = rollback(
            self._connect,
            self.id,
            force=beat.force or None,
            progress=self._progress(beat),
            should_stop=should_stop,
            clock=utc_now,
        )
        return outcome.state != "interrupted"

    # ------------------------------------------------------------ the engine
    def _runner(self, beat, options, should_stop, run_id):
        return Runner(
            self._connect,
            options,
            progress=self._progress(beat),
            should_stop=should_stop,
            clock=utc_now,
            run_id=run_id,
        )

    def _connect(self):
        """A connection of the engine's own: it commits when it sees fit."""
        _name, info = connection_info_for(self.env.cr.dbname)
        return psycopg2.connect(**info)

    def _options(self, **changes):
        """What was chosen on the screen, for the engine."""
        self.ensure_one()
        values = {
            "country": self.country_id.code or self.env.company.country_id.code or "CO",
            "batch": DEFAULT_BATCH,
            "limit": self.row_limit or None,
            "decisions": Decisions.from_dict(self.decisions or {}),
        }
        return Options(**values | changes)

    def _progress(self, beat):
        """Callable that the engine tells how far it is."""
        note = self._note_progress(beat)
        return lambda event: note(
            event.noun, event.done, event.total, event.rate, event.eta
        )

    def _note_progress(self, beat):
        last = [0.0]

        def note(noun, done, total, rate=0.0, eta=None):
            now = time.monotonic()
            if now - last[0] < BEAT_SECONDS and done < total:
                return
            last[0] = now
            beat._write_now(
                {
                    "noun": noun,
                    "done": done,
                    "total": total,
                    "rate": rate,
                    "eta": eta or 0,
                    "at": utc_now(),
                }
            )

        return note

    def _write_now(self, vals):
        """Write in a transaction of its own: it is to be seen at once."""
        run_id = self.id
        in_transaction(
            self.sudo().env, lambda env: env[self._name].browse(run_id).write(vals)
        )
        self.invalidate_recordset()
