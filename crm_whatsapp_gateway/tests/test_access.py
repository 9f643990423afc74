"""Every combination of role, model, verb, field and method of ``access_table.py``."""

import sys
from collections import Counter

from psycopg2 import IntegrityError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service import model as service
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from . import access_table as table
from .access_table import ALL, ROLES, TABLE
from .common import DIRECTOR_GROUP, SUPERVISOR_GROUP
from .common_outbound import CUSTOMER, OTHER_CUSTOMER, OutboundCase

OURS = "crm_whatsapp_gateway"
# OCA's modules, whose fields and methods on the addon's models are in the table, too.
MODULES = (OURS, "mail_gateway", "mail_gateway_whatsapp")
# What the verbs of the table stand for, and what Odoo itself asks of a model.
VERBS = {
    "copy",
    "create",
    "default_get",
    "get_values",
    "init",
    "set_values",
    "unlink",
    "write",
}
QUIET = (
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
    "odoo.domains",
    "odoo.orm.models",
    "odoo.sql_db",
)


# 19.0's administrators manage contacts anyway.
SYSTEM_GROUPS = "base.group_user,base.group_system,base.group_partner_manager"
# Values of a write that changes nothing of weight.
PLAIN = {
    "crm.lead": {"description": "x"},
    "discuss.channel": {"description": "x"},
    "discuss.channel.member": {"custom_channel_name": "x"},
    "ir.attachment": {"name": "x"},
    "mail.gateway": {"name": "x"},
    "mail.guest": {"name": "x"},
    "mail.message": {"body": "x"},
    "mail.notification": {"is_read": True},
    "res.partner": {"comment": "x"},
    "mail.whatsapp.template.button": {"name": "x"},
    "res.partner.gateway.channel": {"gateway_token": "573005550000"},
    "whatsapp.assignment.turn": {"turn": 2},
    "whatsapp.message.queue": {"next_retry": "2026-03-02 14:59:00"},
}
# Fields that are read, where the id alone says nothing.
READ = {
    "ir.attachment": ("name",),
    "discuss.channel": ("name", "gateway_channel_token"),
    "mail.guest": ("name", "gateway_token"),
    "mail.message": ("body",),
    "mail.notification": ("gateway_channel_id",),
    "res.partner.gateway.channel": ("gateway_token",),
    "whatsapp.message.queue": ("recipient", "payload"),
}
# Methods that need more than a record, or Meta: tried as those roles only that must
# not call them.
NEEDS_MORE = {
    "action_whatsapp_test_connection",
    "button_export_template",
    "button_import_whatsapp_template",
    "button_sync_template",
    "prepare_value_to_send",
    "render_body_message",
    "search_for_channel_invite",
}
# Values with which somebody may make a record that belongs to no conversation.
HARMLESS = {
    "crm.lead": {"name": "New"},
    "discuss.channel": {"name": "New", "channel_type": "group"},
    "mail.guest": {"name": "New"},
    "mail.message": {"body": "New"},
    "mail.notification": {"notification_type": "inbox"},
    "res.partner": {"name": "New"},
}
# Models of which a record can be made of a name, or copied.
NAMED = ("crm.lead", "discuss.channel", "res.partner")
# Methods of the model, not of a record.
OF_MODEL = {"process_due"}
# What a method is called with: arguments, keywords.
ARGUMENTS = {
    "channel_rename": (["New"], {}),
    "message_post": ([], {"body": "Hola", "message_type": "comment"}),
}
# Odoo's dispatcher of RPC calls: 19.0 has moved it.
call_kw = getattr(service, "call_kw", None) or api.call_kw


class _RolledBack(Exception):
    """Ends an attempt, with all that it did."""


def addon_of(cls):
    """Return the module that defines a class of a model, ``""`` for other classes."""
    parts = cls.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else ""


def defined_by(model, modules):
    """Return the classes of a model that these modules define."""
    return [cls for cls in type(model).mro() if addon_of(cls) in modules]


def public_methods(model):
    """Return the names of the gateway modules' methods that RPC may call."""
    names = {
        name
        for cls in defined_by(model, MODULES)
        for name, value in vars(cls).items()
        if callable(value) and not name.startswith("_")
    }
    return {
        name
        for name in names - VERBS
        if not any(
            getattr(getattr(cls, name, None), "_api_private", False)
            for cls in type(model).mro()
        )
    }


