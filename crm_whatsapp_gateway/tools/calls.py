"""Several calls to Meta at the same time: nearly all of a call is waiting."""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import requests


class Calls:
    """Runs work in so many threads, each with a session of its own.

    With one, work is done where it is begun, in the caller's thread.

    :param most: how many at the same time, at least 1
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._own = threading.local()
        self._sessions: list[requests.Session] = []
        self._running: set[Future[None]] = set()
        caller = threading.current_thread()
        self._database = getattr(caller, "dbname", None)
        self._pool = ThreadPoolExecutor(most, initializer=self._name_thread)

    def __enter__(self) -> "Calls":
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown(wait=True)
        for session in self._sessions:
            session.close()

    def _name_thread(self) -> None:
        # Odoo's log names the database of a thread by this.
        threading.current_thread().dbname = self._database  # type: ignore[attr-defined]

    def _session(self) -> requests.Session:
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            self._sessions.append(self._own.session)
        session: requests.Session = self._own.session
        return session

    def begin(self, work: Callable[[requests.Session], None]) -> None:
        """Have ``work(session)`` done; waits for a free thread.

        :raise Exception: whatever an earlier work raised
        """
        if self._most == 1:
            work(self._session())
            return
        while len(self._running) >= self._most:
            self.wait_for_one()
        self._running.add(self._pool.submit(lambda: work(self._session())))

    def wait_for_one(self) -> bool:
        """Wait until a work is finished.

        :return: False when none is running
        :raise Exception: whatever it raised
        """
        if not self._running:
            return False
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        for one in done:
            one.result()
        return True
