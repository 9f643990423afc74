"""Fields that only the addon writes.

``readonly`` holds in forms only: a call over RPC, an import, a default in the context
or a command on a one2many field writes what it likes. The addon writes with ``sudo``,
which no call from outside can have.
"""

from odoo import models
from odoo.exceptions import AccessError

from ...tools.own_code import is_marked


class WhatsappProtected(models.AbstractModel):
    """Mixin: refuse values of protected fields, whatever role gives them."""

    _name = "whatsapp.protected"
    _description = "Record with Fields that Only the WhatsApp Addon Writes"

    # Names of the fields; extend it in the model.
    _whatsapp_protected_fields = frozenset()

    def _whatsapp_is_own_code(self):
        """Return whether the addon itself is at work, and not a call from outside."""
        return self.env.su or is_marked(self.env.context)

    def _whatsapp_protected_on_create(self, vals):
        """Return the names of protected fields that ``vals`` would fill. Hook.

        :param vals: complete values of a record, defaults included
        """
        return {name for name in self._whatsapp_protected_fields if vals.get(name)}

    def _whatsapp_protected_on_write(self, vals):
        """Return the names of protected fields of this record in ``vals``. Hook."""
        return self._whatsapp_protected_fields & vals.keys()

    def _prepare_create_values(self, vals_list):
        vals_list = super()._prepare_create_values(vals_list)
        if not self._whatsapp_is_own_code():
            for vals in vals_list:
                self._whatsapp_refuse_fields(self._whatsapp_protected_on_create(vals))
        return vals_list

    def write(self, vals):
        if vals and not self._whatsapp_is_own_code():
            for record in self:
                names = record._whatsapp_protected_on_write(vals)
                record._whatsapp_refuse_fields(
                    {name for name in names if record._whatsapp_changes(name, vals)}
                )
        return super().write(vals)

    def _whatsapp_changes(self, name, vals):
        field, known = self._fields[name], self.sudo()
        new = field.convert_to_cache(vals[name], known, validate=False)
        return new != field.convert_to_cache(known[name], known, validate=False)

    def _whatsapp_refuse_fields(self, names):
        """Refuse a change of fields that only the addon writes.

        :raise AccessError: when there are any
        """
        if names:
            raise AccessError(
                self.env._(
                    "“%(fields)s” of %(model)s cannot be written: it says whom a"
                    " WhatsApp conversation is with, and changes only by what happens"
                    " in it.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(names)
                    ),
                    model=self._description,
                )
            )
