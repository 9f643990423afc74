"""The typed client without a socket."""

import httpx

from .simulator import InProcess


class InProcessTransport(httpx.BaseTransport):
    """Answers httpx out of the simulator of the same process."""

    def __init__(self, simulator: InProcess) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One control call."""
        got = self._simulator.control(
            request.method, str(request.url), request.headers.items(), request.read()
        )
        return httpx.Response(got.status, headers=got.headers, content=got.body)
