import hashlib
import hmac

from odoo.tests import BaseCase, tagged

from ..tools.signature import is_signed_by


@tagged("post_install", "-at_install")
class TestSignature(BaseCase):
    def test_a_signature_needs_the_secret_and_the_exact_bytes(self):
        body = b'{"a": "caf\\u00e9"}'
        good = "sha256=aebfdd5fff0d4f4ad3e1a5dd3fb6cbcd0ac8b0da52fa5ea6c74ed4c2e6bdd0c7"
        self.assertTrue(is_signed_by("secret", body, _sign(b"secret", body)))
        self.assertFalse(is_signed_by("secret", body, good))
        self.assertFalse(is_signed_by("other", body, _sign(b"secret", body)))
        self.assertFalse(is_signed_by("", body, _sign(b"", body)))
        self.assertFalse(is_signed_by("secret", body + b" ", _sign(b"secret", body)))
        self.assertFalse(is_signed_by("secret", body, None))


def _sign(secret, body):
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
