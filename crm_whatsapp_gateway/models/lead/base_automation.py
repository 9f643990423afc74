from odoo import api, models

from ...processing.transaction_cache import AUTOMATION_RULES, TransactionCache


class BaseAutomation(models.Model):
    _inherit = "base.automation"

    @api.model
    def _get_actions(self, records, triggers):
        """Search the rules of a model once per transaction of the worker.

        Odoo searches them anew for each write and each computed field, some forty
        times while one lead is created.
        """
        cache = TransactionCache(self.env, AUTOMATION_RULES)
        key = (records._name, tuple(triggers))
        ids = cache.get(key)
        if ids is None:
            rules = super()._get_actions(records, triggers)
            cache.set(key, rules.ids)
            return rules
        if "__action_done" not in self.env.context:
            self = self.with_context(__action_done={})
        return self.browse(ids)
