"""Runs inside `odoo shell`: the module is removed as an administrator does it."""

# mypy: ignore-errors
# ruff: noqa: F821
# `env` is given by odoo shell.
import json
import os

lead = env["crm.lead"].search([("name", "=", "Ana")], limit=1)
lead_id, channel_id = lead.id, lead.gateway_channel_id.id
module = env["ir.module.module"].search([("name", "=", "crm_whatsapp_gateway")])
module.button_immediate_uninstall()

env = env(context={})
env.invalidate_all()
lead = env["crm.lead"].browse(lead_id)
channel = env["discuss.channel"].browse(channel_id)
answer = {
    "state": env["ir.module.module"].browse(module.id).state,
    "source": lead.source_id.name,
    "adviser": lead.user_id.login,
    "activities": lead.activity_ids.mapped("activity_type_id.name"),
    "said": channel.message_ids.filtered(
        lambda message: message.message_type == "comment"
    )
    .sorted("id")
    .mapped(lambda message: message.body.striptags()),
    "gateway": env["mail.gateway"].search([]).mapped("name"),
}
with open(os.environ["WA_ANSWER"], "w") as file:
    json.dump(answer, file)
