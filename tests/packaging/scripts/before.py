"""Runs inside `odoo shell`: a database that OCA's modules have been used in."""

# mypy: ignore-errors
# ruff: noqa: F821
# `env` is given by odoo shell.
import json
import os

TOKEN = "573012345678"

# Saving the settings writes parameters of Odoo's own.
env["res.config.settings"].create({}).execute()
env["utm.source"].create({"name": "WhatsApp Línea Marketing"})
company = env.ref("base.main_company")
company.country_id = env.ref("base.co")
gateway = env["mail.gateway"].create(
    {
        "name": "Línea de antes",
        "gateway_type": "whatsapp",
        "token": "token-of-before",
        "whatsapp_from_phone": "100000000000009",
        "whatsapp_account_id": "200000000000009",
        "webhook_key": "key-of-before",
        "webhook_secret": "secret-of-before",
        "whatsapp_security_key": "word-of-before",
        "integrated_webhook_state": "integrated",
    }
)
guest = env["mail.guest"].create(
    {"name": "Ana", "gateway_id": gateway.id, "gateway_token": TOKEN}
)
# Two for one person, as OCA's module makes them when messages come at once.
channels = env["discuss.channel"].create(
    [
        {
            "name": f"Ana {number}",
            "channel_type": "gateway",
            "gateway_id": gateway.id,
            "gateway_channel_token": TOKEN,
        }
        for number in (1, 2)
    ]
)
for channel in channels:
    channel.with_context(no_gateway_notification=True).message_post(
        body=f"Hola de {channel.name}",
        author_guest_id=guest.id,
        author_id=False,
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        gateway_type="whatsapp",
    )
for name in ("Ana", "Ana (trabajo)"):
    env["res.partner"].create({"name": name, "phone": "301 234 5678"})
env["crm.lead"].create({"name": "Prospecto de antes", "phone": "(301) 234-5678"})
env.cr.commit()

with open(os.environ["WA_ANSWER"], "w") as answer:
    json.dump({}, answer)
