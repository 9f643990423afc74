"""Several calls to Meta at the same time: nearly all of a call is waiting."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import requests

Result = TypeVar("Result")


class CallPool:
    """Threads with a connection to Meta each, which is used again.

    With one, a call is made where it is submitted, in the caller's thread.

    :param most: how many at the same time, at least 1
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._database = getattr(threading.current_thread(), "dbname", None)
        self._pool = ThreadPoolExecutor(most, initializer=self._name_thread)

    def close(self) -> None:
        """Wait for the calls under way, and close the connections."""
        self._pool.shutdown(wait=True)
        for session in self._sessions:
            session.close()

    def submit(self, call: Callable[[requests.Session], Result]) -> "Future[Result]":
        """Have ``call(session)`` made."""
        if self._most > 1:
            return self._pool.submit(lambda: call(self._session()))
        future: Future[Result] = Future()
        try:
            future.set_result(call(self._session()))
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # noqa: BLE001 - as a pool does: kept in the future
            future.set_exception(error)
        return future

    def _name_thread(self) -> None:
        # Odoo's log names the database of a thread by this.
        threading.current_thread().dbname = self._database  # type: ignore[attr-defined]

    def _session(self) -> requests.Session:
        # One for each thread: a session is not safe to share.
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._sessions.append(self._local.session)
        session: requests.Session = self._local.session
        return session
