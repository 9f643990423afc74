"""The simulator of a test without a server: ``requests`` ends in this process.

    with WaResponses() as wa:
        wa.deliver_to(lambda body, headers: my_webhook(body, headers))
        my_software_sends()                     # requests.post("https://graph…")
        wa.assert_sent(to="573012345678", contains="hola")
        wa.customer_message("573012345678", body="gracias")
        wa.pump()                               # the webhooks are delivered here

Needs the extra ``[responses]``.  Under a framework that patches
``requests.Session.send`` (Odoo's tests do) let ``stands_in_for(url)`` through to
the original ``send``; see docs/integrations.md.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from .config import ServeConfig
from .expect import CheckedClient
from .inprocess.client import InProcessTransport
from .inprocess.handover import Deliver
from .inprocess.requests_mock import RequestsMock
from .inprocess.simulator import BASE, InProcess, stands_in_for

__all__ = ["Deliver", "WaResponses", "stands_in_for"]


class WaResponses(CheckedClient):
    """All control calls, without a socket; assertions; webhooks on demand.

    :param config: seed, nonce, clock, realistic.  Ports mean nothing here.
    """

    stands_in_for: Callable[[str | None], bool] = staticmethod(stands_in_for)

    def __init__(self, config: ServeConfig | None = None, **kw: Any) -> None:
        self._simulator = InProcess(config).start()
        super().__init__(BASE, transport=InProcessTransport(self._simulator), **kw)
        self._requests = RequestsMock(self._simulator)
        self.mock = self._requests.mock
        self._started = False

    def start(self) -> Self:
        """Begin to intercept ``requests``."""
        if not self._started:
            self._requests.start()
            self._started = True
        return self

    def stop(self) -> None:
        """Let ``requests`` through again; the world stays."""
        if self._started:
            self._requests.stop()
            self._started = False

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        super().close()
        self._simulator.stop()

    def deliver_to(self, deliver: Deliver | None) -> None:
        """Webhooks go to a callable ``(body, headers) -> status``, when pumped.

        There is no handshake.  None: nobody is subscribed any more.
        """
        self._simulator.deliver_to(deliver)

    def pump(self) -> int:
        """Deliver what is due, in this thread, until nothing is; how many.

        Never called by the simulator itself, so a webhook never runs inside the
        call that caused it.  An exception of the callable is raised here, after the
        attempt was recorded as failed.
        """
        return self._simulator.pump()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
