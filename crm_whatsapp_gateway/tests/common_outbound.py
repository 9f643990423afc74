"""A Meta that answers what a test tells it, and a clock that a test moves."""

import io
import itertools
import json
from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from PIL import Image

from odoo import fields

from ..tools import const
from ..tools.webhook import parse_body
from .common import WhatsappCase

GRAPH_HOST = "graph.facebook.com"
CUSTOMER = "573012345678"
OTHER_CUSTOMER = "573119876543"
THIRD_CUSTOMER = "573150001111"


def answer(status, body=None, headers=None, content=None):
    """An HTTP answer; ``content`` instead of ``body`` for what is no JSON."""
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers or {})
    response.raw = io.BytesIO(json.dumps(body).encode() if content is None else content)
    return response


def error(code, status=400, details="", headers=None, **vals):
    """An error as Meta shapes it."""
    data = {"messaging_product": "whatsapp", "details": details} if details else None
    body = {
        "message": f"(#{code}) Title of {code}",
        "type": "OAuthException",
        "code": code,
        "error_data": data,
        "fbtrace_id": "A1B2C3",
        **vals,
    }
    return answer(status, {"error": body}, headers)


def picture(image_format="PNG", size=(8, 8), mode="RGB", **options):
    """Bytes of a picture."""
    file = io.BytesIO()
    Image.new(mode, size).save(file, image_format, **options)
    return file.getvalue()


def down():
    """Meta is down: code 2, at once."""
    return error(2, 503)


def parse_status(status):
    """The event of one of Meta's ``statuses[]``."""
    change = {"field": "messages", "value": {"statuses": [status]}}
    [event] = parse_body({"entry": [{"changes": [change]}]})
    return event


class Graph:
    """Meta's side: answers in the order in which they were put, else accepts."""

    def __init__(self):
        self.calls = []
        self.script = []
        self._numbers = itertools.count(1)

    def will(self, *answers):
        """Script the next calls: answers, exceptions, or callables for either."""
        self.script.extend(answers)

    def handle(self, request, **options):
        address = urlsplit(request.url)
        self.calls.append(
            {
                "path": address.path,
                "query": address.query,
                "authorization": request.headers["Authorization"],
                "json": self._json(request),
                "body": request.body,
                "timeout": options.get("timeout"),
            }
        )
        reply = self.script.pop(0) if self.script else self.accept
        if callable(reply):
            reply = reply()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def accept(self):
        number = next(self._numbers)
        if self.calls[-1]["path"].endswith("/media"):
            return answer(200, {"id": f"media{number}"})
        to = self.calls[-1]["json"].get("to")
        return answer(
            200,
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": to, "wa_id": to}],
                "messages": [{"id": f"wamid.OUT{number}"}],
            },
        )

    def _json(self, request):
        kind = request.headers.get("Content-Type") or ""
        return json.loads(request.body) if kind.startswith("application/json") else None

    @property
    def paths(self):
        return [call["path"].rsplit("/", 1)[1] for call in self.calls]

    @property
    def texts(self):
        """Bodies of the text messages that were sent, in order."""
        bodies = [call["json"] for call in self.calls if call["json"]]
        return [body["text"]["body"] for body in bodies if body["type"] == "text"]


class OutboundCase(WhatsappCase):
    """Test class for the queue: no inbound traffic, Meta as :class:`Graph`.

    ``send()`` writes as the adviser, ``work()`` does what the cron does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One after the other, so that tests can tell an order.
        cls._set_calls_at_once(1)
        cls.adviser = cls.advisers[0].user_id
        cls.queue = cls.env["whatsapp.message.queue"]
        cls.lead = cls._create_lead("Ana", cls.adviser)
        cls.conversation = cls._create_conversation(cls.lead, CUSTOMER)

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        if urlsplit(request.url).hostname == GRAPH_HOST:
            return cls.graph.handle(request, **options)
        return super()._request_handler(session, request, **options)

    def setUp(self):
        super().setUp()
        type(self).graph = Graph()
        self.now = datetime(2026, 3, 2, 15, 0, 0)  # noqa: DTZ001 - as Odoo stores it
        patcher = patch.object(fields.Datetime, "now", lambda *args: self.now)
        patcher.start()
        self.addCleanup(patcher.stop)
        self._open_window(self.conversation)

    @classmethod
    def _create_lead(cls, name, user, **vals):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "lead",
                "user_id": user.id,
                "team_id": cls.team.id,
                **vals,
            }
        )

    @classmethod
    def _create_conversation(cls, lead, person):
        service = cls.env["mail.gateway.whatsapp"]
        update = {
            "contacts": [{"wa_id": person, "profile": {"name": lead.name}}],
            "messages": [{"from": person}],
        }
        channel = service._get_channel(cls.gateway, person, update, force_create=True)
        channel._whatsapp_link_lead(lead)
        return channel

    @classmethod
    def _set_calls_at_once(cls, most):
        cls.env["ir.config_parameter"].set_param(
            const.PARAMETER_PREFIX + "calls_at_once", str(most)
        )

    def _open_window(self, *channels):
        for channel in channels:
            channel.whatsapp_last_inbound_at = self.now - timedelta(hours=1)

    def other_conversation(self, person=OTHER_CUSTOMER):
        lead = self._create_lead(person, self.adviser)
        channel = self._create_conversation(lead, person)
        self._open_window(channel)
        return channel

    # ---------------------------------------------------------------- doing
    def send(self, text="Buenas tardes", channel=None, user=None, **vals):
        """Write in a conversation; the message's rows."""
        channel = channel or self.conversation
        message = channel.with_user(user or self.adviser).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment", **vals
        )
        self.env.flush_all()
        return message.sudo()._whatsapp_rows().with_env(self.env)

    def work(self):
        """Run the scheduled action of the outbox."""
        self.env.flush_all()
        self.queue._cron_send()
        self.env.invalidate_all()

    def pass_time(self, seconds):
        self.now += timedelta(seconds=seconds)

    def status(self, row, state, gateway=None, **vals):
        """A status webhook's item is applied; what ``_apply_status`` answers."""
        data = {
            "id": row.wamid or "wamid.LOST",
            "status": state,
            "timestamp": str(int((self.now - datetime(1970, 1, 1)).total_seconds())),  # noqa: DTZ001
            "recipient_id": row.recipient,
            "biz_opaque_callback_data": row.callback_data,
            **vals,
        }
        known = self.queue._apply_status(gateway or self.gateway, parse_status(data))
        self.env.flush_all()
        return known

    # -------------------------------------------------------------- looking
    def attachment(self, name="precios.pdf", mimetype="application/pdf", raw=b"%PDF"):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": raw,
                "mimetype": mimetype,
                "res_model": "discuss.channel",
                "res_id": self.conversation.id,
            }
        )

    def audio(self):
        """A file that takes no caption, so that a text is a row of its own."""
        return self.attachment("nota.mp3", "audio/mpeg", b"ID3")

    def picture(self, name="foto.png", mimetype="image/png", **options):
        return self.attachment(name, mimetype, picture(**options))

    def notification(self, message):
        return message.sudo().notification_ids.filtered(
            lambda one: one.notification_type == "gateway"
        )

    def alerts(self):
        """Notices to the administrators since the test began, oldest first."""
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("subject", "ilike", self.gateway.name),
            ],
            order="id",
        )

    def triggers(self):
        cron = self.env.ref("crm_whatsapp_gateway.ir_cron_outbound")
        found = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        return set(found.mapped("call_at"))
