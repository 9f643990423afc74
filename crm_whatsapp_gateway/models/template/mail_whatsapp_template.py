"""A template: its definition at Meta, and a message made of it."""

import base64

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools import const, template_components, template_rendering
from ...tools.template_definition import (
    BUTTON_TYPES,
    PLACEHOLDER,
    STATES,
    TEXT,
    parse,
)
from ...tools.template_languages import MORE_LANGUAGES

# Columns that are asked of Meta.
TEMPLATE_FIELDS = (
    "id,name,language,status,category,parameter_format,components,quality_score,"
    "rejected_reason"
)
# Selection value of what Meta says and we have no word for.
OTHER = "other"
# A change of one of these in a draft makes the stored definition of Meta's untrue.
TEXT_FIELDS = frozenset(
    ("body", "button_ids", "footer", "header", "header_format", "parameter_format")
)
# Icons of the preview.
MEDIA_ICONS = {
    "IMAGE": "fa-picture-o",
    "VIDEO": "fa-play-circle-o",
    "DOCUMENT": "fa-file-pdf-o",
    "LOCATION": "fa-map-marker",
}
BUTTON_ICONS = {
    "URL": "fa-external-link",
    "PHONE_NUMBER": "fa-phone",
    "VOICE_CALL": "fa-phone",
    "COPY_CODE": "fa-files-o",
    "FLOW": "fa-list-alt",
    "CATALOG": "fa-shopping-bag",
}


