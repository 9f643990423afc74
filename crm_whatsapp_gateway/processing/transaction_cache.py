"""Answers of searches, kept while a transaction of the queue workers lasts.

The ORM does not cache searches, and processing one webhook event asks several times
for the same conversation and author. A transaction's snapshot does not change, so only
its own writes can make an answer wrong: code that writes calls ``invalidate``. No
answer is kept outside of a transaction that :func:`open_cache` was called in.
"""

KEY = "crm_whatsapp_gateway.transaction_cache"
DEFERRED = "crm_whatsapp_gateway.deferred_leads"

# Kinds of answers.
CHANNELS = "ids of conversations by (gateway id, key of a number)"
AUTHORS = "(model, id) of authors by (gateway id, key of a number)"
AUTOMATION_RULES = "ids of automation rules by (model, triggers)"


def open_cache(env):
    """Keep answers from now on in this transaction, beginning with none."""
    env.cr.cache[KEY] = {}


def close_cache(env):
    """Drop what was kept; 18.0's tests go on with the same cursor afterwards."""
    env.cr.cache.pop(KEY, None)
    env.cr.cache.pop(DEFERRED, None)


class TransactionCache:
    """Kept answers of one kind; outside of an open cache it keeps none.

    :param kind: one of this module's kinds, or the name of a search method
    """

    def __init__(self, env, kind):
        kinds = env.cr.cache.get(KEY)
        self._answers = None if kinds is None else kinds.setdefault(kind, {})

    def get(self, key):
        """Return the answer to ``key``, or None when it is not kept."""
        return None if self._answers is None else self._answers.get(key)

    def set(self, key, answer):
        if self._answers is not None:
            self._answers[key] = answer

    def invalidate(self, key=None):
        """Drop the answer to ``key``; without a key all answers of this kind."""
        if self._answers is None:
            return
        if key is None:
            self._answers.clear()
        else:
            self._answers.pop(key, None)


def search_once(model, key, search):
    """Return the records that ``search(key)`` finds, searched once per transaction.

    :param model: empty recordset of what is found
    :param key: anything hashable
    """
    cache = TransactionCache(model.env, search.__name__)
    ids = cache.get(key)
    if ids is None:
        ids = search(key).ids
        cache.set(key, ids)
    return model.browse(ids)


def defer_leads(env, channel_ids):
    """Create no leads in this transaction; conversations that need one are noted.

    :param channel_ids: conversations that are noted already
    """
    env.cr.cache[DEFERRED] = set(channel_ids)


def deferred_leads(env):
    """Return the ids of conversations whose lead a later transaction creates.

    :return: a set to read from and add to; None where leads are created at once
    """
    return env.cr.cache.get(DEFERRED)
