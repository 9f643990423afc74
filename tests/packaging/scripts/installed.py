"""Runs inside `odoo shell`: what installing has made of it; then it is used."""

# mypy: ignore-errors
# ruff: noqa: F821
# `env` is given by odoo shell.
import json
import os
import time

from odoo.addons.crm_whatsapp_gateway.tools.webhook import parse_body

TOKEN = "573012345678"
answer = {}

gateway = env["mail.gateway"].search([("name", "=", "Línea de antes")])
sources = env["utm.source"].search([("name", "ilike", "WhatsApp L")])
answer["sources"] = sources.mapped("name")
answer["adopted"] = gateway.whatsapp_source_id == sources
numbers = env["whatsapp.number"].search([("number", "=", TOKEN)])
answer["numbers"] = [len(numbers.lead_id), len(numbers.partner_id)]
channels = env["discuss.channel"].search([("gateway_id", "=", gateway.id)])
answer["states"] = channels.sorted("id").mapped("whatsapp_state")
answer["health"] = gateway.with_context(lang="en_US").whatsapp_health
answer["uses leads"] = (
    env["res.users"].search([("login", "=", "admin")]).has_group("crm.group_use_lead")
)


def index():
    env.cr.execute(
        "SELECT indisunique FROM pg_index"
        " WHERE indexrelid = 'discuss_channel_gateway_token_idx'::regclass"
    )
    return env.cr.fetchone()[0]


def receive(number, text):
    """One message, as the door would store it, worked."""
    message = {
        "from": number,
        "id": f"wamid.{number}.{text}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": gateway.whatsapp_from_phone},
        "contacts": [{"wa_id": number, "profile": {"name": "Ana"}}],
        "messages": [message],
    }
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }
    env["whatsapp.webhook.event"]._store(gateway, parse_body(body))
    env.cr.commit()
    env["whatsapp.webhook.event"]._cron_process()
    env.cr.commit()
    env.invalidate_all()


receive(TOKEN, "antes de unir")
channels.invalidate_recordset()
answer["got"] = channels.sorted("id").mapped("whatsapp_unread")
answer["unique at first"] = index()

gateway.action_whatsapp_merge_duplicates()
env.cr.commit()
env.invalidate_all()
kept = env["discuss.channel"].search([("gateway_id", "=", gateway.id)])
answer["unique then"] = index()
answer["conversations"] = kept.mapped("name")
answer["said"] = (
    kept.message_ids.filtered(lambda message: message.message_type == "comment")
    .sorted("id")
    .mapped(lambda message: message.body.striptags())
)
answer["lead"] = kept.lead_id.name
answer["health then"] = gateway.with_context(lang="en_US").whatsapp_health

# Used with everything that could keep something in place when it goes.
admin = env.ref("base.user_admin")
employee = admin.employee_ids[:1] or env["hr.employee"].create(
    {"name": "Asesor", "user_id": admin.id}
)
employee.rol_comercial = "asesor"
receive("573119876543", "una persona nueva")
lead = env["crm.lead"].search([("phone", "=", "+573119876543")]) or env[
    "crm.lead"
].search([("name", "=", "Ana")], limit=1)
answer["new lead"] = [
    lead.user_id.login,
    lead.source_id.name,
    len(lead.activity_ids),
]
env["res.config.settings"].create(
    {"whatsapp_journal_days": 90, "whatsapp_calls_at_once": 3}
).execute()
lead.gateway_channel_id.with_user(admin).message_post(
    body="respuesta", message_type="comment", subtype_xmlid="mail.mt_comment"
)
env.cr.commit()

with open(os.environ["WA_ANSWER"], "w") as file:
    json.dump(answer, file)
