"""A variable of a template: where its value comes from, and how it is written."""

from datetime import UTC, datetime

import babel
import babel.dates
import babel.numbers
import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...compat import number_fields
from ...tools.whatsapp_text import html_to_whatsapp

DEFAULT_LOCALE = "en"
# How a person writes the end of an offer.
TIME_PATTERNS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M")


class MailWhatsappTemplateVariable(models.Model):
    _inherit = "mail.whatsapp.template.variable"
    _order = "line_type desc, button_index, sequence, id"

    line_type = fields.Selection(
        selection_add=[("location", "Location"), ("offer", "Limited-Time Offer")],
        ondelete={"location": "cascade", "offer": "cascade"},
    )
    source = fields.Selection(
        [
            ("typed", "Typed when sending"),
            ("field", "Field"),
            ("user_name", "Adviser's name"),
            ("user_phone", "Adviser's number"),
            ("company_name", "Company's name"),
            ("fixed", "Fixed text"),
        ],
        string="Value",
        compute="_compute_source",
        store=True,
        readonly=False,
        precompute=True,
    )
    fixed_value = fields.Char(string="Fixed Text")
    sequence = fields.Integer(
        string="Order",
        compute="_compute_sequence",
        store=True,
        readonly=False,
        precompute=True,
        help="Place of the variable in its part, as Meta counts them.",
    )
    button_index = fields.Integer(default=-1, readonly=True)
    button_label = fields.Char(default="", readonly=True)

    @api.depends("field_name")
    def _compute_source(self):
        for variable in self:
            if variable.field_name:
                variable.source = "field"
            else:
                variable.source = variable.source or "typed"

    @api.depends("name")
    def _compute_sequence(self):
        for variable in self:
            number = (variable.name or "").strip("{} ")
            variable.sequence = int(number) if number.isdigit() else variable.sequence

    @api.depends("button_label", "line_type", "name")
    def _compute_display_name(self):
        res = super()._compute_display_name()
        for variable in self.filtered("button_label"):
            variable.display_name = f"{variable.display_name} «{variable.button_label}»"
        return res

    # OCA wants a field for every variable.
    @api.constrains("field_name", "source")
    def _check_field_name(self):
        own = self.filtered(lambda variable: variable._whatsapp_source() == "field")
        return super(MailWhatsappTemplateVariable, own)._check_field_name()

    def _extract_variable_index(self):
        """Place of a variable that has no number, so that OCA's checks take it."""
        self.ensure_one()
        return super()._extract_variable_index() or self.sequence or 1

    # ------------------------------------------------------------- identity
    def _whatsapp_identity(self):
        """By what a variable is found again after the template changed."""
        self.ensure_one()
        return self.line_type, self.name, self.button_label or ""

    def _whatsapp_key(self):
        """Key of its value; see ``tools/template_definition.py``."""
        self.ensure_one()
        middle = f"{self.button_index}:" if self.line_type == "button" else ""
        return f"{self.line_type}:{middle}{(self.name or '').strip('{} ')}"

    def _whatsapp_source(self):
        """Where its value comes from, also for rows that were not made by the ORM."""
        self.ensure_one()
        return self.source or ("field" if self.field_name else "typed")

    def _whatsapp_label(self):
        """Placeholder and meaning, for a person who has to fill it in."""
        if not self:
            return ""
        self.ensure_one()
        if self.line_type in ("location", "offer"):
            return self._whatsapp_special_label()
        meaning = self.button_label
        if self._whatsapp_source() == "field" and self.field_name:
            meaning = self._whatsapp_field_label() or meaning
        elif not meaning and not self.name.strip("{} ").isdigit():
            return self.name.strip("{} ").replace("_", " ").capitalize()
        return f"{self.name} ({meaning})" if meaning else self.name

    def _whatsapp_special_label(self):
        labels = {
            "{{latitude}}": self.env._("Latitude"),
            "{{longitude}}": self.env._("Longitude"),
            "{{name}}": self.env._("Name of the place"),
            "{{address}}": self.env._("Address"),
            "{{expiration}}": self.env._("End of the offer (YYYY-MM-DD HH:MM)"),
        }
        return labels.get(self.name, self.name)

    def _whatsapp_field_label(self):
        """Label of the field at the end of the path, ``""`` for one that is gone."""
        model = self.env[self.model]
        *path, last = self.field_name.split(".")
        for name in path:
            field = model._fields.get(name)
            if not field or not field.comodel_name:
                return ""
            model = self.env[field.comodel_name]
        field = model._fields.get(last)
        return field._description_string(self.env) if field else ""

    # ---------------------------------------------------------------- value
    def _whatsapp_value(self, record, sender):
        """Text of this variable for a document, ``""`` when there is none.

        :param sender: ``res.users`` in whose name it is written
        """
        self.ensure_one()
        # sudo: names and numbers of colleagues and company are on every message.
        user, source = sender.sudo(), self._whatsapp_source()
        if source == "fixed":
            return self.fixed_value or ""
        if source == "user_name":
            return user.name or ""
        if source == "user_phone":
            return self._whatsapp_user_phone(user)
        if source == "company_name":
            own = "company_id" in record._fields and record.sudo().company_id
            return (own or self.env.company).sudo().name or ""
        if source == "field" and self.field_name and record:
            return self._whatsapp_field_value(record, user)
        return ""

    def _whatsapp_timestamp(self, text, record, sender):
        """Milliseconds of a day and time that a person wrote; the text itself where
        it is none, or is over.
        """
        self.ensure_one()
        zone = self._whatsapp_time_zone(record, sender.sudo())
        for pattern in TIME_PATTERNS:
            try:
                local = zone.localize(datetime.strptime(text, pattern))  # noqa: DTZ007
            except (OverflowError, ValueError):
                continue
            end = local.astimezone(UTC).replace(tzinfo=None)
            if end > fields.Datetime.now():
                return str(int(local.timestamp() * 1000))
        return text or ""

    def _whatsapp_user_phone(self, user):
        """Number of an adviser: the employee's for work, else the contact's."""
        employee = user.employee_id
        partner = user.partner_id
        numbers = [employee.mobile_phone, employee.work_phone]
        numbers += [partner[name] for name in number_fields(partner)]
        return next((number for number in numbers if number), "")

    def _whatsapp_field_value(self, record, user):
        """Value at the end of the path, as the customer reads it."""
        *path, last = self.field_name.split(".")
        language = self.template_id.language_code or self.template_id.language or ""
        lang = self._whatsapp_odoo_lang(language)
        try:
            owners = record.with_context(lang=lang)
            for name in path:
                owners = owners[name]
            field = owners._fields[last]
        except KeyError as error:
            raise UserError(
                self.env._("There is no field %(path)s.", path=self.field_name)
            ) from error
        locale = self._whatsapp_locale(language)
        zone = self._whatsapp_time_zone(record, user)
        texts = [self._whatsapp_format(owner, field, locale, zone) for owner in owners]
        return " ".join(text for text in texts if text)

    def _whatsapp_format(self, owner, field, locale, zone):
        """One value as people of a language and time zone write it."""
        value = owner[field.name]
        if field.type == "boolean":
            return owner.env._("Yes") if value else owner.env._("No")
        if field.relational:
            return ", ".join(one.display_name or "" for one in value)
        if field.type in ("integer", "float", "monetary"):
            return self._whatsapp_format_number(owner, field, value, locale)
        if not value:
            return ""
        if field.type == "datetime" and self.line_type == "offer":
            return f"{value.replace(tzinfo=UTC).astimezone(zone):{TIME_PATTERNS[0]}}"
        if field.type == "datetime":
            return format_datetime(value, locale, zone)
        if field.type == "date":
            return babel.dates.format_date(value, "long", locale=locale)
        if field.type == "selection":
            labels = dict(field._description_selection(owner.env))
            return str(labels.get(value, value))
        # Marks of a description are not this template's.
        is_html = field.type == "html"
        return html_to_whatsapp(str(value), marks=False) if is_html else str(value)

    def _whatsapp_format_number(self, owner, field, value, locale):
        if self.line_type == "location":
            return str(value)
        if field.type == "monetary":
            name = field.get_currency_field(owner)
            currency = name and owner[name]
            if currency:
                pattern = None if currency.decimal_places else "¤#,##0;-¤#,##0"
                return babel.numbers.format_currency(
                    value, currency.name, pattern, locale=locale
                )
        return babel.numbers.format_decimal(value, locale=locale)

    @api.model
    def _whatsapp_odoo_lang(self, language):
        """Installed language of Odoo for labels, the user's when there is none."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        base = language.split("_")[0]
        same = [code for code in installed if code.split("_")[0] == base]
        return language if language in installed else (same or [self.env.lang])[0]

    @api.model
    def _whatsapp_locale(self, language):
        """Meta's language as a locale of babel."""
        for code in (language, language.split("_")[0]):
            try:
                return babel.Locale.parse(code)
            except (babel.UnknownLocaleError, ValueError, TypeError):
                continue
        return babel.Locale.parse(DEFAULT_LOCALE)

    @api.model
    def _whatsapp_time_zone(self, record, user):
        """Time zone in which the customer reads times."""
        own = record.sudo()
        partner = own.partner_id if "partner_id" in own._fields else user.browse()
        company = own.company_id if "company_id" in own._fields else user.company_id
        company = company or user.company_id
        names = (partner and partner.tz, user.tz, company.partner_id.tz)
        return pytz.timezone(next((name for name in names if name), "UTC"))


def format_datetime(value: datetime, locale: babel.Locale, zone) -> str:
    """Day and time as people of a locale write them, without seconds and zone.

    :param value: UTC, naive
    """
    local = value.replace(tzinfo=UTC).astimezone(zone)
    pattern = str(babel.dates.get_datetime_format("medium", locale=locale))
    day = babel.dates.format_date(local, "long", locale=locale)
    time = babel.dates.format_time(local, "short", locale=locale)
    return pattern.replace("'", "").replace("{0}", time).replace("{1}", day)
