"""Sending of the outbox: rows are claimed, Meta is called, results are recorded.

As many calls as the setting says are under way at once, each of another conversation.
No transaction is open during a call. A claim commits, before the call, that the call
begins (``called_at``): a row whose worker died before that has certainly not been sent,
one whose worker died after it is uncertain. Results that come together are recorded in
one transaction; when that fails, each in its own.
"""

import logging
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from pathlib import Path

from odoo import fields

from ..tools import const, transport
from ..tools.calls import CallPool
from .transaction import in_transaction

_logger = logging.getLogger(__name__)

QUEUE = "whatsapp.message.queue"
# Calls that begin together mostly end together: their results are waited for so long.
GATHER_SECONDS = 0.02


@dataclass(frozen=True)
class File:
    """A file to upload before its message is sent.

    :ivar content: bytes, or the path of the stored file, read when it is uploaded;
        None when the attachment was deleted
    """

    name: str
    mimetype: str
    content: bytes | Path | None

    def load(self):
        """Return the bytes.

        :raise OSError: when the file is gone
        """
        if self.content is None:
            raise FileNotFoundError("the attachment was deleted")
        if isinstance(self.content, Path):
            return self.content.read_bytes()
        return self.content


@dataclass(frozen=True, repr=False)
class Call:
    """All that the next call of a row needs; no repr since it holds the token.

    :ivar file: uploaded by this call; None for the call that sends the message
    """

    row_id: int
    url: str
    token: str
    timeout: tuple[float, float]
    proxies: dict
    payload: dict
    file: File | None

    def make(self, session):
        """Call Meta.

        :return: ``transport.Answer``
        :raise OSError: when the file cannot be read
        """
        if not self.file:
            return transport.post(
                session,
                f"{self.url}/messages",
                self.token,
                self.timeout,
                json=self.payload,
                proxies=self.proxies,
            )
        name, mimetype = self.file.name, self.file.mimetype
        return transport.post(
            session,
            f"{self.url}/media",
            self.token,
            self.timeout,
            files={"file": (name, self.file.load(), mimetype)},
            data={"messaging_product": "whatsapp", "type": mimetype},
            proxies=self.proxies,
        )


class OutboxQueue:
    """The outbox as a queue for :func:`runner.work`; a context manager.

    :param env: superuser's environment; only its registry is used
    :param channel_ids: only these conversations; None for all
    """

    def __init__(self, env, channel_ids=None):
        self.env = env
        self.only = channel_ids
        self._most = in_transaction(
            env,
            lambda env: env[QUEUE]._get_number("calls_at_once", const.CALLS_AT_ONCE),
        )
        self._pool = CallPool(self._most or 1)
        self._running = {}
        self._skipped = set()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        """Wait for the calls under way, and record what became of them."""
        try:
            while self._running:
                self.record()
        finally:
            self._pool.close()

    def claim(self):
        """Return calls of rows whose turn it is, at most as many as may begin now."""
        free = max(self._most, 1) - len(self._running)
        if free < 1:
            return []
        return in_transaction(
            self.env,
            lambda env: env[QUEUE]._claim(
                fields.Datetime.now(), free, self.only, self._skipped
            ),
        )

    def skip(self, claimed):
        self._skipped.update(call.row_id for call in claimed)

    def run(self, claimed):
        """Begin calls."""
        for call in claimed:
            self._running[self._pool.submit(call.make)] = call

    def record(self):
        """Record the results there are, after waiting for one; return their number."""
        if not self._running:
            return 0
        wait(self._running, return_when=FIRST_COMPLETED)
        done, _running = wait(self._running, timeout=GATHER_SECONDS)
        results = [(self._running.pop(future), future) for future in done]
        try:
            following = self._record(results)
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # each alone tells whose it is
            _logger.info(
                "WhatsApp results are recorded one by one after %s",
                type(error).__name__,
                exc_info=_logger.isEnabledFor(logging.DEBUG),
            )
            following = [call for one in results for call in self._record_alone(*one)]
        self.run(following)
        return len(results)

    def _record(self, results):
        """Record results in one transaction; return the calls that come next."""

        def record(env):
            return env[QUEUE]._record_results(
                [(call, future.result()) for call, future in results]
            )

        return in_transaction(self.env, record)

    def _record_alone(self, call, future):
        try:
            return self._record([(call, future)])
        # pylint: disable-next=broad-exception-caught
        except Exception as error:  # kept on the row; the others go on
            _logger.warning(
                "WhatsApp queue row %s: %s",
                call.row_id,
                type(error).__name__,
                exc_info=True,
            )
            reason = type(error).__name__
            # Whether Meta was called: a file that cannot be read was not sent.
            called = not (call.file or isinstance(future.exception(), OSError))
            in_transaction(
                self.env,
                lambda env: (
                    env[QUEUE].browse(call.row_id)._record_crash(reason, called)
                ),
            )
            return []
