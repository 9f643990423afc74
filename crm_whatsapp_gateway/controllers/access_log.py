"""Keep secrets of the webhook's address out of Odoo's access log.

Meta sends the verify token in the query of its handshake, and the webhook key is
part of the path: the server writes both into its log, line by line.
"""

import logging
import re

_SECRETS = (
    (re.compile(r"(hub\.verify_token=)[^&\s\"]+"), r"\1***"),
    (re.compile(r"(/gateway/whatsapp/)[^/\s]+(/update)"), r"\1***\2"),
)


def redact(text: str) -> str:
    """``text`` without verify token and webhook key."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class RedactWebhookSecrets(logging.Filter):
    """Changes the arguments of a record, so that every handler gets the clean line."""

    def filter(self, record):
        if isinstance(record.args, tuple):
            record.args = tuple(
                redact(arg) if isinstance(arg, str) else arg for arg in record.args
            )
        if isinstance(record.msg, str):
            record.msg = redact(record.msg)
        return True


logging.getLogger("werkzeug").addFilter(RedactWebhookSecrets())
