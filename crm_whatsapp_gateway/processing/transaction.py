"""Work in a transaction of its own, repeated when another one was faster.

Odoo's ``retrying()`` serves requests only; the journal's worker and the queue's
worker have the same need. PostgreSQL takes the snapshot before it waits for a
lock, so under REPEATABLE READ the one who waited does not see what the winner
wrote: only a new transaction does, a savepoint does not help.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from psycopg2 import errors

from odoo import api

from .transaction_cache import close_cache

_logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# What a new transaction can cure: the other one has committed by then.
REPEATABLE = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    errors.UniqueViolation,
)


def in_transaction(
    env: api.Environment,
    work: Callable[[api.Environment], Result],
    attempts: int = 5,
) -> Result:
    """Run ``work(env)`` on a cursor of its own and commit.

    :param env: gives registry, user and context; its own cursor is not touched
    :param work: called once per attempt with a fresh environment; it must not
        keep records between attempts
    :param attempts: how often a lost race is repeated before it is raised
    :return: what ``work`` returned
    :raise Exception: whatever ``work`` raised; its transaction is rolled back
    """
    for attempt in range(1, attempts + 1):
        try:
            with env.registry.cursor() as cr:
                # Odoo would log what was refused, and with it what people wrote.
                cr.execute = partial(cr.execute, log_exceptions=False)
                own_env = api.Environment(cr, env.uid, env.context, su=env.su)
                try:
                    result = work(own_env)
                    own_env.flush_all()
                finally:
                    close_cache(own_env)
                return result
        except REPEATABLE as error:
            if attempt == attempts:
                raise
            _logger.info(
                "Transaction repeated after %s (attempt %s of %s)",
                type(error).__name__,
                attempt,
                attempts,
            )
    raise AssertionError("unreachable: the last attempt returns or raises")