class MailWhatsappTemplate(models.Model):
    _inherit = "mail.whatsapp.template"
    _rec_names_search = ["name", "template_name", "body"]

    language = fields.Selection(
        selection_add=[*MORE_LANGUAGES.items(), (OTHER, "Other Language")],
        ondelete=dict.fromkeys((*MORE_LANGUAGES, OTHER), "cascade"),
    )
    category = fields.Selection(
        selection_add=[(OTHER, "Other")], ondelete={OTHER: "cascade"}
    )
    state = fields.Selection(
        selection_add=[(OTHER, "Other")], ondelete={OTHER: "cascade"}
    )
    language_code = fields.Char(
        readonly=True, copy=False, help="Meta's code of the language."
    )
    parameter_format = fields.Selection(
        [("positional", "Numbers"), ("named", "Names")],
        string="Variables Are",
        default="positional",
    )
    header_format = fields.Selection(
        [
            ("text", "Text"),
            ("image", "Image"),
            ("video", "Video"),
            ("document", "Document"),
            ("location", "Location"),
            (OTHER, "Other"),
        ],
        string="Header Is",
    )
    header_file = fields.Binary(
        string="File of the Header",
        copy=False,
        help="Goes with each message, unless another file is chosen when sending.",
    )
    header_file_name = fields.Char(copy=False)
    components = fields.Json(
        string="Definition at Meta",
        readonly=True,
        copy=False,
        help="Components as Meta has them; what is sent follows them.",
    )
    problems = fields.Json(
        readonly=True, copy=False, help="Why it is not supported: codes and details."
    )
    unsupported_reason = fields.Text(
        string="Why It Is Not Supported", compute="_compute_unsupported_reason"
    )
    quality = fields.Selection(
        [
            ("green", "High"),
            ("yellow", "Medium"),
            ("red", "Low"),
            ("unknown", "Pending"),
        ],
        readonly=True,
        copy=False,
    )
    rejection_reason = fields.Char(readonly=True, copy=False)
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    sync_due = fields.Boolean(
        readonly=True,
        copy=False,
        help="Meta said that it changed: the scheduled action reads it again.",
    )

    # OCA's finds numbers only, and takes them in random order.
    @api.depends(
        "body",
        "button_ids.button_type",
        "button_ids.name",
        "button_ids.url_type",
        "button_ids.website_url",
        "components",
        "header",
        "header_format",
        "parameter_format",
    )
    def _compute_variable_ids(self):
        for template in self:
            template.variable_ids = template._prepare_variable_commands()

    @api.depends("problems")
    def _compute_unsupported_reason(self):
        for template in self:
            template.unsupported_reason = "\n".join(
                self._whatsapp_problem_label(code, detail)
                for code, detail in template.problems or []
            )

    @api.depends(
        "body", "button_ids", "components", "footer", "header", "header_format"
    )
    def _compute_preview(self):
        for template in self:
            template.preview = template._whatsapp_preview({})

    @api.depends("name", "language_code", "language", "category", "variable_ids.source")
    @api.depends_context("whatsapp_template_details")
    def _compute_display_name(self):
        res = super()._compute_display_name()
        if not self.env.context.get("whatsapp_template_details"):
            return res
        categories = dict(self._fields["category"]._description_selection(self.env))
        for template in self:
            details = [
                template.language_code or template.language,
                categories.get(template.category),
            ]
            count = len(template.variable_ids.filtered(lambda v: v.source == "typed"))
            if count:
                details.append(self.env._("values to fill in: %(count)s", count=count))
            template.display_name = (
                f"{template.name} ({' · '.join(filter(None, details))})"
            )
        return res

    def write(self, vals):
        if TEXT_FIELDS & vals.keys() and "components" not in vals:
            # Only a draft is written here; what Meta has stays what is sent.
            drafts = self.filtered(lambda one: one.state == "draft" and one.components)
            super(MailWhatsappTemplate, drafts).write({"components": False})
        return super().write(vals)

    # ------------------------------------------------------------ definition
    def _whatsapp_definition(self):
        """Return the parsed definition: Meta's, else of what was written here."""
        self.ensure_one()
        return parse(
            {
                "id": self.template_uid or "",
                "name": self.template_name or "",
                "language": self.language_code or self.language or "",
                "category": self.category or "",
                "status": self.state or "",
                "parameter_format": self.parameter_format or "",
                "components": self.components or self._prepare_components(),
            }
        )

    def _prepare_components(self):
        """Components of a template that is written in Odoo, in Meta's shape."""
        components = []
        media = {"image", "video", "document", "location"}
        if self.header_format in media:
            components.append({"type": "HEADER", "format": self.header_format.upper()})
        elif self.header:
            components.append({"type": "HEADER", "format": "TEXT", "text": self.header})
        components.append({"type": "BODY", "text": self.body or ""})
        if self.footer:
            components.append({"type": "FOOTER", "text": self.footer})
        buttons = [button._prepare_button() for button in self.button_ids]
        if buttons:
            components.append({"type": "BUTTONS", "buttons": buttons})
        return components

    def _prepare_variable_commands(self):
        """Commands that bring the variables in line with the definition.

        One that stays keeps what people chose for it.
        """
        self.ensure_one()
        known = {
            variable._whatsapp_identity(): variable for variable in self.variable_ids
        }
        commands = []
        for variable in self._whatsapp_definition().variables:
            vals = {
                "line_type": variable.part,
                "name": f"{{{{{variable.name}}}}}",
                "sequence": variable.place,
                "button_index": variable.button,
                "button_label": variable.label,
            }
            identity = (vals["line_type"], vals["name"], vals["button_label"])
            found = known.pop(identity, None)
            if found:
                changed = {
                    name: value for name, value in vals.items() if found[name] != value
                }
                if changed:
                    commands.append(Command.update(found.id, changed))
            else:
                if variable.example:
                    vals["sample_value"] = variable.example
                commands.append(Command.create(vals))
        return [Command.delete(gone.id) for gone in known.values()] + commands

    @api.model
    def _whatsapp_problem_label(self, code, detail):
        """Reason why Meta's template cannot be used here, for people."""
        reasons = {
            "authentication": self.env._(
                "Authentication templates are for one-time codes; they are not offered."
            ),
            "body": self.env._("It has no text."),
            "button": self.env._("Buttons of the type %(detail)s.", detail=detail),
            "carousel": self.env._("Carousels are not offered yet."),
            "category": self.env._("Unknown category %(detail)s.", detail=detail),
            "component": self.env._("Parts of the type %(detail)s.", detail=detail),
            "header": self.env._("A header of the type %(detail)s.", detail=detail),
            "language": self.env._("Unknown language %(detail)s.", detail=detail),
            "odoo": self.env._("Odoo cannot keep it: %(detail)s", detail=detail),
            "shape": self.env._("Meta's answer has no %(detail)s.", detail=detail),
            "status": self.env._("Unknown state %(detail)s.", detail=detail),
        }
        return reasons.get(code) or f"{code} {detail}".strip()

    # --------------------------------------------------------------- import
    def button_sync_template(self):
        """Read this template again."""
        self.ensure_one()
        self.check_access("write")
        self._whatsapp_refresh()
        return {"type": "ir.actions.client", "tag": "reload"}

    def _whatsapp_refresh(self):
        """Read one template again by its id.

        :raise UserError: when Meta does not give it
        """
        self.ensure_one()
        gateway = self.gateway_id
        self.sync_due = False
        data = gateway._whatsapp_get(
            f"{const.GRAPH_URL}/v{gateway.whatsapp_version}/{self.template_uid}",
            {"fields": TEMPLATE_FIELDS},
        )
        self._whatsapp_store(self._prepare_values_to_import(gateway, data))

    def _whatsapp_schedule_refresh(self):
        """Have these templates read again after this transaction."""
        if self:
            self.sudo().write({"sync_due": True})
            self.gateway_id._whatsapp_trigger_template_sync()

    @api.model
    def _whatsapp_find(self, gateway, definition):
        """Return our record of a template of Meta's, or an empty recordset.

        Name and language are its identity: one that was deleted and made anew, or
        that was written here, is the same.
        """
        own = [("gateway_id", "=", gateway.id)]
        found = self.search([*own, ("template_uid", "=", definition.uid)], limit=1)
        return found or self.search(
            [
                *own,
                ("template_name", "=", definition.name),
                "|",
                ("language", "=", definition.language),
                ("language_code", "=", definition.language),
                "|",
                ("template_uid", "in", [False, ""]),
                ("state", "=", "deleted"),
            ],
            limit=1,
        )

    @api.model
    def _prepare_values_to_import(self, gateway, json_data):
        """OCA's hook: values of a template of Meta's, whatever it looks like.

        On a record, it is the one that is read again: its title is a person's.
        """
        definition = parse(json_data)
        problems = [[problem.code, problem.detail] for problem in definition.problems]
        language = definition.language
        if language not in self._fields["language"].get_values(self.env):
            problems.append(["language", language])
            language = OTHER
        category = definition.category.lower()
        if category not in self._fields["category"].get_values(self.env):
            category = OTHER
        header = definition.header
        header_format = header.format.lower() if header else False
        if header and header_format not in self._fields["header_format"].get_values(
            self.env
        ):
            header_format = OTHER
        quality = definition.quality.lower()
        if quality not in self._fields["quality"].get_values(self.env):
            quality = "unknown" if quality else False
        vals = {
            "template_name": definition.name,
            "language": language,
            "language_code": definition.language,
            "category": category,
            "state": STATES.get(definition.status, OTHER),
            "template_uid": definition.uid,
            "gateway_id": gateway.id,
            "parameter_format": definition.parameter_format.lower(),
            "header_format": header_format,
            "header": (header.text if header else "") or False,
            "body": definition.body or definition.name or "?",
            "footer": definition.footer or False,
            "components": json_data.get("components"),
            "button_ids": self._prepare_button_commands(definition),
            "problems": problems or False,
            "is_supported": not problems,
            "quality": quality,
            "rejection_reason": definition.rejected_reason or False,
            "sync_due": False,
        }
        if not self:
            title = definition.name.replace("_", " ").title()
            vals["name"] = title if language != OTHER else f"{title} [{language}]"
            vals["model_id"] = self.env["ir.model"]._get_id("crm.lead")
        return vals

    def _prepare_button_commands(self, definition):
        """Commands that make the buttons Meta's; one that stays keeps its payload."""
        known = {button.name: button for button in self.button_ids}
        commands = []
        for index, button in enumerate(definition.buttons):
            is_dynamic = button.type == "URL" and "{{" in button.url
            vals = {
                "sequence": index,
                "name": button.label,
                "button_type": (
                    button.type.lower() if button.type in BUTTON_TYPES else OTHER
                ),
                "url_type": "dynamic" if is_dynamic else "static",
                "website_url": button.url.removesuffix("{{1}}") or False,
                "call_number": button.phone_number or False,
            }
            found = known.pop(button.label, None)
            if not found:
                commands.append(Command.create(vals))
            elif any(found[name] != value for name, value in vals.items()):
                commands.append(Command.update(found.id, vals))
        return [Command.delete(gone.id) for gone in known.values()] + commands

    def _whatsapp_store(self, vals):
        """Write what Meta says of a template, or create it.

        :param vals: of :meth:`_prepare_values_to_import`
        :return: the template, and ``added``, ``changed`` or ``""``
        """
        if not self:
            return self.create(self._whatsapp_unique_name(vals)), "added"
        plain = {name: value for name, value in vals.items() if name != "button_ids"}
        current = self._convert_to_write({name: self[name] for name in plain})
        changed = {
            name: value for name, value in plain.items() if current[name] != value
        }
        if vals["button_ids"]:
            changed["button_ids"] = vals["button_ids"]
        if TEXT_FIELDS & changed.keys():
            # Or it would be taken for written by a person.
            changed["components"] = vals["components"]
        if changed:
            self.write(changed)
        return self, "changed" if changed else ""

    @api.model
    def _whatsapp_unique_name(self, vals):
        """18.0 wants title, language and gateway to be unique together."""
        same = [(name, "=", vals[name]) for name in ("name", "language", "gateway_id")]
        if not self.search_count(same, limit=1):
            return vals
        return dict(vals, name=f"{vals['name']} ({vals['template_uid']})")

    # --------------------------------------------------------------- values
    def _whatsapp_values(self, record, typed=None, sender=None):
        """Resolve every variable for a document.

        :param record: of the template's model, may be empty
        :param typed: texts that a person wrote, by key of the variable
        :param sender: ``res.users`` who writes; the current one by default
        :return: dictionary of key to text as it is sent; ``""`` for what is missing
        """
        self.ensure_one()
        typed = typed or {}
        sender = sender or self.env.user
        values = {}
        for variable in self.variable_ids:
            key = variable._whatsapp_key()
            value = typed.get(key) or variable._whatsapp_value(record, sender)
            if variable.line_type == "offer":
                value = variable._whatsapp_timestamp(value, record, sender)
            values[key] = value
        return template_rendering.clean_values(self._whatsapp_definition(), values)

    def _whatsapp_check_values(self, values):
        """Refuse what Meta would refuse, naming the variable.

        :param values: of :meth:`_whatsapp_values`
        :raise UserError: one line for each problem
        """
        self.ensure_one()
        problems = template_rendering.find_problems(self._whatsapp_definition(), values)
        if problems:
            raise UserError(
                "\n".join(self._whatsapp_value_problem(problem) for problem in problems)
            )

    def _whatsapp_value_problem(self, problem):
        """Say what is wrong with a value, for people."""
        name = self._whatsapp_variable_label(problem.variable)
        labels = {
            "missing": self.env._("The value of %(name)s is missing.", name=name),
            "header_length": self.env._(
                "The header is longer than %(limit)s characters.", limit=problem.limit
            ),
            "body_length": self.env._(
                "The text is longer than %(limit)s characters.", limit=problem.limit
            ),
            "code": self.env._(
                "%(name)s takes up to %(limit)s letters and digits.",
                name=name,
                limit=problem.limit,
            ),
            "url_length": self.env._(
                "%(name)s must be part of an address: no spaces, %(limit)s characters"
                " in all.",
                name=name,
                limit=problem.limit,
            ),
            "coordinate": self.env._(
                "%(name)s must be a number of degrees, for instance 4.711.", name=name
            ),
            "expiration": self.env._(
                "%(name)s must be a day and time to come, for instance 2026-12-31"
                " 18:00.",
                name=name,
            ),
        }
        return labels[problem.code]

    def _whatsapp_variable_label(self, variable):
        if variable is None:
            return ""
        found = self.variable_ids.filtered(
            lambda own: own._whatsapp_key() == variable.key
        )
        return found[:1]._whatsapp_label() or f"{{{{{variable.name}}}}}"

    # ----------------------------------------------------------------- send
    def _whatsapp_render(self, values):
        """Fill the template with values; see ``tools/template_rendering.py``."""
        self.ensure_one()
        return template_rendering.render(self._whatsapp_definition(), values)

    def _whatsapp_preview(self, values, file_name=None):
        """Return the message as HTML, as the customer's phone shows it."""
        self.ensure_one()
        rendered = self._whatsapp_render(values)
        formats = dict(self._fields["header_format"]._description_selection(self.env))
        media = formats.get(rendered.header_format.lower())
        return self.env["ir.qweb"]._render(
            "crm_whatsapp_gateway.template_preview",
            {
                "media": media if rendered.header_format != TEXT else "",
                "media_icon": MEDIA_ICONS.get(rendered.header_format, "fa-file-o"),
                "file_name": file_name or self.header_file_name,
                "header": self._whatsapp_mark_missing(rendered.header),
                "offer": rendered.offer,
                "body": self._whatsapp_mark_missing(
                    self.env["mail.gateway.whatsapp"]._whatsapp_to_html(rendered.body)
                ),
                "footer": rendered.footer,
                "buttons": rendered.buttons,
                "icons": BUTTON_ICONS,
            },
        )

    @api.model
    def _whatsapp_mark_missing(self, text):
        """HTML in which variables without value stand out."""
        marked = PLACEHOLDER.sub(
            lambda match: Markup("<mark>%s</mark>") % match[0], escape(text)
        )
        return Markup(marked)

    def _whatsapp_post(self, channel, record, typed=None, sender=None, file=None):
        """Write this template into a conversation, which queues it.

        :param channel: ``discuss.channel``
        :param file: ``(name, bytes)`` for the header; the template's by default
        :return: the ``mail.message``
        :raise UserError: what is missing, or why this person cannot be written to
        """
        self.ensure_one()
        values = self._whatsapp_values(record, typed, sender)
        file = self._whatsapp_header_file(file)
        service = self.env["mail.gateway.whatsapp"]
        sending = {"values": values, "file_name": file[0] if file else ""}
        return channel.with_context(
            whatsapp_template_id=self.id,
            whatsapp_template_sending=sending,
            res_id=record.id,
        ).message_post(
            body=service._whatsapp_to_html(self._whatsapp_render(values).as_text()),
            attachments=[file] if file else None,
            subtype_xmlid="mail.mt_comment",
            message_type="comment",
        )

    def _whatsapp_check_sendable(self):
        """Refuse a template that Meta would not send.

        :raise UserError: with the reason
        """
        self.ensure_one()
        if self.state != "approved":
            states = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The template %(name)s cannot be sent. Its state at Meta:"
                    " %(state)s.",
                    name=self.name,
                    state=states[self.state],
                )
            )
        if not self.is_supported:
            raise UserError(
                self.env._(
                    "The template %(name)s is not supported. %(why)s",
                    name=self.name,
                    why=self.unsupported_reason or "",
                )
            )

    def _whatsapp_header_file(self, file=None):
        """File for the header; None when the template takes none.

        :param file: ``(name, bytes)`` that somebody chose
        :raise UserError: when it is missing
        """
        self.ensure_one()
        kind = self._whatsapp_definition().media_type
        if not kind:
            return None
        # sudo: who sends may not read attachments of templates.
        own = self.sudo()
        if not file and own.header_file:
            raw = own.with_context(bin_size=False).header_file
            file = (own.header_file_name or own.name, base64.b64decode(raw))
        if not file:
            label = dict(self._fields["header_format"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This template needs a file for its header: %(kind)s.",
                    kind=label[kind],
                )
            )
        return file

    def _whatsapp_check_header_file(self, files):
        """Return the file of the header, an empty recordset for none.

        :param files: ``ir.attachment`` of the message
        :raise UserError: when it is missing, or is none that the header takes
        """
        self.ensure_one()
        kind = self._whatsapp_definition().media_type
        if not kind and not files:
            return files
        labels = dict(self._fields["header_format"]._description_selection(self.env))
        if len(files) != 1 or not kind:
            raise UserError(
                self.env._(
                    "This template takes one file, for its header: %(kind)s.",
                    kind=labels[kind],
                )
                if kind
                else self.env._("This template takes no files.")
            )
        service = self.env["mail.gateway.whatsapp"]
        # Meta: "Templates, document header": only PDF.
        is_pdf = kind != "document" or files.mimetype == "application/pdf"
        if service._whatsapp_check_file(files) != kind or not is_pdf:
            raise UserError(
                self.env._(
                    "The header of this template takes another kind of file:"
                    " %(kind)s. %(name)s is none.",
                    kind="PDF" if kind == "document" else labels[kind],
                    name=files.name,
                )
            )
        return files

    def prepare_value_to_send(self):
        """OCA's hook: components of the message that is being queued.

        Values come from the context, where somebody has seen them, else they are
        resolved here.

        :raise UserError: when a value is missing or Meta would not send it
        """
        self.ensure_one()
        self._whatsapp_check_sendable()
        sending = self.env.context.get("whatsapp_template_sending") or {}
        values = sending.get("values")
        if values is None:
            values = self._whatsapp_values(self._whatsapp_context_record())
        self._whatsapp_check_values(values)
        return template_components.build_components(
            self._whatsapp_definition(),
            values,
            media_id=template_components.MEDIA_PLACEHOLDER,
            file_name=sending.get("file_name") or self.header_file_name or "",
            payloads=self._whatsapp_payloads(),
        )

    def _whatsapp_payloads(self):
        """Return the payloads of the quick replies, by index of the button at Meta."""
        by_label = {button.name: button.payload for button in self.button_ids}
        payloads = {}
        for index, button in enumerate(self._whatsapp_definition().buttons):
            if by_label.get(button.label):
                payloads[index] = by_label[button.label]
        return payloads

    def render_body_message(self):
        """OCA's hook: the message as a text, for the document in the context."""
        self.ensure_one()
        values = self._whatsapp_values(self._whatsapp_context_record())
        return self._whatsapp_render(values).as_text()

    def _whatsapp_context_record(self):
        """Document that OCA's composers name in the context; may be empty."""
        context = self.env.context
        res_id = context.get("default_res_id") or context.get("res_id")
        if not res_id:
            res_ids = context.get("default_res_ids")
            res_id = res_ids[0] if isinstance(res_ids, list) and res_ids else False
        return self.env[self.model].browse(int(res_id) if res_id else [])
