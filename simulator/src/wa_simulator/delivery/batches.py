"""Several items in one POST, as Meta may do (up to 1000, no promise)."""

from dataclasses import dataclass, field

from ..engine.entities import Subscription, WebhookItem
from ..engine.settings import Settings


@dataclass
class Batch:
    """Items for one subscriber, collected since ``opened``."""

    target: Subscription
    opened: float
    items: list[WebhookItem] = field(default_factory=list)


class Collector:
    """Collects items per subscriber until a batch is full or its window ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[tuple[str, str], Batch] = {}

    def add(self, item: WebhookItem, target: Subscription, now: float) -> Batch | None:
        """Put an item in; the batch when it is full."""
        key = (target.scope, target.id)
        batch = self._open.setdefault(key, Batch(target, now))
        batch.items.append(item)
        if len(batch.items) >= int(self._settings.batch_size):
            return self._open.pop(key)
        return None

    def ripe(self, now: float) -> list[Batch]:
        """Batches whose window has ended."""
        window = self._settings.batch_window
        ended = [key for key, b in self._open.items() if b.opened + window <= now]
        return [self._open.pop(key) for key in ended]

    def next_due(self) -> float | None:
        """When the next window ends."""
        opened = min((b.opened for b in self._open.values()), default=None)
        return None if opened is None else opened + self._settings.batch_window

    def drop(self, numbers: frozenset[str] | None) -> None:
        """Forget items of some numbers, or all."""
        for key, batch in list(self._open.items()):
            batch.items = [
                item
                for item in batch.items
                if numbers is not None and item.number_id not in numbers
            ]
            if not batch.items:
                del self._open[key]

    def flush(self) -> list[Batch]:
        """All that is collected."""
        batches = list(self._open.values())
        self._open.clear()
        return batches

    def waiting(self) -> list[WebhookItem]:
        """Items that have left the engine and stand in no delivery yet."""
        return [item for batch in self._open.values() for item in batch.items]
