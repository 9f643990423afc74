"""What the worker calls in the engine; apart from the model for its length."""

import psycopg2

from odoo import models
from odoo.sql_db import connection_info_for
from odoo.tools import config

from odoo.addons.crm_whatsapp_gateway.processing.transaction import in_transaction

from ..engine import verify
from ..engine.decisions import Decisions
from ..engine.options import DEFAULT_BATCH, DEFAULT_COUNTRY, Options
from ..engine.rollback import rollback
from ..engine.runner import Runner
from ..terminal.place import legacy_files, legacy_on_path, module_copies
from .slice import utc_now

# A rehearsal is one transaction, which no slice can interrupt.
REHEARSAL_ROWS = 50_000


class WhatsappMigrationRun(models.Model):
    _inherit = "whatsapp.migration.run"

    def _work(self, task, part) -> bool:
        """Work on a task until it is done or must stop.

        :param part: :class:`.slice.Slice`
        :return: whether it is done
        """
        return getattr(self, f"_work_{task}")(part)

    def _work_run(self, part):
        outcome = self._runner(self._options(), part, part.should_stop).run()
        return outcome.state == "done"

    def _work_dry(self, part):
        limit = min(self.row_limit or REHEARSAL_ROWS, REHEARSAL_ROWS)
        options = self._options(dry_run=True, limit=limit)
        # Half a rehearsal says nothing: only a person stops it.
        outcome = self._runner(options, part, part.should_pause).run()
        self._write_now({"rehearsal": outcome.counts})
        return outcome.state == "done"

    def _work_verify(self, part):
        looks = verify.LOOKS
        # This transaction never sees what it wrote in others: the sum is kept here.
        checks = list(self.checks or [])
        for index in range(part.beat._read_now("done"), len(looks)):
            if part.should_stop():
                return False
            found = [check.as_dict() for check in self._look(looks[index])]
            # A slice that died may have left this look's checks.
            names = {check["name"] for check in found}
            checks = [check for check in checks if check["name"] not in names] + found
            self._write_now({"checks": checks})
            part.note("checks", index + 1, len(looks), always=True)
        return True

    def _look(self, look):
        connection = self._connect()
        try:
            with connection.cursor() as cr:
                filestore = config.filestore(self.env.cr.dbname)
                return verify.glance(verify.look_at(cr, self.id, filestore), look)
        finally:
            connection.close()

    def _work_rollback(self, part):
        outcome = rollback(
            self._connect,
            self.id,
            force=part.beat.force or None,
            progress=part.tell,
            should_stop=part.should_stop,
            clock=utc_now,
        )
        return outcome.state != "interrupted"

    # ------------------------------------------------------------ the engine
    def _runner(self, options, part, should_stop):
        return Runner(
            self._connect,
            options,
            progress=part.tell,
            should_stop=should_stop,
            clock=utc_now,
            user_id=self.user_id.id or None,
            legacy_on_path=legacy_on_path(),
            legacy_files=legacy_files(),
            copies=module_copies(),
        )

    def _connect(self):
        """A connection of the engine's own: it commits when it sees fit."""
        _name, info = connection_info_for(self.env.cr.dbname)
        return psycopg2.connect(**info)

    def _options(self, decisions=None, **changes):
        """What was chosen on the screen, for the engine.

        :param decisions: instead of those kept on the run
        """
        self.ensure_one()
        # A run that the command line began keeps what was asked for there.
        begun = self.options or {}
        gateway_map = begun.get("gateway_map") or {}
        values = {
            "country": self.country_id.code or begun.get("country") or DEFAULT_COUNTRY,
            "batch": begun.get("batch") or DEFAULT_BATCH,
            "limit": self.row_limit or begun.get("limit") or None,
            "gateway_map": {int(old): new for old, new in gateway_map.items()},
            "decisions": Decisions.from_dict(decisions or self.decisions or {}),
        }
        return Options(**values | changes)

    def _write_now(self, vals):
        """Write in a transaction of its own: it is to be seen at once."""
        run_id = self.id
        in_transaction(
            self.sudo().env, lambda env: env[self._name].browse(run_id).write(vals)
        )
        self.invalidate_recordset()
