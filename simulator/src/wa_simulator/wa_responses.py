"""The simulator of a test without a server, for software that calls ``requests``.

    with WaResponses() as wa:
        wa.deliver_to(lambda body, headers: my_webhook(body, headers))
        my_software_sends()                     # requests.post("https://graph…")
        wa.assert_sent(to="573012345678", contains="hola")
        wa.customer_message("573012345678", body="gracias")
        wa.pump()                               # the webhooks are delivered here

Needs the extra ``[responses]``.  Under a framework that patches
``requests.Session.send`` (Odoo's tests do) let ``stands_in_for(url)`` through to
the original ``send``; see docs/integrations.md.  Other clients end here too, see
``wa_inprocess``.
"""

from collections.abc import Callable

import responses

from .inprocess.handover import Deliver
from .inprocess.requests_mock import RequestsMock
from .inprocess.simulator import stands_in_for
from .wa_inprocess import Patch, WaInProcess

__all__ = ["Deliver", "WaResponses", "stands_in_for"]


class WaResponses(WaInProcess):
    """``WaInProcess`` that cannot be without ``requests``."""

    stands_in_for: Callable[[str | None], bool] = staticmethod(stands_in_for)
    #: The mock of the library ``responses``.
    mock: responses.RequestsMock

    def _make_patches(self) -> list[Patch]:
        patches = super()._make_patches()
        (mocked,) = (each for each in patches if isinstance(each, RequestsMock))
        self.mock = mocked.mock
        return patches
