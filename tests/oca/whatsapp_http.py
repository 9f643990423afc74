"""A pytest plugin for OCA's own tests on 19.0; runs inside Odoo's environment.

`mail_gateway` 19.0 made the base of its tests one without HTTP, and the 18.0 wheel of
`mail_gateway_whatsapp`, whose 19.0 is not published, opens addresses. Without this
every one of its tests would fail for that, and say nothing.
"""

from importlib import import_module


def pytest_collection():
    """Before the tests are imported: their base class opens addresses."""
    # Odoo knows its addons only when its configuration has been read.
    http_case = import_module("odoo.tests").HttpCase
    common = import_module("odoo.addons.mail_gateway.tests.common")
    base = common.MailGatewayTestCase
    if not issubclass(base, http_case):
        common.MailGatewayTestCase = type(base.__name__, (base, http_case), {})
