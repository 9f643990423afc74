"""The handshake of a subscription, journalled."""

from ..engine.engine import Engine
from ..engine.entities import Subscription
from .sender import HandshakeFailed, Sender


async def verify_callback(engine: Engine, sender: Sender, wanted: Subscription) -> None:
    """Verify a callback by Meta's handshake.

    :raises HandshakeFailed: with words on what was expected and got.
    :raises BadRequest: the address may not be called.
    """
    challenge = str(int(engine.ids.digits("challenge")) % 10**10)
    note = {"url": wanted.callback_url, "scope": wanted.scope, "id": wanted.id}
    try:
        await sender.handshake(
            wanted.callback_url,
            wanted.verify_token,
            challenge,
            engine.settings.answer_timeout,
        )
    except HandshakeFailed as exc:
        engine.journal.add("handshake", ok=False, error=str(exc), **note)
        raise
    engine.journal.add("handshake", ok=True, error=None, **note)
