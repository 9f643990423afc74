from odoo import api, fields, models


class WhatsappMigrationChoice(models.Model):
    """A possible answer to a question of the plan."""

    _name = "whatsapp.migration.choice"
    _description = "WhatsApp Migration Answer"
    _order = "id"

    question_id = fields.Many2one(
        "whatsapp.migration.question", required=True, ondelete="cascade", index=True
    )
    value = fields.Char(required=True, help="As in the decisions file.")
    name = fields.Char(compute="_compute_name")

    @api.depends("value")
    @api.depends_context("lang")
    def _compute_name(self):
        words = self._words()
        for choice in self:
            choice.name = words.get(choice.value, choice.value)

    def _words(self):
        """What the answers mean, in the reader's language; others speak for
        themselves (numbers, languages, names of fields). Hook."""
        return {
            "create": self.env._("Make a gateway of it"),
            "map": self.env._("Use a gateway there is"),
            "join": self.env._("Use the gateway of another old one"),
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
            "MARKETING": self.env._("Marketing"),
            "UTILITY": self.env._("Utility"),
            "AUTHENTICATION": self.env._("Authentication"),
        }
