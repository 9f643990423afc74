"""The files of a run, made when they are asked for and kept nowhere."""

import json
import tempfile

from werkzeug.exceptions import NotFound
from werkzeug.wsgi import wrap_file

from odoo.http import Controller, Response, content_disposition, request, route

from ..engine.report import as_json, html, write_rows

TYPES = {
    "report.html": "text/html; charset=utf-8",
    "report.json": "application/json; charset=utf-8",
    "rows.csv": "text/csv; charset=utf-8",
    "decisiones.json": "application/json; charset=utf-8",
}
# Nothing in the page may run or be fetched, whatever a message's text holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class WhatsappMigrationReport(Controller):
    @route("/whatsapp_migration/<int:run_id>/<string:name>", auth="user")
    def report(self, run_id, name, **_kwargs):
        # Who may not read runs is refused here.
        run = request.env["whatsapp.migration.run"].search([("id", "=", run_id)])
        if not run or name not in TYPES:
            raise NotFound()
        headers = [
            ("Content-Type", TYPES[name]),
            ("Content-Security-Policy", POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        if name != "report.html":
            disposition = content_disposition(f"whatsapp_migration_{run_id}_{name}")
            headers.append(("Content-Disposition", disposition))
        return Response(self._body(run, name), headers=headers, direct_passthrough=True)

    def _body(self, run, name):
        if name == "rows.csv":
            # Millions of rows go through a file, never through memory.
            # werkzeug closes it when the last byte is sent.
            rows = tempfile.TemporaryFile()  # noqa: SIM115
            write_rows(request.env.cr, rows)
            rows.seek(0)
            return wrap_file(request.httprequest.environ, rows)
        if name == "decisiones.json":
            data = run._decisions_as_file()
            return [json.dumps(data, ensure_ascii=False, indent=2).encode()]
        data = run._report_data()
        return [(html(data) if name == "report.html" else as_json(data)).encode()]
