"""A gateway, three advisers, and what Meta would send. Nothing is shared with the
simulator: a fake that signs with the code it is to check hides the bug."""

import hashlib
import hmac
import itertools
import json
from contextlib import nullcontext

from odoo.tests import HttpCase, common, new_test_user

from ..compat import lead_number_field

APP_SECRET = "test-app-secret"
VERIFY_TOKEN = "test-verify"
NUMBER_ID = "100000000000009"
ADVISER_GROUP = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_adviser"
SUPERVISOR_GROUP = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_supervisor"
DIRECTOR_GROUP = "crm_whatsapp_gateway.crm_whatsapp_gateway_group_director"


# 19.0's tests keep the database from other threads but during a request.
others_may_work = getattr(common, "release_test_lock", nullcontext)


class WhatsappCase(HttpCase):
    """Test class for whatever needs the webhook: real requests, real signatures.

    ``receive()`` posts a signed body and works the journal; ``post()`` only posts.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._wamids = itertools.count(1)
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.co")
        # Whatever the database speaks: tests read English.
        everybody = cls.env["res.users"].with_context(active_test=False).search([])
        (everybody.partner_id | cls.company.partner_id).write({"lang": "en_US"})
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.number_field = lead_number_field(cls.env["crm.lead"])
        cls.team = cls.env["crm.team"].create(
            {"name": "WhatsApp", "use_leads": True, "use_opportunities": True}
        )
        cls.advisers = cls.env["hr.employee"]
        for letter in "ABC":
            cls.advisers |= cls._create_adviser(letter)
        cls.gateway = cls._create_gateway()

    @classmethod
    def _create_adviser(cls, letter, **vals):
        user = new_test_user(
            cls.env, login=f"adviser_{letter.lower()}", groups=ADVISER_GROUP
        )
        return cls.env["hr.employee"].create(
            {
                "name": f"Adviser {letter}",
                "user_id": user.id,
                "rol_comercial": "asesor",
                **vals,
            }
        )

    @classmethod
    def _create_gateway(cls, **vals):
        return cls.env["mail.gateway"].create(
            {
                "name": "WhatsApp test",
                "gateway_type": "whatsapp",
                "token": "test-token",
                "whatsapp_from_phone": NUMBER_ID,
                "whatsapp_account_id": "200000000000009",
                "webhook_key": "test-key",
                "webhook_secret": APP_SECRET,
                "whatsapp_security_key": VERIFY_TOKEN,
                "integrated_webhook_state": "integrated",
                "whatsapp_team_id": cls.team.id,
                "whatsapp_adviser_ids": [(6, 0, cls.advisers.ids)],
                **vals,
            }
        )

    # ------------------------------------------------------- what Meta sends
    def _message(self, person="573012345678", text="Hola", **vals):
        message = {
            "from": person,
            "id": f"wamid.TEST{next(self._wamids):06d}",
            "timestamp": "1760000000",
            "type": "text",
            "text": {"body": text},
        }
        message.update(vals)
        if message["type"] != "text":
            del message["text"]
        return {key: value for key, value in message.items() if value is not None}

    def _body(self, *messages, statuses=(), name="Ana", number_id=NUMBER_ID):
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "573000000009",
                "phone_number_id": number_id,
            },
        }
        people = dict.fromkeys(m["from"] for m in messages if "from" in m)
        if people:
            value["contacts"] = [
                {"wa_id": person, "profile": {"name": name} if name else {}}
                for person in people
            ]
        if messages:
            value["messages"] = list(messages)
        if statuses:
            value["statuses"] = list(statuses)
        return {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": "200000000000009",
                    "changes": [{"field": "messages", "value": value}],
                }
            ],
        }

    # ---------------------------------------------------------------- doing
    def post(self, body, secret=APP_SECRET, key="test-key", signature=None):
        """POST a body to the webhook, signed as Meta signs."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        signature = signature or (
            "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()
        )
        self.env.flush_all()
        response = self.url_open(
            f"/gateway/whatsapp/{key}/update",
            data=data,
            headers={
                "Content-Type": "application/json",
                "X-Hub-Signature-256": signature,
            },
        )
        self.env.invalidate_all()
        return response

    def process(self):
        """Run the scheduled action of the journal."""
        self.env.flush_all()
        self.env["whatsapp.webhook.event"]._cron_process()
        self.env.invalidate_all()

    def receive(self, *messages, **vals):
        response = self.post(self._body(*messages, **vals))
        self.assertEqual(response.status_code, 200)
        self.process()
        return self.channel(messages[0]["from"]) if messages else None

    # -------------------------------------------------------------- looking
    def channel(self, person="573012345678"):
        return self.env["discuss.channel"].search(
            [
                ("gateway_id", "=", self.gateway.id),
                ("gateway_channel_token", "=", person),
            ]
        )

    def lead_messages(self, lead):
        """Mirrored messages in the lead's chatter, oldest first."""
        return (
            lead.message_ids.filtered(lambda m: m.message_type == "comment")
            .sorted("id")
            .mapped(lambda m: m.body.striptags())
        )

    def events(self):
        return self.env["whatsapp.webhook.event"].search(
            [("gateway_id", "=", self.gateway.id)], order="id"
        )