def addon_fields(model):
    """Return the names of fields of the gateway modules that a call could write."""
    own = model._original_module in MODULES
    return {
        name
        for name, field in model._fields.items()
        if name not in models.MAGIC_COLUMNS
        and (own or set(field._modules) & set(MODULES))
        and (field.store or (field.inverse and not field.related))
        and not (field.compute and not field.store)
    }


@tagged("post_install", "-at_install")
class TestAccess(OutboundCase):
    """A35: what the table says is what RPC does, for everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign_company = cls.env["res.company"].create({"name": "Another"})
        foreign = {
            "company_id": cls.foreign_company.id,
            "company_ids": [(6, 0, cls.foreign_company.ids)],
        }
        cls.gateway.company_id = cls.company
        cls.users = {
            table.ADVISER: cls.adviser,
            table.OTHER: cls.advisers[1].user_id,
            table.SUPERVISOR: cls._user("supervisor", SUPERVISOR_GROUP),
            table.DIRECTOR: cls._user("director", DIRECTOR_GROUP),
            table.SYSTEM: cls._user("system", SYSTEM_GROUPS),
            table.EMPLOYEE: cls._user("employee", "base.group_user"),
            table.FOREIGN: cls._user("foreign", DIRECTOR_GROUP, **foreign),
            table.PORTAL: cls._user("portal", "base.group_portal"),
            table.PUBLIC: cls.env.ref("base.public_user"),
        }
        cls.team.user_id = cls.users[table.SUPERVISOR]

    @classmethod
    def _user(cls, name, groups, **vals):
        return new_test_user(cls.env, f"access_{name}", groups=groups, **vals)

    def setUp(self):
        super().setUp()
        self.records = self._create_records()
        # Another record of each model, as the value of a relation or as a row to be.
        self.others = self._create_others()

    # --------------------------------------------------------------- records
    def _create_records(self):
        """Return one record per model, all of the adviser's conversation."""
        channel, lead = self.conversation, self.lead
        partner = self.env["res.partner"].create({"name": "Ana"})
        channel._whatsapp_join({partner: channel})
        link = self.env["res.partner.gateway.channel"].create(
            {
                "partner_id": partner.id,
                "gateway_id": self.gateway.id,
                "gateway_token": CUSTOMER,
            }
        )
        guest = channel.channel_member_ids.guest_id
        message = channel.with_context(no_gateway_notification=True).message_post(
            body="Hola",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=False,
        )
        message.write({"author_id": False, "author_guest_id": guest.id})
        file = self.attachment("foto.jpg", "image/jpeg", b"jpeg")
        message.attachment_ids = file
        lead._whatsapp_copy_to_chatter(message)
        note = lead.message_post(body="Hola", author_id=self.adviser.partner_id.id)
        row = self.send("Buenas tardes")
        row.attempt_ids = [
            (0, 0, {"date": self.now, "step": "message", "outcome": "accepted"})
        ]
        event = {"gateway_id": self.gateway.id, "kind": "message", "state": "failed"}
        template = self._template()
        return {
            "crm.lead": lead,
            "discuss.channel": channel,
            "lead message": note,
            "discuss.channel.member": channel.channel_member_ids.filtered("guest_id"),
            "ir.attachment": file,
            "mail.gateway": self.gateway,
            "mail.guest": guest,
            "mail.message": message,
            "mail.notification": self.notification(row.message_id),
            "mail.whatsapp.template": template,
            "mail.whatsapp.template.button": self.env[
                "mail.whatsapp.template.button"
            ].create(
                {
                    "name": "Ver",
                    "button_type": "quick_reply",
                    "template_id": template.id,
                }
            ),
            "res.partner": partner,
            "res.partner.gateway.channel": link,
            "whatsapp.assignment.log": self.env["whatsapp.assignment.log"].create(
                {"lead_id": lead.id, "gateway_id": self.gateway.id}
            ),
            "whatsapp.assignment.turn": self.env["whatsapp.assignment.turn"].create(
                {
                    "gateway_id": self.gateway.id,
                    "employee_id": self.advisers[0].id,
                    "turn": 1,
                }
            ),
            "whatsapp.media": self.env["whatsapp.media"].create(
                {
                    "message_id": message.id,
                    "channel_id": channel.id,
                    "kind": "image",
                    "file_name": "foto.jpg",
                    "state": "failed",
                }
            ),
            "whatsapp.message.queue": row,
            "whatsapp.message.queue.attempt": row.attempt_ids,
            "whatsapp.number": self._number(lead),
            "whatsapp.report": self.env["whatsapp.report"].browse(message.id),
            "whatsapp.webhook.event": self.env["whatsapp.webhook.event"].create(event),
            "whatsapp.webhook.refusal": self.env["whatsapp.webhook.refusal"].create(
                {"gateway_id": self.gateway.id, "reason": "signature"}
            ),
        }

    def _template(self):
        return self.env["mail.whatsapp.template"].create(
            {
                "name": "Saludo",
                "body": "Hola",
                "category": "utility",
                "language": "es",
                "gateway_id": self.gateway.id,
            }
        )

    def _number(self, lead):
        lead[self.number_field] = "+" + CUSTOMER
        self.env.flush_all()
        return self.env["whatsapp.number"].search([("lead_id", "=", lead.id)], limit=1)

    def _create_others(self):
        """Return, per model, a record that the adviser's rights do not reach."""
        colleague = self.users[table.OTHER]
        lead = self._create_lead("Luis", colleague)
        channel = self._create_conversation(lead, OTHER_CUSTOMER)
        # A line of the adviser's conversation that is on no lead yet.
        line = self.conversation.with_context(no_gateway_notification=True)
        line = line.message_post(body="Hola", message_type="comment")
        line.gateway_message_id = False
        second = {"token": "other", "webhook_key": "other", "whatsapp_from_phone": "42"}
        link = {
            "partner_id": self.env["res.partner"].create({"name": "Eva"}).id,
            "gateway_id": self.gateway.id,
            "gateway_token": OTHER_CUSTOMER,
        }
        link = self.env["res.partner.gateway.channel"].create(link)
        self.env.flush_all()
        return {
            "crm.lead": lead,
            "discuss.channel": channel,
            "mail.gateway": self._create_gateway(**second),
            "res.partner.gateway.channel": link,
            "mail.message": line,
            "res.partner": self.env["res.partner"].create({"name": "Luis"}),
        }

    # -------------------------------------------------------------- attempts
    def _attempt(
        self, role, model, method, args, kwargs=None, allowed=None, wizard=False
    ):
        """Call a method over RPC as a role, and undo what it did.

        :param allowed: asked with the result whether it had an effect
        :param wizard: make a record of one's own first, and call it on that
        :return: whether it was allowed
        """
        self.tried[model] += 1
        self.env.invalidate_all()
        env = self.env(user=self.users[role].id, context={}, su=False)
        outcome = []
        try:
            with mute_logger(*QUIET), self.env.cr.savepoint():
                if wizard:
                    own = call_kw(env[model], "create", [self._vals(model)], {})
                    args = [[own], *args]
                result = call_kw(env[model], method, args, kwargs or {})
                self.env.flush_all()
                self.env.invalidate_all()
                outcome.append(allowed(result) if allowed else True)
                self._roll_back()
        except _RolledBack:
            return outcome[0]
        except UserError:
            return False
        except IntegrityError:
            # Past the rights, and stopped by the database only.
            return True

    def _roll_back(self):
        raise _RolledBack

    def _check(self, expected, role, what, is_allowed):
        if is_allowed != (role in expected):
            verdict = "allowed" if is_allowed else "refused"
            self.unexpected.append(f"{what}: {verdict} for the {role}")

    # ----------------------------------------------------------------- verbs
    def _try_verbs(self, model, access, role):
        is_allowed = self._attempt(role, model, "create", [self._vals(model)])
        self._check(access.create, role, f"{model} create", is_allowed)
        if model not in self.records:
            return
        record = self.records[model]
        calls = {
            "read": (access.read, "read", [record.ids, self._names(model)]),
            "write": (access.write, "write", [record.ids, PLAIN.get(model, {"id": 0})]),
            "unlink": (access.unlink, "unlink", [record.ids]),
        }
        for verb, (expected, method, args) in calls.items():
            is_allowed = self._attempt(role, model, method, args)
            self._check(expected, role, f"{model} {verb}", is_allowed)
        found = self._attempt(
            role,
            model,
            "search",
            [[("id", "=", record.id)]],
            allowed=lambda ids: record.id in ids,
        )
        self._check(access.read, role, f"{model} search", found)

    def _names(self, model):
        return ["id", *READ.get(model, ())]

    def _vals(self, model):
        """Return values of one more record that belongs to the conversation."""
        channel, row = self.conversation, self.records["whatsapp.message.queue"]
        message = self.records["mail.message"]
        gateway = {"gateway_id": self.gateway.id}
        of_channel = {"channel_id": channel.id}
        return {
            "crm.lead": {"name": "New"},
            "discuss.channel": {
                "name": "New",
                "channel_type": "gateway",
                "gateway_channel_token": "573005550000",
                **gateway,
            },
            "discuss.channel.member": {
                "partner_id": self.env["res.partner"].create({"name": "New"}).id,
                **of_channel,
            },
            "ir.attachment": {
                "name": "New",
                "res_model": "discuss.channel",
                "res_id": channel.id,
            },
            "mail.gateway": {
                "name": "New",
                "gateway_type": "whatsapp",
                "token": "new",
            },
            "mail.guest": {"name": "New", "gateway_token": "573005550000", **gateway},
            "mail.guest.manage": {
                "guest_id": self.records["mail.guest"].id,
                "partner_id": self.others["res.partner"].id,
            },
            "mail.message": {
                "model": "discuss.channel",
                "res_id": channel.id,
                "body": "New",
            },
            "mail.message.gateway.link": {
                "message_id": self.others["mail.message"].id,
                "resource_ref": f"crm.lead,{self.lead.id}",
            },
            "mail.message.gateway.send": {
                "message_id": self.records["lead message"].id,
                "partner_id": self.records["res.partner"].id,
                "gateway_channel_id": self.records["res.partner.gateway.channel"].id,
            },
            "mail.notification": {
                "mail_message_id": message.id,
                "notification_type": "gateway",
                "gateway_channel_id": channel.id,
            },
            "mail.whatsapp.template": {
                "name": "New",
                "body": "New",
                "category": "utility",
                "language": "es",
                **gateway,
            },
            "mail.whatsapp.template.button": {
                "name": "New",
                "button_type": "quick_reply",
                "template_id": self.records["mail.whatsapp.template"].id,
            },
            "mail.whatsapp.template.variable": {
                "name": "{{2}}",
                "line_type": "body",
                "template_id": self.records["mail.whatsapp.template"].id,
            },
            "res.partner": {"name": "New"},
            "res.partner.gateway.channel": {
                "partner_id": self.others["res.partner"].id,
                "gateway_token": "573005550000",
                **gateway,
            },
            "whatsapp.assignment.log": {"lead_id": self.lead.id, **gateway},
            "whatsapp.assignment.turn": {
                "employee_id": self.advisers[2].id,
                "turn": 1,
                **gateway,
            },
            "whatsapp.composer": {
                "res_model": "crm.lead",
                "res_id": self.lead.id,
                "number_field_name": self.number_field,
                "body": "Hola",
                **gateway,
            },
            "whatsapp.erase.person": of_channel,
            "whatsapp.media": {
                "message_id": message.id,
                "kind": "image",
                "file_name": "foto.jpg",
                **of_channel,
            },
            "whatsapp.message.queue": {
                "recipient": "573005550000",
                "kind": "text",
                **of_channel,
                **gateway,
            },
            "whatsapp.message.queue.attempt": {
                "queue_id": row.id,
                "date": "2026-03-02 15:00:00",
                "step": "message",
                "outcome": "accepted",
            },
            "whatsapp.number": {"number": "573005550000", "lead_id": self.lead.id},
            "whatsapp.webhook.event": {"kind": "message", **gateway},
            "whatsapp.webhook.refusal": {"reason": "size", **gateway},
        }.get(model, {})

    # ---------------------------------------------------------------- fields
    def _protected(self, model, access):
        if access.protected == ALL:
            return sorted(addon_fields(self.env[model]) - set(access.free))
        return (*access.protected, *access.kept)

    def _value(self, model, name):
        """Return a value that a field does not have, as RPC gives it."""
        record = self.records[model].sudo()
        field, now = record._fields[name], record[name]
        if field.type == "many2one":
            return self._other(field.comodel_name, now).id
        if field.type in ("one2many", "many2many"):
            return [[4, self._other(field.comodel_name, now).id]]
        if field.type == "selection":
            keys = field.get_values(self.env)
            return next((key for key in keys if key != now), False)
        return {
            "boolean": not now,
            "char": "573005550000",
            "text": "573005550000",
            "datetime": "2026-03-02 14:59:00",
            "integer": 4242,
            "float": 4.25,
            "json": {"to": "573005550000"},
        }[field.type]

    def _other(self, model, now):
        known = self.others.get(model)
        if known and known not in now:
            return known
        domain = [("id", "not in", now.ids)]
        return self.env[model].with_context(active_test=False).search(domain, limit=1)

    def _has(self, record, name, value):
        """Return whether a record has got a value over RPC."""
        record = record.sudo().exists()
        field = record._fields[name]
        if not record:
            return False
        if field.type in ("one2many", "many2many"):
            return value[0][1] in record[name].ids
        return field.convert_to_read(record[name], record, False) in (
            value,
            field.convert_to_cache(value, record),
        )

    def _try_field(self, model, name, role):
        record, value = self.records[model], self._value(model, name)
        # On a new record, which has none yet.
        Model, first = self.env[model], value

        def is_on_record(_result):
            return self._has(record, name, value)

        def is_on_new(result):
            ids = result.get("ids") or [] if isinstance(result, dict) else result
            ids = ids[:1] if isinstance(ids, (list, tuple)) else [ids]
            return any(self._has(new, name, first) for new in Model.browse(ids))

        new = HARMLESS.get(model) or self._vals(model)
        if model == "mail.notification":
            new = new | {
                "mail_message_id": self.records["lead message"].id,
                "res_partner_id": self.others["res.partner"].id,
            }
        if Model._fields[name].type == "selection":
            keys = Model._fields[name].get_values(self.env)
            first = "gateway" if "gateway" in keys else keys[0]
        context = {"context": {f"default_{name}": first}}
        ways = {
            "write": ("write", [record.ids, {name: value}], {}, is_on_record),
            "create": ("create", [{**new, name: first}], {}, is_on_new),
            "default": ("create", [new], context, is_on_new),
        }
        if model in NAMED:
            ways["copy"] = ("copy", [record.ids, {name: value}], {}, is_on_new)
            ways["name_create"] = ("name_create", ["New"], context, is_on_new)
            if not isinstance(value, (dict, list)):
                relation = Model._fields[name].type == "many2one"
                ways["import"] = (
                    "load",
                    [["name", name + "/.id" * relation], [["New", str(first)]]],
                    {},
                    is_on_new,
                )
        if name in TABLE[model].kept:
            ways = {"write": ways["write"]}
        for way, (method, args, kwargs, allowed) in ways.items():
            is_allowed = self._attempt(role, model, method, args, kwargs, allowed)
            self._check(table.NOBODY, role, f"{model}.{name} by {way}", is_allowed)

    # --------------------------------------------------------------- methods
    def _try_method(self, role, model, method):
        args, kwargs = ARGUMENTS.get(method, ([], {}))
        if model in self.records:
            target = [] if method in OF_MODEL else [self.records[model].ids]
            return self._attempt(role, model, method, [*target, *args], kwargs)
        return self._attempt(role, model, method, args, kwargs, wizard=True)

    # ------------------------------------------------------------------ test
    def test_what_the_table_says_is_what_rpc_does(self):
        self.tried, self.unexpected = Counter(), []
        for model, access in TABLE.items():
            fields = self._protected(model, access)
            for role in ROLES:
                if access != table.Access(free=access.free):
                    self._try_verbs(model, access, role)
                for name in fields:
                    self._try_field(model, name, role)
                for method, expected in access.methods.items():
                    if method not in NEEDS_MORE or role not in expected:
                        is_allowed = self._try_method(role, model, method)
                        self._check(expected, role, f"{model} {method}()", is_allowed)
        # Printed whatever the level of the log is.
        sys.stderr.write(
            f"\nAccess: {self.tried.total()} combinations tried,"
            f" {len(self.unexpected)} unexpected\n"
        )
        self.assertFalse(
            self.unexpected,
            f"{len(self.unexpected)} of {self.tried.total()}:\n"
            + "\n".join(self.unexpected),
        )

    def test_the_table_knows_every_method_and_field(self):
        unknown = []
        for name, model in self.env.items():
            if not defined_by(model, (OURS,)):
                continue
            access = TABLE.get(name, table.Access())
            unknown += [
                f"{name} {method}()"
                for method in public_methods(model) - access.methods.keys()
            ]
            if model._abstract or ALL in (access.protected, access.free):
                continue
            known = {*access.protected, *access.kept, *access.free}
            unknown += [f"{name}.{one}" for one in addon_fields(model) - known]
        self.assertFalse(unknown, "\n".join(sorted(unknown)))
