"""A Meta that holds files: descriptors on the graph host, bytes on the other."""

import base64
import hashlib
from urllib.parse import urlsplit

from .common import WhatsappCase
from .common_outbound import GRAPH_HOST, answer

FILE_HOST = "lookaside.fbsbx.com"
FILE_URL = f"https://{FILE_HOST}/whatsapp_business/attachments/?mid=1"


class MediaCase(WhatsappCase):
    """Test class for inbound files. ``script`` holds what the next calls get."""

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        host = urlsplit(request.url).hostname
        if host in (GRAPH_HOST, FILE_HOST):
            cls.calls.append((host, request.headers.get("Authorization")))
            reply = cls.script.pop(0) if cls.script else cls._default(host)
            if isinstance(reply, Exception):
                raise reply
            return reply
        return super()._request_handler(session, request, **options)

    @classmethod
    def _default(cls, host):
        if host == GRAPH_HOST:
            return cls.descriptor()
        return answer(200, content=cls.content)

    def setUp(self):
        super().setUp()
        type(self).calls = []
        type(self).script = []
        type(self).content = b"\x89PNG the whole picture"

    @classmethod
    def descriptor(cls, **vals):
        return answer(
            200,
            {
                "messaging_product": "whatsapp",
                "url": FILE_URL,
                "mime_type": "image/png",
                "sha256": cls.sha256(),
                # Meta's documents show it as a string.
                "file_size": str(len(cls.content)),
                "id": "900",
                **vals,
            },
        )

    @classmethod
    def sha256(cls):
        return base64.b64encode(hashlib.sha256(cls.content).digest()).decode()

    def media(self, kind="image", **node):
        node = {"id": "900", "mime_type": "image/png", **node}
        return self._message(type=kind, **{kind: node})

    def row(self):
        return self.env["whatsapp.media"].search(
            [("channel_id.gateway_id", "=", self.gateway.id)]
        )
