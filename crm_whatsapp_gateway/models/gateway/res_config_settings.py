from dataclasses import dataclass

from odoo import fields, models
from odoo.exceptions import ValidationError

from ...tools import const, media
from ...tools.opt_out import OPT_IN_WORDS, OPT_OUT_WORDS, plain_word

PARAM = "crm_whatsapp_gateway."

PARAM = const.PARAMETER_PREFIX
JOURNAL_DAYS = 30


@dataclass(frozen=True)
class Limit:
    """A number that an administrator may set.

    :ivar parameter: system parameter, without the module's prefix
    :ivar unit: parameter's value of 1 in the form (60: minutes are kept as seconds)
    :ivar default: the parameter's value while it is not set
    """

    parameter: str
    unit: int
    default: int
    least: int
    most: int


LIMITS = {
    "whatsapp_uncertain_minutes": Limit(
        "uncertain_grace", 60, const.UNCERTAIN_GRACE, 1, 1440
    ),
    "whatsapp_max_age_hours": Limit("max_age", 3600, const.MAX_AGE, 1, 168),
    "whatsapp_rate_wait": Limit("rate_wait", 1, const.RATE_WAIT, 1, 3600),
    "whatsapp_breaker_threshold": Limit(
        "breaker_threshold", 1, const.BREAKER_THRESHOLD, 1, 100
    ),
    "whatsapp_connect_timeout": Limit(
        "connect_timeout", 1, const.CONNECT_TIMEOUT, 1, 60
    ),
    "whatsapp_read_timeout": Limit("read_timeout", 1, const.READ_TIMEOUT, 1, 120),
    "whatsapp_calls_at_once": Limit(
        "calls_at_once", 1, const.CALLS_AT_ONCE, 1, const.MOST_CALLS
    ),
    "whatsapp_journal_days": Limit("journal_days", 1, JOURNAL_DAYS, 0, 3650),
    "whatsapp_media_megabytes": Limit(
        "media_max_bytes", 1_000_000, media.MAX_BYTES, 1, 100
    ),
}
# Stored as text: Odoo keeps no false boolean parameter, and some are true unless
# somebody said no.
SWITCHES = {
    "whatsapp_reopen_lost": ("reopen_lost", "True"),
    "whatsapp_reuse_won": ("reuse_won", "False"),
    "whatsapp_close_with_lead": ("close_with_lead", "True"),
    "whatsapp_link_preview": ("link_preview", "True"),
}
WORDS = {
    "whatsapp_optout_words": ("optout_words", OPT_OUT_WORDS),
    "whatsapp_optin_words": ("optin_words", OPT_IN_WORDS),
}


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    whatsapp_inbound_mode = fields.Selection(
        [
            (const.BY_WORKER, "In the background"),
            (const.IN_REQUEST, "Within the webhook's request"),
        ],
        string="Incoming WhatsApp Messages",
        default=const.BY_WORKER,
        config_parameter=const.INBOUND_MODE,
    )
    whatsapp_outbound_mode = fields.Selection(
        [
            (const.BY_QUEUE, "In the background"),
            (const.AT_ONCE, "At once, when saved"),
        ],
        string="Outgoing WhatsApp Messages",
        default=const.BY_QUEUE,
        config_parameter=const.OUTBOUND_MODE,
    )
    whatsapp_retry_waits = fields.Char(
        default="60,300,900", config_parameter=PARAM + "retry_waits"
    )
    whatsapp_team_id = fields.Many2one(
        "crm.team",
        string="Team of WhatsApp Leads",
        config_parameter=PARAM + "team_id",
    )
    whatsapp_country_id = fields.Many2one(
        "res.country",
        string="Country of WhatsApp Numbers",
        config_parameter=PARAM + "country_id",
    )
    whatsapp_working_hours = fields.Boolean(config_parameter=PARAM + "working_hours")
    whatsapp_outside_hours = fields.Selection(
        [
            (const.WAIT, "It waits until somebody begins work"),
            (const.ANYWAY, "It is assigned all the same"),
        ],
        string="WhatsApp Leads Out of Hours",
        default=const.WAIT,
        config_parameter=const.OUTSIDE_HOURS,
    )
    whatsapp_adviser_capacity = fields.Integer(
        config_parameter=PARAM + "adviser_capacity"
    )
    whatsapp_reopen_lost = fields.Boolean()
    whatsapp_reuse_won = fields.Boolean()
    whatsapp_allow_takeover = fields.Boolean(
        string="Take Over WhatsApp Conversations",
        config_parameter=PARAM + "allow_takeover",
    )

    def _check_whatsapp_retry_waits(self):
        waits = (self.whatsapp_retry_waits or "").split(",")
        if not all(wait.strip().isdigit() and int(wait) > 0 for wait in waits):
            raise ValidationError(
                self.env._(
                    "The waits “%(waits)s” cannot be read."
                    " Write seconds separated by commas, such as 60,300,900.",
                    waits=self.whatsapp_retry_waits,
                )
            )

    # ------------------------------------------------------------------ limits

    whatsapp_uncertain_minutes = fields.Integer(string="Doubtful After")
    whatsapp_max_age_hours = fields.Integer(string="Longest Wait")
    whatsapp_rate_wait = fields.Integer(string="Pause When Too Fast")
    whatsapp_breaker_threshold = fields.Integer(string="Failures That Mean an Outage")
    whatsapp_connect_timeout = fields.Integer(string="Seconds to Connect")
    whatsapp_read_timeout = fields.Integer(string="Seconds to Answer")
    whatsapp_calls_at_once = fields.Integer(string="Calls at the Same Time")
    whatsapp_journal_days = fields.Integer(string="Days of the Journal")
    whatsapp_media_megabytes = fields.Integer(string="Largest File")
    whatsapp_optout_words = fields.Char(string="Opt-Out Words")
    whatsapp_optin_words = fields.Char(string="Opt-In Words")
    whatsapp_close_with_lead = fields.Boolean(string="Close With the Lead")
    whatsapp_link_preview = fields.Boolean(string="Link Previews")

    def get_values(self):
        values = super().get_values()
        parameters = self.env["ir.config_parameter"].sudo()
        for name, limit in LIMITS.items():
            text = parameters.get_param(PARAM + limit.parameter) or ""
            value = int(text) if text.isdigit() else limit.default
            values[name] = value // limit.unit
        for name, (parameter, default) in WORDS.items():
            values[name] = parameters.get_param(PARAM + parameter, default)
        for name, (parameter, default) in SWITCHES.items():
            values[name] = parameters.get_param(PARAM + parameter, default) == "True"
        return values

    def set_values(self):
        self._check_whatsapp_retry_waits()
        self._check_whatsapp_limits()
        self._check_whatsapp_opt_words()
        gateways = self.env["mail.gateway"]
        country = gateways._whatsapp_country_of_settings()
        res = super().set_values()
        if gateways._whatsapp_country_of_settings() != country:
            # Every number that was written without prefix is read anew.
            self.env["whatsapp.number"]._rebuild()
        parameters = self.env["ir.config_parameter"].sudo()
        for name, limit in LIMITS.items():
            parameters.set_param(PARAM + limit.parameter, str(self[name] * limit.unit))
        for name, (parameter, _default) in WORDS.items():
            parameters.set_param(PARAM + parameter, self[name])
        for name, (parameter, _default) in SWITCHES.items():
            parameters.set_param(PARAM + parameter, str(self[name]))
        return res

    def _check_whatsapp_limits(self):
        """Refuse numbers with which nothing would work.

        :raise ValidationError: which one, and its bounds
        """
        for name, limit in LIMITS.items():
            if not limit.least <= self[name] <= limit.most:
                raise ValidationError(
                    self.env._(
                        "“%(setting)s” is %(value)s. Write a number from %(least)s to"
                        " %(most)s.",
                        setting=self._fields[name]._description_string(self.env),
                        value=self[name],
                        least=limit.least,
                        most=limit.most,
                    )
                )

    def _check_whatsapp_opt_words(self):
        """A word for both wishes would make the second never heard.

        :raise ValidationError: what is missing or double
        """
        words = {
            name: {plain_word(word) for word in (self[name] or "").split(",")} - {""}
            for name in WORDS
        }
        for name, found in words.items():
            if not found:
                raise ValidationError(
                    self.env._(
                        "“%(setting)s” is empty. Write at least one word; separate"
                        " several by commas.",
                        setting=self._fields[name]._description_string(self.env),
                    )
                )
        double = set.intersection(*words.values())
        if double:
            raise ValidationError(
                self.env._(
                    "The word %(word)s cannot both stop messages and allow them.",
                    word=sorted(double)[0],
                )
            )
