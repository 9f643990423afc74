"""Templates of a number's account: brought in whole, kept true."""

import logging
from datetime import timedelta

import requests

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...tools import const, graph_errors
from ...tools.template_definition import parse
from .mail_whatsapp_template import TEMPLATE_FIELDS

_logger = logging.getLogger(__name__)

PAGE_SIZE = 100
# Meta keeps 6,000 templates of an account; more pages than that are no list.
MOST_PAGES = 500
# The scheduled action runs more often, for single templates.
SYNC_HOURS = 20
# XML id of the scheduled action that reads templates.
SYNC_JOB = "crm_whatsapp_gateway.ir_cron_templates"
# Names in the result's text; the list has them all.
NAMES_SHOWN = 20


class MailGateway(models.Model):
    _inherit = "mail.gateway"

    whatsapp_templates_synced_at = fields.Datetime(
        string="Templates Read At", readonly=True, copy=False
    )
    whatsapp_templates_result = fields.Text(
        string="Result of Reading Templates", readonly=True, copy=False
    )

    # OCA's reads the first page, and one template it does not know stops them all.
    def button_import_whatsapp_template(self):
        """Bring in all templates of the account; say what became of them."""
        self.ensure_one()
        self.check_access("write")
        if not self.whatsapp_account_id:
            raise UserError(
                self.env._("WhatsApp Account is required to import templates.")
            )
        result = self._whatsapp_sync_templates()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("WhatsApp Templates"),
                "type": "warning" if result["unsupported"] else "success",
                "sticky": bool(result["unsupported"]),
                "message": self.whatsapp_templates_result,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # ----------------------------------------------------------------- sync
    def _whatsapp_sync_templates(self):
        """Bring our templates in line with Meta's complete list.

        :return: dictionary of lists: ``added``, ``changed``, ``withdrawn`` hold
            ``mail.whatsapp.template``, ``unsupported`` pairs of name and reason
        :raise UserError: when the list cannot be read to its end; nothing is changed
        """
        self.ensure_one()
        listed = self._whatsapp_fetch_templates()
        Template = self.env["mail.whatsapp.template"].sudo()
        result = {"added": [], "changed": [], "withdrawn": [], "unsupported": []}
        seen = Template
        for data in listed:
            template, change, problem = self._whatsapp_import_template(data)
            seen |= template
            if change:
                result[change].append(template)
            if problem:
                result["unsupported"].append(problem)
        gone = Template.search(
            [
                ("gateway_id", "=", self.id),
                ("template_uid", "not in", [False, ""]),
                ("id", "not in", seen.ids),
                ("state", "!=", "deleted"),
            ]
        )
        gone.write({"state": "deleted", "sync_due": False})
        result["withdrawn"] = list(gone)
        self.sudo().write(
            {
                "whatsapp_templates_synced_at": fields.Datetime.now(),
                "whatsapp_templates_result": self._whatsapp_sync_text(result),
            }
        )
        return result

    def _whatsapp_import_template(self, data):
        """Take over one template of Meta's, whatever it looks like.

        :param data: entry of ``/message_templates``
        :return: template (may be empty), ``added``, ``changed`` or ``""``, and
            ``(name, reason)`` when it cannot be used, else None
        """
        Template = self.env["mail.whatsapp.template"].sudo()
        definition = parse(data)
        label = f"{definition.name or '?'} ({definition.language or '?'})"
        if not definition.uid or not definition.name:
            return Template, "", (label, self.env._("Meta's answer has no name."))
        template = Template._whatsapp_find(self, definition)
        vals = template._prepare_values_to_import(self, data)
        try:
            with self.env.cr.savepoint():
                template, change = template._whatsapp_store(vals)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # kept as a reason; the others go on
            _logger.warning(
                "Template %s: %s", definition.uid, type(error).__name__, exc_info=True
            )
            detail = str(error).split("\n")[0]
            return (
                template,
                "",
                (label, template._whatsapp_problem_label("odoo", detail)),
            )
        reason = (template.unsupported_reason or "").replace("\n", " ")
        return template, change, (label, reason) if reason else None

    def _whatsapp_sync_text(self, result):
        """Say what reading the templates changed, for people."""
        counts = {name: len(found) for name, found in result.items()}
        lines = [
            self.env._(
                "%(added)s new, %(changed)s changed, %(withdrawn)s no longer at Meta,"
                " %(unsupported)s not supported.",
                **counts,
            )
        ]
        lines += [f"{name}: {why}" for name, why in result["unsupported"][:NAMES_SHOWN]]
        rest = counts["unsupported"] - NAMES_SHOWN
        if rest > 0:
            lines.append(self.env._("And %(count)s more.", count=rest))
        return "\n".join(lines)

    # ---------------------------------------------------------------- fetch
    def _whatsapp_fetch_templates(self):
        """Return Meta's complete list of templates, all pages.

        :raise UserError: when a page cannot be read
        """
        self.ensure_one()
        version, account = self.whatsapp_version, self.whatsapp_account_id
        address = f"{const.GRAPH_URL}/v{version}/{account}/message_templates"
        params = {"fields": TEMPLATE_FIELDS, "limit": PAGE_SIZE}
        found, asked = [], set()
        while address:
            asked.add(address)
            page = self._whatsapp_get(address, params)
            data = page.get("data")
            if not isinstance(data, list):
                raise UserError(self.env._("Meta's answer holds no list of templates."))
            found += data
            paging = page.get("paging")
            address = paging.get("next") if isinstance(paging, dict) else None
            # The next page's address has the parameters.
            params = None
            if address and (
                not str(address).startswith(const.GRAPH_URL + "/")
                or address in asked
                or len(asked) >= MOST_PAGES
            ):
                raise UserError(self.env._("Meta's list of templates has no end."))
        return found

    def _whatsapp_get(self, address, params=None):
        """GET from the Graph API.

        :return: the JSON object
        :raise UserError: why there is none
        """
        own = self.sudo()
        try:
            response = requests.get(
                address,
                params=params,
                headers={"Authorization": f"Bearer {own.token}"},
                timeout=(const.CONNECT_TIMEOUT, const.READ_TIMEOUT),
                proxies=self.env["mail.gateway.whatsapp"]._get_proxies(),
                # A redirect would carry the token to another host.
                allow_redirects=False,
            )
            body = response.json()
        except (requests.RequestException, ValueError) as error:
            raise UserError(
                self.env._(
                    "WhatsApp cannot be reached (%(problem)s). Check the server's way"
                    " to the internet.",
                    problem=type(error).__name__,
                )
            ) from error
        if response.ok and isinstance(body, dict):
            return body
        error = body.get("error") if isinstance(body, dict) else None
        problem = graph_errors.read_error(error, response.status_code)
        raise UserError(problem.get_text(self.env._))

    # ----------------------------------------------------------------- cron
    @api.model
    def _cron_whatsapp_templates(self):
        """Read again what Meta said has changed, and once a day everything."""
        due = self.env["mail.whatsapp.template"].search([("sync_due", "=", True)])
        for template in due:
            template.gateway_id._whatsapp_attempt(template._whatsapp_refresh)
        limit = fields.Datetime.now() - timedelta(hours=SYNC_HOURS)
        gateways = self.search(
            [
                ("gateway_type", "=", "whatsapp"),
                ("whatsapp_account_id", "!=", False),
                ("token", "!=", False),
                "|",
                ("whatsapp_templates_synced_at", "=", False),
                ("whatsapp_templates_synced_at", "<", limit),
            ]
        )
        for gateway in gateways:
            gateway._whatsapp_attempt(gateway._whatsapp_sync_templates)

    @api.model
    def _whatsapp_trigger_template_sync(self):
        """Run the scheduled action after this transaction."""
        self.env.ref(SYNC_JOB).sudo()._trigger()

    def _whatsapp_attempt(self, work):
        """Do one part of the scheduled action's work; a failure is kept as its
        result and the others go on.
        """
        own = self.with_context(lang=self._whatsapp_lang())
        try:
            with self.env.cr.savepoint():
                work()
        except UserError as error:
            _logger.warning("Templates of gateway %s: %s", self.id, error)
            when = format_datetime(self.env, fields.Datetime.now())
            own.whatsapp_templates_result = own.env._(
                "%(when)s: templates could not be read: %(why)s", when=when, why=error
            )
