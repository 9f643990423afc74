"""A server of this process that cannot start leaves nothing behind."""

import socket
import threading

import pytest

from wa_simulator.config import ServeConfig
from wa_simulator.server import ThreadedServer


def test_a_taken_port_leaves_no_thread_and_no_folder() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = ThreadedServer(ServeConfig(port=taken.getsockname()[1]))
        folder = server.server.state_dir
        before = threading.active_count()
        with pytest.raises(OSError, match="in use"):
            server.start()
    assert threading.active_count() <= before
    assert not folder.exists()
