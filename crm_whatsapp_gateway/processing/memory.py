"""What a transaction of the journal's worker has read already.

Searches are not cached by the ORM, and one item asks several times for the same
conversation and author. While a transaction lasts its snapshot does not change, so
only our own writes can make an answer old: whoever writes calls :func:`forget`.
Nothing is remembered in any other transaction.
"""

KEY = "crm_whatsapp_gateway.remembered"
LEADS = "conversations without lead"
CHANNELS = "conversations by gateway and key of a number"
AUTHORS = "authors by gateway and key of a number"


def remember(env):
    """Begin to remember in this transaction, with nothing."""
    env.cr.cache[KEY] = {}


def end_memory(env):
    """The transaction is over.

    Its cursor usually is, too; but 18.0's tests go on with the same one.
    """
    env.cr.cache.pop(KEY, None)


def put_leads_off(env, channel_ids):
    """From now on this transaction makes no leads; who needs one is only noted.

    :param channel_ids: conversations that are noted already
    """
    env.cr.cache[KEY][LEADS] = set(channel_ids)


def without_lead(env):
    """Ids of conversations whose lead is made in a later transaction.

    :return: a set to read from and add to; None where leads are made at once
    """
    return env.cr.cache.get(KEY, {}).get(LEADS)


def remembered(env, what):
    """Answers to one kind of question, by what was asked.

    :return: a dictionary to read from and write to; None where nothing is remembered
    """
    kinds = env.cr.cache.get(KEY)
    return None if kinds is None else kinds.setdefault(what, {})


def recall(model, asked, search):
    """Records that ``search(asked)`` finds, searched once per transaction.

    The method's name says what kind of question this is.

    :param model: empty recordset of what is found
    :param asked: anything hashable
    """
    known = remembered(model.env, search.__name__)
    if known is None:
        return search(asked)
    if asked not in known:
        known[asked] = search(asked).ids
    return model.browse(known[asked])


def forget(env, what, asked=None):
    """The answer to ``asked`` may be old; without it, all answers of this kind."""
    kinds = env.cr.cache.get(KEY, {})
    if asked is None:
        kinds.pop(what, None)
    else:
        kinds.get(what, {}).pop(asked, None)
