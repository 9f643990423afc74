from odoo import api, fields, models

from .answers import DATE, MAP


class WhatsappMigrationChoice(models.Model):
    """A possible answer to a question of the plan."""

    _name = "whatsapp.migration.choice"
    _description = "WhatsApp Migration Answer"
    _order = "id"
    # The name is made when it is read; what is typed is looked for in the value.
    _rec_names_search = ("value",)

    question_id = fields.Many2one(
        "whatsapp.migration.question", required=True, ondelete="cascade", index=True
    )
    value = fields.Char(required=True, help="As in models/answers.py.")
    label = fields.Char(help="Name of what the value means, when a record has it.")

    @api.depends("value", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = self._words()
        for choice in self:
            action, _colon, target = choice.value.partition(":")
            named = words.get(choice.value) or choice.label or choice.value
            if target and action in words:
                named = words[action] % (choice.label or target)
            choice.display_name = named

    def _words(self):
        """What the answers mean, in the reader's language; others speak for
        themselves (numbers, names of fields). Hook."""
        return {
            "create": self.env._("Make a gateway of it"),
            MAP: self.env._("Its history goes to %s"),
            "join": self.env._("It is the same as the old gateway %s"),
            "old": self.env._("The one made of the old gateway %s"),
            "skip": self.env._("Leave it behind"),
            "draft": self.env._("Take it along as a draft"),
            "first": self.env._("Take the first number"),
            "second": self.env._("Take the second number"),
            "reject": self.env._("Reject these rows"),
            "attach": self.env._("Keep it as a file of the conversation"),
            "drop": self.env._("Leave it behind"),
            "history": self.env._("In a conversation of their own, to read only"),
            "note": self.env._("Take them along as notes"),
            "whatsapp_gateway": self.env._("The old module's gateway"),
            "mail_gateway": self.env._("Today's gateway"),
            DATE: self.env._("By the date in the next column"),
            "marketing": self.env._("Marketing"),
            "utility": self.env._("Utility"),
            "authentication": self.env._("Authentication"),
        }
