from odoo import fields, models

ROLES = [
    ("adviser", "Adviser"),
    ("supervisor", "Supervisor"),
    ("director", "Director"),
]


class WhatsappRoleProposalLine(models.TransientModel):
    _name = "whatsapp.role.proposal.line"
    _description = "Proposed WhatsApp Role of a User"

    proposal_id = fields.Many2one(
        "whatsapp.role.proposal", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    current_role = fields.Selection(ROLES, string="Role Now")
    proposed_role = fields.Selection(ROLES, required=True)
    origin = fields.Selection(
        [
            ("employee", "Commercial role of the employee"),
            ("legacy", "Group of the former module"),
        ],
        string="Because of",
    )
    to_apply = fields.Boolean(string="Apply")
